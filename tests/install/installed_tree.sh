#!/usr/bin/env bash
# Installs into a temporary prefix and uses what lies there: installed_tree.sh CMAKE BUILD_FOLDER
# Fails when anything comes from the build tree instead: a library, a path within a file, a file that doctor finds.
set -euo pipefail
cmake=$1
build=$(realpath "$2")
folder=$(realpath "$(mktemp -d)")
trap 'rm -rf "$folder"' EXIT
prefix=$folder/prefix
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

"$cmake" --install "$build" --prefix "$prefix" >"$folder/install.log" || { cat "$folder/install.log"; fail "cmake --install"; }
if named=$(grep -rlaF "$build" "$prefix"); then fail "names the build tree: $named"; fi
prefixed=$(find "$prefix" -type l -lname '/*')
[ -z "$prefixed" ] || fail "links out of the prefix: $prefixed"

# Nothing of the caller's environment helps it. The loader writes down every library of every process.
mkdir "$folder/loader" "$folder/home"
installed() {
  (cd "$folder/home" && env -i PATH=/usr/bin:/bin HOME="$folder/home" LD_DEBUG=libs LD_DEBUG_OUTPUT="$folder/loader/log" \
    "$prefix/bin/groma" "$@") 2>&1
}
expect() {  # PATTERN COMMAND …
  local pattern=$1 out
  shift
  out=$(installed "$@") || { printf '%s\n' "$out"; fail "groma $*: exit code $?"; }
  grep -qE "$pattern" <<<"$out" || { printf '%s\n' "$out"; fail "groma $*: no /$pattern/"; }
}
circuit=$prefix/share/groma/apps/circuit
expect '^groma [0-9]+\.[0-9]+' --version
expect 'no mistakes found' check "$circuit/expert.map" --app circuit --machine p100x4
expect 'rp_shared.*ZCMEM' show "$circuit/expert.map" --app circuit --machine p100x4
installed compile "$circuit/expert.map" --decisions -o "$folder/expert.cc" || fail "groma compile"
"${CXX:-g++}" -std=c++17 -fsyntax-only -Wall -Wextra -Werror -I "$prefix/include" "$folder/expert.cc" || fail "generated C++"
expect "^ok +mapper library +$prefix/" doctor
expect "^ok +benchmarks +$prefix/" doctor
expect '^status +ok' eval "$circuit/expert.map" --app circuit --machine p100x4

loaded=$(cat "$folder"/loader/log.* | sed -n 's/.*calling init: //p' | sort -u)
for library in libgroma_preload.so libgroma_mapper.so vgpu/libcuda.so.1; do
  grep -q "^$prefix/.*/$library\$" <<<"$loaded" || { printf '%s\n' "$loaded"; fail "$library of the prefix was not loaded"; }
done
if grep -F "$build/" <<<"$loaded"; then fail "libraries of the build tree were loaded"; fi
echo "installed tree: version, check, show, compile, doctor and eval work; $(wc -l <<<"$loaded") libraries, none of the build tree"
