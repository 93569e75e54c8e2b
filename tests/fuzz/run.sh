#!/usr/bin/env bash
# Runs the fuzz targets with libFuzzer, one after the other: run.sh MINUTES [TARGET …]
# Corpora grow in build/fuzz/corpus/TARGET; findings stay in build/fuzz/findings/TARGET and make the exit code 1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=build/fuzz
minutes=${1:-}
[[ $minutes =~ ^[0-9]+([.][0-9]+)?$ ]] || { echo "usage: tests/fuzz/run.sh MINUTES [TARGET …]" >&2; exit 2; }
shift
seconds=$(awk "BEGIN { print int($minutes * 60 + 0.5) }")

# The targets are those of targets.cc: name, seeds, dictionary.
mappings="tests/golden/mappings tests/golden/diagnostics tests/fuzz/corpus/evaluator"
seeds() {
  case $1 in
    lexer|parser|formatter|checker|evaluator|decisions) echo $mappings ;;
    machine) echo machines tests/fuzz/corpus/machine ;;
    application) echo tests/golden/decisions tests/fuzz/corpus/application ;;
    *) echo "tests/fuzz/corpus/$1" ;;
  esac
}
dictionary() {
  case $1 in
    lexer|parser|formatter|checker|evaluator|decisions) echo tests/fuzz/lang.dict ;;
    machine|program) echo tests/fuzz/toml.dict ;;
    *) echo tests/fuzz/json.dict ;;
  esac
}

targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(machine application lexer parser formatter checker evaluator program mapper_log vgpu_log outcome
                                     feedback decisions lsp)
cmake --preset fuzz >/dev/null && ninja -C $build --quiet "${targets[@]/#/fuzz_}" || exit 3

failed=0
printf '%-12s %12s %8s %9s %9s %8s\n' target executions edges features corpus findings
for target in "${targets[@]}"; do
  corpus=$build/corpus/$target findings=$build/findings/$target log=$build/$target.log
  mkdir -p "$corpus" "$findings"
  # shellcheck disable=SC2046
  "$build/bin/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
    -dict="$(dictionary "$target")" -artifact_prefix="$findings/" "$corpus" $(seeds "$target") >"$log" 2>&1 || failed=1
  last=$(grep -E '^#[0-9]+' "$log" | grep 'cov:' | tail -1)
  printf '%-12s %12s %8s %9s %9s %8s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$last")" "$(sed -n 's/.*ft: \([0-9]*\).*/\1/p' <<<"$last")" \
    "$(find "$corpus" -type f | wc -l)" "$(find "$findings" -type f | wc -l)"
done
exit $failed
