#!/usr/bin/env bash
# Makes build/groma-VERSION-linux-x86_64.tar.gz from a finished build: package.sh BUILD_FOLDER
# It carries Legion and every library outside the C library's own, and finds them relative to itself: it runs without root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$(realpath "$1")
version=$(sed -n 's/^project(groma VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=groma-$version-linux-x86_64
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cmake --install "$build" --prefix "$stage/$name" --strip >/dev/null
runtime=$stage/$name/lib/groma/runtime
mkdir -p "$runtime"

# Libraries of the system that every Linux of the same age or newer has.
kept_out='^(linux-vdso|ld-linux|libc|libm|libdl|librt|libpthread|libgcc_s)\.so'
wheel=$(sed -n 's/^GROMA_LEGION_WHEEL:PATH=//p' "$build/CMakeCache.txt")
copy_needed() {
  LD_LIBRARY_PATH="$wheel/legate/lib64:$wheel/libucx/lib:$wheel/nvidia/libcal/cu12/lib" ldd "$1" 2>/dev/null |
    awk '$2 == "=>" && $3 ~ /^\// {print $1, $3}' |
    while read -r soname path; do
      [[ $soname =~ $kept_out ]] && continue
      [[ $soname == libcuda.so.1 ]] && continue
      [ -e "$runtime/$soname" ] || cp -L "$path" "$runtime/$soname"
    done
}
while IFS= read -r file; do copy_needed "$file"; done < <(find "$stage/$name" -type f \( -name '*.so*' -o -perm -u+x \))
strip --strip-unneeded "$runtime"/*.so* 2>/dev/null || true

# Every program and library looks for the others from its own place.
while IFS= read -r file; do
  from=$(dirname "$file")
  patchelf --set-rpath "\$ORIGIN:\$ORIGIN/$(realpath --relative-to "$from" "$runtime")" "$file"
done < <(find "$stage/$name" -type f \( -name '*.so*' -o -perm -u+x \) -exec sh -c 'head -c 4 "$1" | grep -q ELF && echo "$1"' _ {} \;)

tar -C "$stage" -czf "build/$name.tar.gz" "$name"
echo "build/$name.tar.gz ($(du -h "build/$name.tar.gz" | cut -f1)): unpack it anywhere and run $name/bin/groma"
