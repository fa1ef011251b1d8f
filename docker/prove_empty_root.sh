#!/bin/bash
# Proves what can be proven of the image without a container engine: the program, built as the Dockerfile builds it, is put alone into an
# empty root and run there as the Dockerfile says: same user, variables, entry point and health check. Needs root, for chroot.
#
# Usage: docker/prove_empty_root.sh [PROGRAM]    a program that was built already spares the build
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "FAILED: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "this needs root, for chroot"

# The final stage of the Dockerfile, instruction by instruction.
stage=$(sed -n '/^FROM scratch$/,$p' Dockerfile)
instruction() { sed -n "s/^$1 //p" <<<"$stage"; }
words() { sed 's/.*\[//; s/\]//; s/[",]/ /g'; }
user=$(instruction USER)
mapfile -t variables < <(instruction ENV)
read -ra entry < <(instruction ENTRYPOINT | words)
read -ra health < <(instruction HEALTHCHECK | words)
[ -n "$user" ] && [ "${#variables[@]}" -gt 0 ] && [ "${#entry[@]}" -gt 0 ] && [ "${#health[@]}" -gt 0 ] || fail "the Dockerfile lacks an instruction"

root=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$root" "$root.out"
}
trap stop EXIT
chmod 755 "$root"
if [ $# -gt 0 ]; then install -m 755 "$1" "$root/stator"; else docker/build_static.sh "$root/stator"; fi
[ "$(find "$root" -type f | wc -l)" = 1 ] || fail "the root is not empty but for the program"

# Runs a command of the image: `inside VARIABLE=VALUE COMMAND…`.
inside() {
    local variable=$1
    shift
    exec env -i "${variables[@]}" "$variable" "$chroot" --userspec="$user" "$root" "$@"
}
chroot=$(command -v chroot)
mkfifo "$root.out"
(inside STATOR_PORT=0 "${entry[@]}") >"$root.out" &
server=$!
read -r ready <"$root.out" || fail "it ends before it is ready"
rm "$root.out"
echo "ready: $ready"
port=$(sed 's/.*"port":\([0-9]*\).*/\1/' <<<"$ready")
grep -q '"address":"0.0.0.0:' <<<"$ready" || fail "it does not listen on all networks"
[ "$(awk '/^Uid:/ {print $2}' "/proc/$server/status")" = "${user%:*}" ] || fail "it does not run as $user"

(inside STATOR_PORT="$port" "${health[@]}") || fail "the health check fails on a server that is well"
(inside STATOR_PORT=9 "${health[@]}") 2>/dev/null && fail "the health check succeeds without a server"

exec 3<>"/dev/tcp/127.0.0.1/$port"
body='{}'
printf 'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-Date: 20260131T120000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=key/20260131/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0f\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >&3
answer=$(cat <&3)
grep -q '^HTTP/1.1 200' <<<"$answer" && grep -q '"TableNames":\[\]' <<<"$answer" || fail "ListTables is answered with: $answer"

kill -TERM "$server"
wait "$server" || fail "it does not stop as it should"
server=
echo "PROVEN: $(du -k "$root/stator" | cut -f1) KiB, alone in an empty root, as $user"
