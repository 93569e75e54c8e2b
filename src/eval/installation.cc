#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/auxv.h>

#include <cstdlib>
#include <string_view>

#include "eval/launch.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;

// Where libraries and helpers lie below the prefix: in a build tree, as installed by this build, in
// packages for other systems.
constexpr const char* kLibraryFolders[] = {"lib", GROMA_INSTALL_LIBDIR "/groma", "lib/groma",
                                           "lib64/groma"};

fs::path IfThere(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error) ? fs::weakly_canonical(file, error) : fs::path();
}

fs::path FindLibrary(const fs::path& prefix, const char* name) {
  for (const char* folder : kLibraryFolders)
    if (fs::path found = IfThere(prefix / folder / name); !found.empty()) return found;
  return {};
}

// In a build tree programs lie in bin.
fs::path FindHelper(const fs::path& prefix, const char* name, const char* in_build_tree) {
  fs::path found = FindLibrary(prefix, name);
  return found.empty() ? IfThere(prefix / in_build_tree) : found;
}

// The prefix: GROMA_HOME, or what holds the folder of the running executable.
fs::path Prefix() {
  if (const char* home = std::getenv("GROMA_HOME"); home != nullptr && *home != 0) return home;
  std::error_code error;
  fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) {  // no /proc here: the name that it was started by
    const auto* started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    if (started == nullptr) return {};
    self = fs::absolute(started, error);
  }
  fs::path folder = self.parent_path();
  // Test programs of a build tree may lie deeper than bin.
  for (fs::path prefix = folder.parent_path(); prefix.has_relative_path();
       prefix = prefix.parent_path())
    if (fs::exists(prefix / "bin", error) &&
        (fs::exists(prefix / "lib", error) || fs::exists(prefix / "lib64", error)))
      return prefix;
  return folder.parent_path();
}

bool DriverLibraryLoads() {
  void* library = ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return false;
  // Our own driver may be loaded into groma's tests; it is not a real one.
  bool ours = ::dlsym(library, "groma_vgpu_now") != nullptr;
  ::dlclose(library);
  return !ours;
}

// A device file of a GPU: /dev/nvidia0 …, or the one of the Windows subsystem.
bool HasDeviceFile() {
  std::error_code error;
  if (fs::exists("/dev/dxg", error)) return true;
  for (int i = 0; i < 16; ++i)
    if (fs::exists(fmt::format("/dev/nvidia{}", i), error)) return true;
  return false;
}

}  // namespace

Installation FindInstallation() {
  fs::path prefix = Prefix();
  Installation found;
  if (prefix.empty()) return found;
  found.preload = FindLibrary(prefix, "libgroma_preload.so");
  found.mapper = FindLibrary(prefix, "libgroma_mapper.so");
  found.virtual_driver = FindLibrary(prefix, "vgpu/libcuda.so.1");
  found.selftest = FindHelper(prefix, "groma_vgpu_selftest", "bin/groma_vgpu_selftest");
  found.programs = FindHelper(prefix, "apps", "bin");
  found.machines = IfThere(prefix / "share/groma/machines");
  found.apps = IfThere(prefix / "share/groma/apps");
  return found;
}

bool HasRealGpu() {
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  if (visible != nullptr && (std::string_view(visible).empty() || *visible == '-')) return false;
  return HasDeviceFile() && DriverLibraryLoads();
}

}  // namespace groma::eval
