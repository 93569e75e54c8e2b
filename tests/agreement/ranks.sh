# Sourced by scripts that run a program on several ranks of one computer. They set build and folder.
# shellcheck shell=bash disable=SC2154
paths=$(sed -n 's/^GROMA_LEGION_LIBRARY_PATH=//p' "$build/agreement_legion")
[ -e "$build/lib/libgroma_ranks.so" ] || { echo "this Legion has no network: build with the wheel 26.1.0" >&2; exit 3; }

# on_ranks COUNT PRELOADED [VARIABLE…] PROGRAM WORD…: runs the program as COUNT ranks of three CPUs each; what they print goes
# to out.RANK and stderr.RANK in the folder.
on_ranks() {
  local count=$1 preload=$2 rank meet
  local flags=(-ll:cpu 3 -ll:util 1 -ll:csize 64 -ll:gpu 0 -ll:networks ucx -lg:safe_mapper -lg:no_auto_tracing)
  shift 2
  meet=$(mktemp -d "$folder/meet.XXXX")
  for ((rank = 0; rank < count; ++rank)); do
    timeout 120 env "LD_LIBRARY_PATH=$build/lib/vgpu:$paths" UCX_TLS=self,sm,tcp \
      "LD_PRELOAD=$preload:$build/lib/libgroma_ranks.so" \
      REALM_UCP_BOOTSTRAP_MODE=plugin "REALM_UCP_BOOTSTRAP_PLUGIN=$build/lib/libgroma_ranks.so" \
      "GROMA_RANK=$rank" "GROMA_RANKS=$count" "GROMA_RANKS_FOLDER=$meet" \
      "$@" "${flags[@]}" >"$folder/out.$rank" 2>"$folder/stderr.$rank" &
  done
  wait
}
