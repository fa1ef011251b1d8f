#!/bin/sh
# Builds stator by a profile: a first program counts what it executes under the load of the bench, and a second one is optimised and laid out
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
# They are the program's own: what builds it, or asks it, is built without them.
flags=${RUSTFLAGS:-}
unset RUSTFLAGS

# Everything is compiled for speed: the profile tells what is cold. The target is named although it is the host's, so that the flags hold for the
# program alone and not for what the build itself runs.
build() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=3 RUSTFLAGS="$flags $1" \
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

# Functions that ran stand side by side, those of each request before those of the start. The linker of this target alone can be told so.
layout=
if [ "$host" = x86_64-unknown-linux-gnu ]; then
    ran() { "$profdata" show --all-functions --value-cutoff="$1" "$profile" | sed -n 's/^  \(.*;\)\{0,1\}\([^ ;]*\):$/\2/p'; }
    { ran 1000; ran 1; } | awk '!seen[$0]++' >"$profile.order"
    layout="-C link-arg=-Wl,--icf=all,--symbol-ordering-file=$profile.order,--no-warn-symbol-ordering"
fi
build "-C profile-use=$profile $layout"
install -D -m 755 "$folder/build/$host/release/stator" "$1"
