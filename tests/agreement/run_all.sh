#!/usr/bin/env bash
# run_all.sh [COUNT [SEED [BUILD]]]: writes COUNT (2000) random mappings, compiles their C++ (no Legion) and holds it to the
# interpreter on six machines. Exit code 0 when they agree. Needs the targets agreement_write and agreement_compare.
set -euo pipefail
count=${1:-2000} seed=${2:-1}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${3:-$root/build/release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$build/bin/agreement_write" "$count" "$seed" "$folder"
ls "$folder"/part*.cc | xargs -P "${JOBS:-2}" -I{} sh -c \
  '"${CXX:-g++}" -std=c++17 -O0 -Wall -Wextra -Werror -fPIC -shared -I "$1" "$2" -o "${2%.cc}.so"' - "$build/include" {}
if ! "$build/bin/agreement_compare" "$folder"; then
  [ -z "${KEEP:-}" ] || cp -r "$folder" "$KEEP"
  exit 1
fi
