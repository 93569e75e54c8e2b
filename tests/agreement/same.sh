# Sourced by scripts that hold an expert.cc to its expert.map. They set folder, with what was decided in its files map and cpp.

# same_decisions WHAT: ends the script unless both files have the same lines, and enough of them to tell.
same_decisions() {
  if ! cmp -s "$folder/map" "$folder/cpp"; then
    echo "expert.map (<) and expert.cc (>) decide differently:"
    diff "$folder/map" "$folder/cpp" | head -n 20
    exit 1
  fi
  local count
  count=$(wc -l <"$folder/map")
  echo "$count $1 are the same"
  [ "$count" -ge 20 ] || { echo "that is too few to tell"; exit 1; }
}
