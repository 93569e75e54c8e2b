#include "vgpu/device/imports.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

namespace groma::vgpu {
namespace {

// What the dynamic section of one loaded file says about its imports (System V ABI, AMD64).
struct Imports {
  const ElfW(Sym) * symbols = nullptr;
  const char* strings = nullptr;
  const ElfW(Rela) * jumps = nullptr;
  size_t jumps_size = 0;
  const ElfW(Rela) * others = nullptr;
  size_t others_size = 0;
};

Imports ImportsOf(const dl_phdr_info& info) {
  Imports imports;
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    if (info.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const auto* entry =
        reinterpret_cast<const ElfW(Dyn)*>(info.dlpi_addr + info.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      // The loader has made addresses of them, except in what the kernel provides.
      uintptr_t address = entry->d_un.d_ptr;
      if (address < info.dlpi_addr) address += info.dlpi_addr;
      switch (entry->d_tag) {
        case DT_SYMTAB:
          imports.symbols = reinterpret_cast<const ElfW(Sym)*>(address);
          break;
        case DT_STRTAB:
          imports.strings = reinterpret_cast<const char*>(address);
          break;
        case DT_JMPREL:
          imports.jumps = reinterpret_cast<const ElfW(Rela)*>(address);
          break;
        case DT_PLTRELSZ:
          imports.jumps_size = entry->d_un.d_val;
          break;
        case DT_RELA:
          imports.others = reinterpret_cast<const ElfW(Rela)*>(address);
          break;
        case DT_RELASZ:
          imports.others_size = entry->d_un.d_val;
          break;
        default:
          break;
      }
    }
  }
  return imports;
}

struct Redirection {
  std::string_view name;
  void* function;
  int places = 0;
};

void Write(void** place, void* function) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  void* start = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(place) & ~(page - 1));
  // Import tables may be read-only once the loader is done; other entries of the page may be bound
  // later, so that it stays writable.
  if (mprotect(start, page, PROT_READ | PROT_WRITE) == 0) *place = function;
}

void Redirect(const dl_phdr_info& info, const Imports& imports, const ElfW(Rela) * table,
              size_t size, Redirection* redirection) {
  for (size_t i = 0; i < size / sizeof(ElfW(Rela)); ++i) {
    const auto type = ELF64_R_TYPE(table[i].r_info);
    if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) continue;
    const ElfW(Sym)& symbol = imports.symbols[ELF64_R_SYM(table[i].r_info)];
    if (redirection->name != imports.strings + symbol.st_name) continue;
    auto** place = reinterpret_cast<void**>(info.dlpi_addr + table[i].r_offset);
    if (*place == redirection->function) continue;
    Write(place, redirection->function);
    if (*place == redirection->function) ++redirection->places;
  }
}

int RedirectIn(dl_phdr_info* info, size_t, void* data) {
  auto* redirection = static_cast<Redirection*>(data);
  const Imports imports = ImportsOf(*info);
  if (imports.symbols == nullptr || imports.strings == nullptr) return 0;
  if (imports.jumps != nullptr)
    Redirect(*info, imports, imports.jumps, imports.jumps_size, redirection);
  if (imports.others != nullptr)
    Redirect(*info, imports, imports.others, imports.others_size, redirection);
  return 0;
}

}  // namespace

void* RedirectImports(const char* name, void* function, int* places) {
  // Looked up by name: an entry that was never called yet points to a stub that would look the
  // function up and undo the redirection.
  void* original = dlsym(RTLD_DEFAULT, name);
  *places = 0;
  if (original == nullptr) return nullptr;
  Redirection redirection{name, function};
  dl_iterate_phdr(RedirectIn, &redirection);
  *places = redirection.places;
  return original;
}

}  // namespace groma::vgpu
