// Looking into a program's file before it is started.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace groma::eval {

/// What the program's file is and which libraries it would get.
struct Binary {
  bool script = false;              // begins with #!; nothing else is known then
  bool statically_linked = false;   // no program interpreter
  bool has_legion_symbols = false;  // defines Legion itself
  std::map<std::string, std::filesystem::path> libraries;  // name → file, as the loader finds them
  std::vector<std::string> missing;                        // names that the loader does not find
};

/// Reads the ELF file and asks its loader for the libraries, with the environment that it would run
/// in. Nothing of the program runs. Errors: not there, not executable, for another processor, no
/// program at all.
Result<Binary> ExamineBinary(const std::filesystem::path& program,
                             const std::map<std::string, std::string>& environment);

/// The version that a Legion library carries ("legion-25.12.0-22-g4679528b4"), "Legion" when none
/// is found. Linear in the file's size.
std::string LegionVersion(const std::filesystem::path& library);

/// Who in the program needs the CUDA runtime library and what shows it ("it links libcudart.so.12",
/// "libfoo.so holds kernels made by nvcc"); empty when nobody does. Legion's own libraries are left
/// out: they bring it and do not use it unless asked.
std::string CudaRuntimeUser(const std::filesystem::path& program, const Binary& binary);

}  // namespace groma::eval
