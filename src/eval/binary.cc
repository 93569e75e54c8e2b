#include "eval/binary.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>

#include "base/process.h"

namespace groma::eval {
namespace {

#if defined(__x86_64__)
constexpr int kOurMachine = EM_X86_64;
constexpr std::string_view kOurMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr int kOurMachine = EM_AARCH64;
constexpr std::string_view kOurMachineName = "aarch64";
#else
#error "groma runs on x86-64 and aarch64"
#endif

constexpr std::string_view kLegionStart = "_ZN6Legion7Runtime5startEiPPcbbbbb";

// A file mapped for reading, and its ELF tables. Offsets come from the file: each is checked before
// it is followed.
class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat status {};
    if (::fstat(fd, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<size_t>(status.st_size);
      void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      if (data != MAP_FAILED) data_ = static_cast<const char*>(data);
    }
    ::close(fd);
  }
  ~ElfFile() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  std::string_view Begin(size_t count) const {
    return data_ == nullptr ? "" : std::string_view(data_, std::min(count, size_));
  }

  std::string_view All() const { return Begin(size_); }

  const Elf64_Ehdr* Header() const {
    auto header = At<Elf64_Ehdr>(0, 1);
    if (header.empty() || std::memcmp(header[0].e_ident, ELFMAG, SELFMAG) != 0) return nullptr;
    return &header[0];
  }

  std::span<const Elf64_Phdr> Segments() const {
    const Elf64_Ehdr* header = Header();
    return header ? At<Elf64_Phdr>(header->e_phoff, header->e_phnum)
                  : std::span<const Elf64_Phdr>();
  }

  std::span<const Elf64_Shdr> Sections() const {
    const Elf64_Ehdr* header = Header();
    return header ? At<Elf64_Shdr>(header->e_shoff, header->e_shnum)
                  : std::span<const Elf64_Shdr>();
  }

  std::string_view Text(uint64_t offset) const {
    if (data_ == nullptr || offset >= size_) return {};
    return {data_ + offset, ::strnlen(data_ + offset, size_ - offset)};
  }

  bool HasSection(std::string_view name) const {
    const Elf64_Ehdr* header = Header();
    auto sections = Sections();
    if (header == nullptr || header->e_shstrndx >= sections.size()) return false;
    uint64_t names = sections[header->e_shstrndx].sh_offset;
    for (const Elf64_Shdr& section : sections)
      if (Text(names + section.sh_name) == name) return true;
    return false;
  }

  // The libraries that the file itself asks for (DT_NEEDED).
  std::vector<std::string_view> Needed() const {
    std::vector<std::string_view> names;
    for (const Elf64_Phdr& segment : Segments()) {
      if (segment.p_type != PT_DYNAMIC) continue;
      auto entries = At<Elf64_Dyn>(segment.p_offset, segment.p_filesz / sizeof(Elf64_Dyn));
      std::optional<uint64_t> strings;
      for (const Elf64_Dyn& entry : entries)
        if (entry.d_tag == DT_STRTAB) strings = OffsetOf(entry.d_un.d_ptr);
      if (!strings) continue;
      for (const Elf64_Dyn& entry : entries)
        if (entry.d_tag == DT_NEEDED) names.push_back(Text(*strings + entry.d_un.d_val));
    }
    return names;
  }

  // Calls found(name, defined) for each symbol, static and dynamic, until it answers true.
  template <class F>
  bool AnySymbol(F found) const {
    auto sections = Sections();
    for (const Elf64_Shdr& section : sections) {
      if (section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM) continue;
      if (section.sh_link >= sections.size()) continue;
      uint64_t names = sections[section.sh_link].sh_offset;
      for (const Elf64_Sym& symbol :
           At<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym)))
        if (found(Text(names + symbol.st_name), symbol.st_shndx != SHN_UNDEF)) return true;
    }
    return false;
  }

 private:
  // Where in the file a loaded address lies.
  std::optional<uint64_t> OffsetOf(uint64_t address) const {
    for (const Elf64_Phdr& segment : Segments())
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz)
        return segment.p_offset + (address - segment.p_vaddr);
    return std::nullopt;
  }

  template <class T>
  std::span<const T> At(uint64_t offset, uint64_t count) const {
    if (data_ == nullptr || offset % alignof(T) != 0 || offset > size_ ||
        count > (size_ - offset) / sizeof(T))
      return {};
    return {reinterpret_cast<const T*>(data_ + offset), static_cast<size_t>(count)};
  }

  const char* data_ = nullptr;
  size_t size_ = 0;
};

// The symbol that nvcc's start-up code calls is there when kernels are linked; a stripped program
// still has the section that it registers.
bool HoldsCudaKernels(const ElfFile& file) {
  return file.HasSection(".nvFatBinSegment") || file.AnySymbol([](std::string_view name, bool) {
    return name == "__cudaRegisterFatBinary" || name == "cudaLaunchKernel";
  });
}

// The runtime library, and NVIDIA's libraries that stand on it.
bool NeedsCudaRuntime(std::string_view library) {
  for (std::string_view prefix : {"libcudart.so", "libcublas", "libcusparse", "libcusolver",
                                  "libcufft", "libcurand", "libcudnn", "libnccl"})
    if (library.starts_with(prefix)) return true;
  return false;
}

// How that file needs the CUDA runtime library; empty when it does not.
std::string CudaRuntimeUse(const std::filesystem::path& path) {
  ElfFile file(path);
  for (std::string_view library : file.Needed())
    if (NeedsCudaRuntime(library)) return fmt::format("links {}", library);
  return HoldsCudaKernels(file) ? "holds kernels compiled by nvcc" : "";
}

bool BelongsToLegion(std::string_view library) {
  return library.starts_with("liblegion") || library.starts_with("librealm");
}

// "  libc.so.6 => /lib/… (0x…)", "  libx.so => not found", "  /lib64/ld-linux… (0x…)".
void ReadLoaderOutput(const std::string& text, Binary* binary) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    size_t arrow = line.find(" => ");
    size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    if (arrow == std::string::npos) {
      std::filesystem::path file = line.substr(begin, line.find(" (", begin) - begin);
      if (file.is_absolute()) binary->libraries[file.filename().string()] = file;
      continue;
    }
    std::string name = line.substr(begin, arrow - begin);
    std::string file = line.substr(arrow + 4, line.find(" (", arrow) - arrow - 4);
    if (file.starts_with("not found"))
      binary->missing.push_back(name);
    else
      binary->libraries[name] = file;
  }
}

std::string_view LoaderOf(const ElfFile& file) {
  for (const Elf64_Phdr& segment : file.Segments())
    if (segment.p_type == PT_INTERP) return file.Text(segment.p_offset);
  return {};
}

Status AskLoader(const std::filesystem::path& program, std::string_view loader,
                 const std::map<std::string, std::string>& environment, Binary* binary) {
  ProcessRequest request;
  request.command = {std::string(loader), program.string()};
  request.environment = environment;
  // Unlike --list this goes on behind a library that is not found.
  request.environment.insert_or_assign("LD_TRACE_LOADED_OBJECTS", std::string("1"));
  request.limits.wall_seconds = 20;
  Result<ProcessResult> result = RunProcess(request);
  if (!result)
    return Error{
        fmt::format("{} needs the loader {}, which is not here: it was built for another "
                    "system",
                    program.string(), loader)};
  ReadLoaderOutput(result->output, binary);
  return Done{};
}

}  // namespace

std::string CudaRuntimeUser(const std::filesystem::path& program, const Binary& binary) {
  if (std::string use = CudaRuntimeUse(program); !use.empty()) return "it " + use;
  for (const auto& [name, file] : binary.libraries) {
    if (BelongsToLegion(name)) continue;
    if (std::string use = CudaRuntimeUse(file); !use.empty())
      return fmt::format("{} {}", name, use);
  }
  return "";
}

Result<Binary> ExamineBinary(const std::filesystem::path& program,
                             const std::map<std::string, std::string>& environment) {
  std::error_code error;
  if (!std::filesystem::exists(program, error))
    return Error{fmt::format("there is no program {}", program.string())};
  if (std::filesystem::is_directory(program, error))
    return Error{fmt::format("{} is a folder, not a program", program.string())};
  if (::access(program.c_str(), X_OK) != 0)
    return Error{fmt::format("{} is not executable (chmod +x makes it so)", program.string())};
  ElfFile file(program);
  Binary binary;
  if (file.Begin(2) == "#!") {
    binary.script = true;
    return binary;
  }
  const Elf64_Ehdr* header = file.Header();
  if (header == nullptr)
    return Error{fmt::format("{} is no program that this machine can run", program.string())};
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != kOurMachine)
    return Error{fmt::format("{} is for another kind of processor; this machine is {}",
                             program.string(), kOurMachineName)};
  binary.has_legion_symbols = file.AnySymbol(
      [](std::string_view name, bool defined) { return defined && name == kLegionStart; });
  std::string_view loader = LoaderOf(file);
  binary.statically_linked = loader.empty();
  if (binary.statically_linked) return binary;
  Status asked = AskLoader(program, loader, environment, &binary);
  if (!asked) return asked.error();
  return binary;
}

std::string LegionVersion(const std::filesystem::path& library) {
  constexpr std::string_view kMark = "legion-";
  ElfFile file(library);
  std::string_view text = file.All();
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    std::string_view word = text.substr(at, 64);
    word = word.substr(0, word.find('\0'));
    if (word.size() > kMark.size() + 3 && std::isdigit(word[kMark.size()]) != 0 &&
        word.find('.') != std::string_view::npos)
      return std::string(word);
  }
  return "Legion";
}

}  // namespace groma::eval
