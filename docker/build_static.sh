#!/bin/sh
# Builds stator as the image has it, and puts it where the first argument says: one file that needs nothing of the system it runs on, compiled by
# a profile of the load that it is made for.
#
# It has fixed addresses, since the tables by which a program can be moved take room in the file and in the memory of each process.
# Chance comes from the system call itself: a static program cannot look it up, and would want /dev/urandom instead, which an empty root lacks.
set -eu
cd "$(dirname "$0")/.."
export RUSTFLAGS='-C target-feature=+crt-static -C relocation-model=static --cfg getrandom_backend="linux_getrandom"'
exec conformance/benches/build_by_profile.sh "$1"
