#!/bin/sh
# Builds stator as one file that needs nothing of the system it runs on, and puts it where the first argument says.
#
# Chance comes from the system call itself: a static program cannot look it up, and would want /dev/urandom instead, which an empty root lacks.
# The target is named although it is the host's, so that the flags hold for the program alone and not for what the build itself runs.
set -eu
cd "$(dirname "$0")/.."
host=$(rustc -vV | sed -n 's/^host: //p')
flags='-C target-feature=+crt-static --cfg getrandom_backend="linux_getrandom"'
folder=${CARGO_TARGET_DIR:-target}/static
RUSTFLAGS="$flags" cargo build --locked --release --package stator --target "$host" --target-dir "$folder"
install -D -m 755 "$folder/$host/release/stator" "$1"
