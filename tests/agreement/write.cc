// agreement_write COUNT SEED FOLDER: writes COUNT random mappings that pass the checker, as
// N.map, and their decisions in C++, 50 to a file, as partN.cc with a function make_N each.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "agreement/random_mapping.h"
#include "base/files.h"
#include "codegen/generate.h"
#include "lang/lang.h"

namespace groma::agreement {
namespace {

constexpr int kPerPart = 50;

constexpr const char kMake[] = R"(
extern "C" groma::generated::Mapping* make_{0}(const groma::generated::Shape& shape,
                                               groma::generated::Error& error) {{
  try {{
    return new groma::generated::Mapping{0}(shape);
  }} catch (const groma::generated::Error& thrown) {{
    error = thrown;
    return nullptr;
  }}
}}
)";

int Main(int count, uint64_t seed, const std::filesystem::path& folder) {
  std::string part;
  int refused = 0;
  for (int number = 0; number < count; ++seed) {
    const std::string text = RandomMapping(seed);
    DiagnosticSink sink;
    const auto program = lang::Compile(
        std::make_shared<const SourceFile>(fmt::format("{}.map", number), text), sink);
    if (!program) {
      ++refused;
      if (std::getenv("AGREEMENT_SHOW_REFUSED") != nullptr) {
        fmt::print("{}\n", Render(sink.Take(), SourceFile("refused", text), false));
      }
      continue;
    }
    part += codegen::Generate(*program,
                              {.class_name = fmt::format("Mapping{}", number), .legion = false});
    part += fmt::format(kMake, number);
    if (!WriteFile(folder / fmt::format("{}.map", number), text).ok()) return 1;
    ++number;
    if (number % kPerPart != 0 && number != count) continue;
    if (!WriteFile(folder / fmt::format("part{}.cc", (number - 1) / kPerPart), part).ok()) return 1;
    part.clear();
  }
  fmt::print("{} mappings, {} others refused by the checker\n", count, refused);
  return 0;
}

}  // namespace
}  // namespace groma::agreement

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return groma::agreement::Main(std::atoi(argv[1]), std::strtoull(argv[2], nullptr, 10), argv[3]);
}
