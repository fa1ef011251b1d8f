#!/bin/sh
# Builds stator by a profile: a first program counts what it executes under the load of the bench, and a second one is laid out and optimised
# for that. Takes two builds and a minute; what it brings: docs/performance.md.
#
# Usage: conformance/benches/build_by_profile.sh PROGRAM
set -eu
cd "$(dirname "$0")/../.."
host=$(rustc -vV | sed -n 's/^host: //p')
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
[ -x "$profdata" ] || rustup component add llvm-tools

folder=${CARGO_TARGET_DIR:-target}/by-profile
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# What the profile knows to be cold is compiled for size anyway. The target is named although it is the host's, so that what the build itself
# runs is not counted.
build() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=3 RUSTFLAGS="${RUSTFLAGS:-} $1" \
        cargo build --locked --release --package stator --target "$host" --target-dir "$folder/build"
}

build "-C profile-generate=$folder/counts"
cp "$folder/build/$host/release/stator" "$folder/trainee"
# The load need not be fast.
cargo build --locked --package stator-conformance --bin bench --target-dir "$folder/tools" --config profile.dev.debug=false
rm -rf "$folder/counts"
"$folder/tools/debug/bench" --stator "$folder/trainee" --peers stator --items 10000 --connections 16 --rounds 1 --seconds 2 --starts 1 >"$folder/load.md"
"$profdata" merge --output "$folder/merged" "$folder/counts"
# Cargo knows a build by its flags, so each profile has a name of its own.
profile=$folder/$(cksum <"$folder/merged" | cut -d ' ' -f 1).profdata
mv "$folder/merged" "$profile"
build "-C profile-use=$profile"
install -D -m 755 "$folder/build/$host/release/stator" "$1"
