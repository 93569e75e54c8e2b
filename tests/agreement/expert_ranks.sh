#!/usr/bin/env bash
# expert_ranks.sh BUILD APP WORDS…: on two ranks of three CPUs each the app's expert mapper in C++ decides as its expert.map does:
# the rank that each point goes to, as the functors answer on every rank, then its processor and instances. Only for mappings that
# need no GPU. WORDS: of small runs. Needs a Realm with UCX (legate 26.1.0) and the targets agreement_decisions,
# agreement_shards, groma_mapper, groma_preload, groma_ranks, groma_vgpu and the app.
set -uo pipefail
build=$(cd "$1" && pwd) app=$2
shift 2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$root/tests/agreement/ranks.sh"
. "$root/tests/agreement/same.sh"

# decisions NAME LOG PRELOADED WORDS…: runs the app; what its mappers decided, as the library LOG says it, sorted, to NAME.
decisions() {
  local name=$1 log=$2 preload=$3
  shift 3
  on_ranks 2 "$preload:$build/tests/libagreement_$log.so" "GROMA_MAPPING=$root/apps/$app/expert.map" \
    "GROMA_MAPPER_LIBRARY=$build/lib/libgroma_mapper.so" "$build/bin/$app" "$@" --functional
  if ! grep -q '^RESULT' "$folder"/out.*; then
    echo "$name: the run has no result"
    tail -n 5 "$folder"/out.* "$folder"/stderr.*
    exit 1
  fi
  cat "$folder"/out.* | grep -aE '^DECIDED| goes to rank ' | LC_ALL=C sort -u >"$folder/$name"
}

for log in shards decisions; do
  decisions map $log "$build/lib/libgroma_preload.so" "$@"
  decisions cpp $log "" "$@" --expert-mapper
  same_decisions $log
done
