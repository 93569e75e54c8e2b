#!/usr/bin/env bash
# What `./dev check` runs beyond the tests: check.sh BUILD_FOLDER [format|layers|lint|sanitize …]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
shift
steps=("$@")
[ ${#steps[@]} -eq 0 ] && steps=(format layers lint sanitize)
failed=()

sources() { git ls-files -- "$@" | grep -E '\.(h|cc)$'; }

format() { sources src apps bench tests | xargs -r clang-format --dry-run -Werror; }

layers() { python3 tests/layers.py; }

lint() {
  # Units that include legion.h take long and its macros trip the rules: they are compiled with -Werror, not linted.
  sources src | grep -E '\.cc$' | grep -v '^src/legion/' |
    xargs -r -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet 2>/dev/null
}

sanitize() {
  cmake --preset asan >/dev/null && ninja -C build/asan --quiet &&
    (cd build/asan && ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ctest --output-on-failure -L 'unit|golden' -j "$(nproc)") || return 1
  cmake --preset tsan >/dev/null && ninja -C build/tsan --quiet groma_vgpu_timeline_test &&
    (cd build/tsan && ctest --output-on-failure -R '^groma_vgpu_timeline_test')
}

for step in "${steps[@]}"; do
  printf '==> %s\n' "$step"
  case $step in
    format|layers|lint|sanitize) "$step" || failed+=("$step") ;;
    *) printf 'check: no step %s (format, layers, lint, sanitize)\n' "$step" >&2; exit 2 ;;
  esac
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'check: failed: %s\n' "${failed[*]}"
  exit 1
fi
echo "check: all passed"
