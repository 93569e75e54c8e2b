#!/usr/bin/env bash
# The benchmarks of bench/README.md: run.sh BUILD_FOLDER [ROUNDS]. Each round runs the mappers one after the other.
# Variables: LAUNCHES, POINTS; ONLY_MAPPER=1 leaves out the language, NO_DEFAULT=1 Legion's default mapper.
set -euo pipefail
build=$(cd "$1" && pwd)
rounds=${2:-3}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
launches=${LAUNCHES:-20}
points=${POINTS:-10000}

[ -n "${ONLY_MAPPER:-}" ] || "$build/bin/language_bench" --benchmark_counters_tabular=true

[ -x "$build/bin/mapper_bench" ] || exit 0
export GROMA_MACHINE=$here/../machines/cpu.toml
export GROMA_MAPPER_LIBRARY=$build/lib/libgroma_mapper.so LD_LIBRARY_PATH=$build/lib/vgpu
printf '%s launches of %s points: milliseconds of processor time inside mapper calls\n' "$launches" "$points"

# run MAPPING MAPPER: what it printed, under the mapping's name
run() {
  GROMA_MAPPING=$here/mapper/$1.map "$build/bin/mapper_bench" "$2" "$launches" "$points" -ll:cpu 4 -ll:util 1 -ll:gpu 0 \
    -ll:csize 2048 -ll:networks none -ll:force_kthreads -lg:no_auto_tracing 2>/dev/null |
    grep -E '^(TOTAL|CALL .* map_task)' | sed "s/^/$1 /"
}

for ((round = 1; round <= rounds; ++round)); do
  run blocks groma
  run blocks hand
  run packed groma
  run packed hand_packed
  [ -n "${NO_DEFAULT:-}" ] || run blocks default
done
