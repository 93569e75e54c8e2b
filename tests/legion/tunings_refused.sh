#!/bin/sh
# Tunings that nothing good can come of: another program's journal, a program that always crashes, a start with
# mistakes, an --out that is no folder. Usage: tunings_refused.sh GROMA FOREIGN
set -eu
groma=$1
foreign=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
machine=p100x4

fail() {
  echo "FAILED: $1"
  exit 1
}

# program FILE COMMAND: a program file; the description is shared by all.
program() {
  cat > "$1" <<EOF
groma_program = 1
name = "foreign"
command = [$2]
description = "foreign.app.json"
EOF
}

# tune CODE SAYS ARGUMENTS…: exits with CODE, and its stderr holds SAYS.
tune() {
  code=$1
  says=$2
  shift 2
  got=0
  "$groma" tune --virtual --machine "$machine" --iterations 1 "$@" > out.txt 2> err.txt || got=$?
  [ "$got" = "$code" ] || fail "tune $*: exit code $got instead of $code: $(cat out.txt err.txt)"
  grep -qF "$says" err.txt || fail "tune $*: stderr lacks '$says': $(cat err.txt)"
}

program long.toml "\"$foreign\", \"-pieces\", \"8\", \"-cells\", \"40000\", \"-steps\", \"4\""
program short.toml "\"$foreign\", \"-pieces\", \"8\", \"-cells\", \"40000\", \"-steps\", \"2\""
"$groma" apps describe --program long.toml --virtual --machine p100x4 -o foreign.app.json

# Another program is not gone on with.
tune 0 "" --program long.toml --out tuned
cp tuned/best.map best.map
tune 3 "belongs to another tuning: the command was $foreign -pieces 8 -cells 40000 -steps 4 and is" \
  --program short.toml --out tuned --resume
cmp -s best.map tuned/best.map || fail "best.map was written by a tuning that was refused"
tune 0 "(from the journal)" --program long.toml --out tuned --resume

# Nor on another machine of the same name.
"$groma" machine show p100x4 | sed 's/^framebuffer = .*/framebuffer = "8 GiB"/' > smaller.toml
machine=smaller.toml
tune 3 "the machine description (hash) was" --program long.toml --out tuned --resume
machine=p100x4

# Ctrl-C is told as a shell tells it, and leaves nothing running.
program sleep.toml '"/bin/sleep", "61.25"'
echo 'launcher = true' >> sleep.toml
"$groma" tune --virtual --machine p100x4 --program sleep.toml --out stopped > out.txt 2> err.txt &
sleep 2
kill -INT $!
got=0
wait $! || got=$?
[ "$got" = 130 ] || fail "exit code $got after Ctrl-C: $(cat out.txt err.txt)"
grep -qF -- "--resume --out stopped" err.txt || fail "$(cat err.txt)"
! grep -lsz '^6[1]\.25$' /proc/[0-9]*/cmdline > left.txt || fail "left running: $(cat left.txt)"

# Where everything crashes there is no best.
program crash.toml '"/bin/sh", "-c", "kill -SEGV $$"'
echo 'launcher = true' >> crash.toml
tune 1 "no mapping ran. The first reason: crashed" --program crash.toml --out crashed
[ ! -e crashed/best.map ] || fail "a best.map where nothing ran"
grep -q "^Best found  *none: no mapping ran" crashed/summary.txt || fail "$(cat crashed/summary.txt)"

# A start with mistakes is told as check tells it.
printf 'Task * GPUS;\nRegion\n' > bad.map
"$groma" check bad.map --program long.toml --machine p100x4 > checked.txt && fail "bad.map has mistakes"
tune 0 "bad.map:1:8: error:" --program long.toml --out from_bad --start bad.map
grep "bad.map:[0-9]" checked.txt | while read -r line; do
  grep -qF "$line" err.txt || fail "stderr lacks '$line'"
  grep -qF "$line" from_bad/summary.txt || fail "summary.txt lacks '$line'"
done

# An --out that is no folder, or has no tuning in it.
echo mine > file
tune 3 "file is a file" --program long.toml --out file
tune 3 "nothing to resume" --program long.toml --out nothere --resume
[ ! -e nothere ] || fail "a folder is left where nothing was resumed"
echo passed
