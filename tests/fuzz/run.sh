#!/usr/bin/env bash
# Runs the fuzz targets with libFuzzer under the address and undefined-behaviour sanitizers, one after the other, and prints
# what each did: run.sh MINUTES [TARGET …]. Stops at the first finding and names the file that reproduces it.
# Corpora grow in build/fuzz/corpus/TARGET, findings stay in build/fuzz/findings/TARGET, the log is build/fuzz/TARGET.log.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=build/fuzz
minutes=${1:-}
[[ $minutes =~ ^[0-9]+([.][0-9]+)?$ ]] || { echo "usage: tests/fuzz/run.sh MINUTES [TARGET …]" >&2; exit 2; }
shift
seconds=$(awk "BEGIN { print int($minutes * 60 + 0.5) }")

# The targets are those of targets.cc: name, seeds, dictionary.
mappings="tests/golden/mappings tests/golden/diagnostics tests/fuzz/corpus/evaluator tests/fuzz/corpus/generator"
seeds() {
  case $1 in
    lexer|parser|formatter|checker|evaluator|generator|decisions) echo $mappings ;;
    machine) echo machines tests/fuzz/corpus/machine ;;
    application) echo tests/golden/decisions tests/fuzz/corpus/application ;;
    *) echo "tests/fuzz/corpus/$1" ;;
  esac
}
dictionary() {
  case $1 in
    lexer|parser|formatter|checker|evaluator|generator|decisions) echo tests/fuzz/lang.dict ;;
    machine|program|rules) echo tests/fuzz/toml.dict ;;
    *) echo tests/fuzz/json.dict ;;
  esac
}

targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(lexer parser checker formatter evaluator generator decisions machine application program rules
                                     mapper_log vgpu_log outcome feedback exchange model_reply lsp)
cmake --preset fuzz >/dev/null && ninja -C $build --quiet "${targets[@]/#/fuzz_}" || exit 3
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

row='%-12s %8s %11s %7s %7s %9s %7s %9s\n'
# shellcheck disable=SC2059
printf "$row" target seconds executions per_s edges features corpus findings
for target in "${targets[@]}"; do
  corpus=$build/corpus/$target findings=$build/findings/$target log=$build/$target.log
  mkdir -p "$corpus" "$findings"
  before=$(find "$findings" -type f | wc -l)
  # shellcheck disable=SC2046
  "$build/bin/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
    -dict="$(dictionary "$target")" -artifact_prefix="$findings/" "$corpus" $(seeds "$target") >"$log" 2>&1
  code=$?
  stat() { sed -n "s/^stat::$1: *//p" "$log"; }
  last=$(grep -aE '^#[0-9]+' "$log" | grep -a 'cov:' | tail -1)
  # shellcheck disable=SC2059
  printf "$row" "$target" "$(sed -n 's/^Done .* in \([0-9]*\) second.*/\1/p' "$log")" "$(stat number_of_executed_units)" \
    "$(stat average_exec_per_sec)" "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$last")" \
    "$(sed -n 's/.*ft: \([0-9]*\).*/\1/p' <<<"$last")" "$(find "$corpus" -type f | wc -l)" \
    "$(($(find "$findings" -type f | wc -l) - before))"
  [ $code -eq 0 ] && continue
  grep -aE -m 3 'CHECK failed|^SUMMARY|runtime error' "$log"
  found=$(find "$findings" -type f -printf '%T@ %p\n' | sort -n | tail -1 | cut -d ' ' -f 2)
  echo "fuzz: $target stopped (exit code $code); $log says why. Again: $build/bin/fuzz_$target ${found:-}"
  exit 1
done
