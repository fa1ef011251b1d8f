#!/bin/sh
# Builds stator as the image has it, and puts it where the first argument says: one file that needs nothing of the system it runs on.
#
# Usage: docker/build_static.sh PROGRAM [by-profile|plain]
#   by-profile    compiled twice, the second time by a profile of the load that it is made for (the default)
#   plain         compiled once, as cargo build --release does: a third of the time, for a program that does fewer writes a second
#
# It has fixed addresses, since the tables by which a program can be moved take room in the file and in the memory of each process.
# Chance comes from the system call itself: a static program cannot look it up, and would want /dev/urandom instead, which an empty root lacks.
set -eu
cd "$(dirname "$0")/.."
export RUSTFLAGS='-C target-feature=+crt-static -C relocation-model=static --cfg getrandom_backend="linux_getrandom"'
case ${2:-by-profile} in
by-profile)
    exec conformance/benches/build_by_profile.sh "$1"
    ;;
plain)
    # The target is named although it is the host's, so that the flags hold for the program alone and not for what the build itself runs.
    host=$(rustc -vV | sed -n 's/^host: //p')
    folder=${CARGO_TARGET_DIR:-target}/static
    cargo build --locked --release --package stator --target "$host" --target-dir "$folder"
    install -D -m 755 "$folder/$host/release/stator" "$1"
    ;;
*)
    echo "a build is by-profile or plain, not $2" >&2
    exit 2
    ;;
esac
