#!/usr/bin/env bash
# Makes build/groma-VERSION-linux-x86_64.tar.gz from a finished build: package.sh BUILD_FOLDER
# It carries Legion and every library outside the C library's own, and finds them relative to itself: it runs without root.
#
# libstdc++ comes along for groma and the benchmarks, which are built with the newest one that they may meet. The libraries that
# go into programs of other people bring none: libcuda.so.1 has it linked in, the guard needs none, and the mapper library is
# loaded after Legion and uses the one that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$(realpath "$1")
version=$(sed -n 's/^project(groma VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=groma-$version-linux-x86_64
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
die() { printf 'package: %s\n' "$*" >&2; exit 1; }

cmake --install "$build" --prefix "$stage/$name" --strip >/dev/null
runtime=$stage/$name/lib/groma/runtime
notices=$stage/$name/share/doc/groma
mkdir -p "$runtime" "$notices/licences"
cp LICENSE README.md "$notices"

elf_files() { find "$stage/$name" -type f -exec sh -c 'head -c 4 "$1" | grep -q ELF && echo "$1"' _ {} \;; }

# The C library and what belongs to it is the system's; libcuda.so.1 is the driver's, a real one or ours.
kept_out='^(linux-vdso|ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libcuda)\.so'
wheel=$(sed -n 's/^GROMA_LEGION_WHEEL:PATH=//p' "$build/CMakeCache.txt")
copy_needed() {
  local needed
  needed=$(LD_LIBRARY_PATH="$wheel/legate/lib64:$wheel/libucx/lib:$wheel/nvidia/libcal/cu12/lib" ldd "$1") || die "ldd fails on $1"
  while read -r soname arrow path _; do
    [ "$arrow" = "=>" ] || continue
    [[ $soname =~ $kept_out ]] && continue
    [[ $path == "$stage"/* ]] && continue
    [ "$path" != not ] || die "$1 needs $soname, which is not found"
    [ -e "$runtime/$soname" ] || cp -L "$path" "$runtime/$soname"
    copy_licence "$path"
  done <<<"$needed"
}
# A library of a Debian package has its licence there, one of a wheel beside its metadata.
copy_licence() {
  local package
  package=$(dpkg-query -S "$(realpath "$1")" "$1" 2>/dev/null | sed -n '1s/:.*//p') || true
  [ -n "$package" ] && [ -f "/usr/share/doc/$package/copyright" ] && cp -L "/usr/share/doc/$package/copyright" "$notices/licences/$package"
  return 0
}
while IFS= read -r file; do copy_needed "$file"; done < <(elf_files)
for metadata in "${wheel:-/nowhere}"/*.dist-info; do
  find "$metadata" -type f -iname '*licen[cs]e*' 2>/dev/null | while IFS= read -r file; do
    cp -L "$file" "$notices/licences/$(basename "$metadata" .dist-info)-$(basename "$file")"
  done
done
chmod u+w "$runtime"/*
strip --strip-unneeded "$runtime"/*

# Every program and library looks for the others from its own place.
while IFS= read -r file; do
  to=$(realpath --relative-to "$(dirname "$file")" "$runtime")
  patchelf --set-rpath "\$ORIGIN:\$ORIGIN/$to" "$file"
done < <(elf_files)

# What it finds now must lie within it or be the C library's.
while IFS= read -r file; do
  while read -r soname arrow path _; do
    if [ "$arrow" != "=>" ] || [[ $soname =~ $kept_out ]]; then continue; fi
    [[ $(realpath -m "$path") == "$(realpath "$stage")"/* ]] || die "$(basename "$file") would take $soname from outside: $path"
  done < <(env -u LD_LIBRARY_PATH ldd "$file")
done < <(elf_files)
glibc=$(elf_files | xargs objdump -T | grep -o 'GLIBC_2[0-9.]*' | sort -uV | tail -n 1)

tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner -czf "build/$name.tar.gz" "$name"
echo "build/$name.tar.gz ($(du -h "build/$name.tar.gz" | cut -f1)): unpack it anywhere and run $name/bin/groma; it needs glibc ${glibc#GLIBC_} or newer"
