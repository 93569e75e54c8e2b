#!/usr/bin/env bash
# run_ranks.sh [COUNT [SEED [BUILD]]]: COUNT (50) random mappings in real runs of two ranks of three CPUs each (RANKS=N: more):
# which rank each point and task is sent to, as the interpreter foresees it, as the functors of groma's mapper library and of
# the generated C++ mapper answer it on every rank, and as Legion then launches it; with it where it runs and where its data
# lies. Exit code 0 when all agree. Needs a Realm with UCX (legate 26.1.0) and the targets agreement_foresee,
# agreement_places, agreement_shards, groma_mapper, groma_preload, groma_ranks and groma_vgpu. By hand: a minute each on two cores.
set -uo pipefail
count=${1:-50} seed=${2:-1} ranks=${RANKS:-2}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${3:-$root/build/release}
legion=$(sed -n 's/^GROMA_LEGION_INCLUDE_FOLDERS=//p' "$build/agreement_legion")
libraries=$(sed -n 's/^GROMA_LEGION_LIBRARIES=//p' "$build/agreement_legion")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$root/tests/agreement/ranks.sh"

"$build/bin/agreement_foresee" "$count" "$seed" "$folder" "$ranks" || exit 1
# shellcheck disable=SC2086
"${CXX:-g++}" -std=c++17 -O0 -Wall -Wextra -Werror -fPIC -shared -I "$build/include" $legion "$folder/mappers.cc" $libraries \
  -Wl,--allow-shlib-undefined -o "$folder/mappers.so" || exit 1

# places NAME PRELOADED VARIABLE…: runs all ranks with these variables; their lines, sorted, to NAME.
places() {
  local name=$1 preload=$2
  shift 2
  on_ranks "$ranks" "$preload:$build/tests/libagreement_shards.so" "$@" "$build/tests/agreement_places"
  cat "$folder"/out.* | grep -aE ' [0-9]+, | goes to rank ' | LC_ALL=C sort >"$folder/$name"
}

wrong=0 decisions=0
for ((i = 0; i < count; ++i)); do
  places library "$build/lib/libgroma_preload.so" "GROMA_MAPPING=$folder/$i.map" \
    "GROMA_MAPPER_LIBRARY=$build/lib/libgroma_mapper.so"
  cmp -s "$folder/$i.expected" "$folder/library" || { tail -n 5 "$folder"/stderr.*; library=differs; }
  places generated "$folder/mappers.so" "AGREEMENT_MAPPER=$i"
  cmp -s "$folder/$i.expected" "$folder/generated" || { tail -n 5 "$folder"/stderr.*; generated=differs; }
  decisions=$((decisions + $(grep -c 'goes to rank' "$folder/$i.expected")))
  [ -z "${library:-}${generated:-}" ] && continue
  echo "mapping $i: library ${library:-agrees}, generated mapper ${generated:-agrees}"
  diff "$folder/$i.expected" "$folder/$([ -n "${library:-}" ] && echo library || echo generated)" | head -n 6
  [ -z "${KEEP:-}" ] || cp "$folder/$i.map" "$folder/$i.expected" "$folder/library" "$folder/generated" "$folder"/stderr.* "$KEEP"
  library='' generated='' wrong=$((wrong + 1))
done
echo "$count mappings on $ranks ranks, $decisions answers of functors foreseen and compared twice, $wrong mappings differ"
[ "$wrong" = 0 ]
