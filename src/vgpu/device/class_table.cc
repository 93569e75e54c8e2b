#include "vgpu/device/class_table.h"

#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace groma::vgpu {
namespace {

struct Range {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  bool Holds(uintptr_t address, size_t size = 1) const {
    return address >= begin && address < end && size <= end - address;
  }
};

// The parts of one loaded file.
struct Image {
  std::vector<Range> readable;    // never written: names
  std::vector<Range> executable;  // functions
  std::vector<Range> relocated;   // written by the loader: type information and tables
};

bool InAny(const std::vector<Range>& ranges, uintptr_t address, size_t size = 1) {
  for (const Range& range : ranges)
    if (range.Holds(address, size)) return true;
  return false;
}

Image ImageOf(const dl_phdr_info& info) {
  Image image;
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    const Range range{begin, begin + header.p_memsz};
    if (header.p_type == PT_GNU_RELRO) image.relocated.push_back(range);
    if (header.p_type != PT_LOAD || (header.p_flags & PF_R) == 0) continue;
    if ((header.p_flags & PF_X) != 0)
      image.executable.push_back(range);
    else if ((header.p_flags & PF_W) == 0)
      image.readable.push_back(range);
  }
  // Linked without RELRO: the tables lie in the data.
  if (image.relocated.empty())
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info.dlpi_phdr[i];
      const uintptr_t begin = info.dlpi_addr + header.p_vaddr;
      if (header.p_type == PT_LOAD && (header.p_flags & PF_W) != 0)
        image.relocated.push_back({begin, begin + header.p_filesz});
    }
  return image;
}

// The address sanitizer knows variables, not what lies between them.
[[gnu::no_sanitize_address]] uintptr_t WordAt(uintptr_t address) {
  return *reinterpret_cast<const volatile uintptr_t*>(address);
}

[[gnu::no_sanitize_address]] bool TextIs(uintptr_t address, const std::string& text) {
  const auto* at = reinterpret_cast<const volatile char*>(address);
  for (size_t i = 0; i < text.size(); ++i)
    if (at[i] != text[i]) return false;
  return at[text.size()] == '\0';
}

// Calls `visit` with every aligned word's address and value in the relocated parts.
template <class Visit>
void ForEachWord(const Image& image, Visit&& visit) {
  for (const Range& range : image.relocated) {
    const uintptr_t first = (range.begin + 7) & ~uintptr_t{7};
    for (uintptr_t at = first; range.Holds(at, sizeof(uintptr_t)); at += sizeof(uintptr_t))
      visit(at, WordAt(at));
  }
}

// Type information: {its own table, the name, …}.
uintptr_t FindTypeInfo(const Image& image, const std::string& name) {
  uintptr_t found = 0;
  ForEachWord(image, [&](uintptr_t at, uintptr_t word) {
    if (found != 0 || !InAny(image.readable, word, name.size() + 1)) return;
    if (TextIs(word, name)) found = at - sizeof(uintptr_t);
  });
  return found;
}

// A primary table: {0, the type information, function, function, …}.
void** FindTable(const Image& image, uintptr_t type_info) {
  void** found = nullptr;
  ForEachWord(image, [&](uintptr_t at, uintptr_t word) {
    if (found != nullptr || word != type_info) return;
    const uintptr_t before = at - sizeof(uintptr_t);
    const uintptr_t after = at + sizeof(uintptr_t);
    if (InAny(image.relocated, before) && WordAt(before) == 0 && InAny(image.relocated, after) &&
        InAny(image.executable, WordAt(after)))
      found = reinterpret_cast<void**>(after);
  });
  return found;
}

struct Search {
  const std::string* name;
  void** table = nullptr;
};

int SearchImage(dl_phdr_info* info, size_t, void* data) {
  auto* search = static_cast<Search*>(data);
  const Image image = ImageOf(*info);
  const uintptr_t type_info = FindTypeInfo(image, *search->name);
  if (type_info != 0) search->table = FindTable(image, type_info);
  return search->table != nullptr ? 1 : 0;
}

}  // namespace

std::optional<ClassTable> ClassTable::Find(const std::string& mangled_name) {
  Search search{&mangled_name};
  dl_iterate_phdr(SearchImage, &search);
  if (search.table == nullptr) return std::nullopt;
  return ClassTable(search.table);
}

Status ClassTable::Replace(int slot, void* function) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  void** place = slots_ + slot;
  void* start = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(place) & ~(page - 1));
  if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0)
    return Error{fmt::format("cannot replace a virtual function: {}", std::strerror(errno))};
  *place = function;
  mprotect(start, page, PROT_READ);
  return Done{};
}

}  // namespace groma::vgpu
