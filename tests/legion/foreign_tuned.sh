#!/bin/sh
# A program that includes nothing of groma, brings its own mappers and names no region is described,
# mapped, evaluated and tuned. Usage: foreign_tuned.sh GROMA FOREIGN
set -eu
groma=$1
foreign=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > foreign.toml <<EOF
groma_program = 1
name = "foreign"
command = ["$foreign", "-pieces", "8", "-cells", "40000", "-steps", "4"]
description = "foreign.app.json"
[correct]
pattern = "correct"
EOF
machine="--machine p100x4 --virtual"

fail() {
  echo "FAILED: $1"
  exit 1
}

if "$groma" eval --own-mapper --program foreign.toml $machine > missing.txt 2>&1; then
  fail "a description that is not there is an error"
fi
grep -q "Make it: groma apps describe --program foreign.toml -o" missing.txt || fail "$(cat missing.txt)"
"$groma" apps describe --program foreign.toml $machine -o foreign.app.json
grep -q '"dimensions": 1' foreign.app.json || fail "the description lacks dimensions"
"$groma" new --program foreign.toml --machine p100x4 -o first.map
"$groma" eval first.map --program foreign.toml $machine | tee eval.txt
grep -q "^status      ok" eval.txt || fail "the first mapping does not run"
grep -q "Region \* argument" eval.txt && fail "a statement names a region by 'argument N'"
"$groma" tune --program foreign.toml $machine --iterations 3 --out tuned | tee tune.txt
grep -q "^Best found " tune.txt || fail "no best"
[ -s tuned/best.map ] || fail "no best.map"
count=$(ls tuned/iter-*.map | wc -l)
[ "$count" = 3 ] || fail "$count mappings instead of 3"
for map in tuned/iter-*.map; do
  "$groma" check "$map" --app foreign.app.json --machine p100x4 || fail "$map has mistakes"
done
# Half of the time of this run is the runtime's own work: the program's own mapper pays for it too.
"$groma" eval --own-mapper --program foreign.toml $machine --json > own.json
python3 -c "
import json
own = json.load(open('own.json'))
assert own['status'] == 'ok', own['reason']
assert any('watched' in mapper for mapper in own['mappers']), own['mappers']
assert own['seconds'] > 40 * 100e-6 / 2, own['seconds']
"
echo passed
