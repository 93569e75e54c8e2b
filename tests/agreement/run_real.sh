#!/usr/bin/env bash
# run_real.sh [COUNT [SEED [BUILD]]]: COUNT (50) random mappings in real runs on four virtual GPUs: what the interpreter
# foresees, what the program says under groma's mapper library, and what it says under the generated C++ mapper. Exit code 0
# when all three agree. NODES=4: the mapping sees the process as four nodes of a GPU each. Needs the targets agreement_foresee,
# agreement_places, groma_mapper, groma_preload and groma_vgpu.
set -uo pipefail
count=${1:-50} seed=${2:-1}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${3:-$root/build/release}
legion=$(sed -n 's/^GROMA_LEGION_INCLUDE_FOLDERS=//p' "$build/agreement_legion")
libraries=$(sed -n 's/^GROMA_LEGION_LIBRARIES=//p' "$build/agreement_legion")
paths=$(sed -n 's/^GROMA_LEGION_LIBRARY_PATH=//p' "$build/agreement_legion")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
flags=(-ll:gpu 4 -ll:fsize 64 -ll:zsize 64 -ll:csize 128 -ll:cpu 4 -ll:util 1 -ll:gpuworker 1 -ll:gpuworkthread 0
       -cuda:callbacks -ll:networks none -lg:safe_mapper -lg:no_auto_tracing)

export GROMA_RANKS_PER_NODE=${NODES:-1}
"$build/bin/agreement_foresee" "$count" "$seed" "$folder" 1 "$GROMA_RANKS_PER_NODE" || exit 1
# shellcheck disable=SC2086
"${CXX:-g++}" -std=c++17 -O0 -Wall -Wextra -Werror -fPIC -shared -I "$build/include" $legion "$folder/mappers.cc" $libraries \
  -Wl,--allow-shlib-undefined -o "$folder/mappers.so" || exit 1

# places NAME VARIABLE…: runs the program with these variables; its lines, sorted, to NAME.
places() {
  local name=$1
  shift
  timeout 60 env "LD_LIBRARY_PATH=$build/lib/vgpu:$paths" "GROMA_MACHINE=$root/machines/p100x4.toml" "$@" \
    "$build/tests/agreement_places" "${flags[@]}" 2>"$folder/stderr" | grep -a ' [0-9]*, ' | LC_ALL=C sort >"$folder/$name"
}

wrong=0
for ((i = 0; i < count; ++i)); do
  places library "LD_PRELOAD=$build/lib/libgroma_preload.so" "GROMA_MAPPING=$folder/$i.map" \
    "GROMA_MAPPER_LIBRARY=$build/lib/libgroma_mapper.so"
  cmp -s "$folder/$i.expected" "$folder/library" || { tail -n 5 "$folder/stderr"; library=differs; }
  places generated "LD_PRELOAD=$folder/mappers.so" "AGREEMENT_MAPPER=$i"
  cmp -s "$folder/$i.expected" "$folder/generated" || { tail -n 5 "$folder/stderr"; generated=differs; }
  [ -z "${library:-}${generated:-}" ] && continue
  echo "mapping $i: library ${library:-agrees}, generated mapper ${generated:-agrees}"
  diff "$folder/$i.expected" "$folder/$([ -n "${library:-}" ] && echo library || echo generated)" | head -n 6
  [ -z "${KEEP:-}" ] || cp "$folder/$i.map" "$folder/$i.expected" "$folder/library" "$folder/generated" "$KEEP"
  library='' generated='' wrong=$((wrong + 1))
done
echo "$count mappings in real runs, $wrong differ"
[ "$wrong" = 0 ]
