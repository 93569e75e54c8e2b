#!/usr/bin/env bash
# expert.sh BUILD APP WORDS…: the app's expert mapper in C++ decides as its expert.map does, point by point, and both give the
# right answer; then, at the size of the app's program file, the same throughput within 1 %: of the medians of up to five
# rounds. WORDS: of the first, small runs.
# Needs the targets agreement_decisions, groma, groma_mapper, groma_preload, groma_vgpu, groma_vgpu_selftest and the app.
set -uo pipefail
build=$(cd "$1" && pwd) app=$2
shift 2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$root/tests/agreement/same.sh"
flags=(-ll:gpu 4 -ll:cpu 4 -ll:util 2 -ll:gpuworker 1 -ll:gpuworkthread 0 -cuda:callbacks -ll:networks none
       -lg:safe_mapper -lg:no_auto_tracing)

# decisions NAME PRELOADED WORDS…: runs the app; what its mappers decided, sorted, to NAME.
decisions() {
  local name=$1 preload=$2
  shift 2
  timeout 120 env "LD_LIBRARY_PATH=$build/lib/vgpu" "GROMA_MACHINE=$root/machines/p100x4.toml" \
    "GROMA_MAPPING=$root/apps/$app/expert.map" "GROMA_MAPPER_LIBRARY=$build/lib/libgroma_mapper.so" \
    "LD_PRELOAD=$preload:$build/tests/libagreement_decisions.so:$build/lib/vgpu/libcuda.so.1" \
    "$build/bin/$app" "$@" --functional --check "${flags[@]}" >"$folder/out" 2>"$folder/err"
  if ! grep -q '^CHECK passed' "$folder/out"; then
    echo "$name: the run is not right"
    tail -n 5 "$folder/out" "$folder/err"
    exit 1
  fi
  grep -a '^DECIDED' "$folder/out" | LC_ALL=C sort -u >"$folder/$name"
}

decisions map "$build/lib/libgroma_preload.so" "$@"
decisions cpp "" "$@" --expert-mapper
same_decisions decisions

# throughput MAPPER WORDS…: of an evaluation, in the program's unit, when such a mapper was asked.
throughput() {
  local mapper=$1
  shift
  "$build/bin/groma" eval --machine p100x4 --virtual --json "$@" 2>"$folder/err" | python3 -c '
import json, sys
one = json.load(sys.stdin)
asked = any(sys.argv[1] in mapper for mapper in one["mappers"])
print(one["throughput"] if one["status"] == "ok" and asked else (one["reason"], one["mappers"]))' "$mapper"
}

# The program file with the mapper in C++; its command may be of several lines.
sed "s|^command = \[\"$app\"|command = [\"$build/bin/$app\", \"--expert-mapper\"|; /^description/d; /^expert/d; /^start/d" \
  "$root/apps/$app/$app.toml" >"$folder/$app.toml"
unit=$(sed -n 's/^unit = "\(.*\)"/\1/p' "$folder/$app.toml")
maps="" cpps=""
for _ in 1 2 3 4 5; do
  maps+=" $(throughput replaced --app "$app" "$root/apps/$app/expert.map")"
  cpps+=" $(throughput _expert --program "$folder/$app.toml" --own-mapper)"
  echo "throughput of expert.map$maps, of expert.cc$cpps $unit"
  python3 -c '
import statistics, sys
a, b = (statistics.median(map(float, figures.split())) for figures in sys.argv[1:])
sys.exit(0 if abs(a / b - 1) <= 0.01 else 1)' "$maps" "$cpps" 2>/dev/null && exit 0
done
exit 1
