// `groma compile`: a mapping as a C++ mapper.
#include <fmt/format.h>

#include <filesystem>

#include "base/files.h"
#include "cli/command.h"
#include "cli/mapping_file.h"
#include "codegen/generate.h"

namespace groma::cli {
namespace {

struct Options {
  std::string file;
  std::string output;
  std::string class_name;
  bool decisions = false;
};

Exit Compile(const Options& options) {
  const std::string name =
      options.class_name.empty() ? codegen::ClassNameOf(options.file) : options.class_name;
  if (!codegen::IsClassName(name)) {
    return Fail(Exit::kUsage,
                fmt::format("the class cannot be called '{}': that is no C++ name, or a word that "
                            "means something else in the mapper, or one in capitals, which may be "
                            "a macro",
                            name));
  }
  std::error_code ignored;
  if (std::filesystem::equivalent(options.file, options.output, ignored)) {
    return Fail(Exit::kUsage, fmt::format("-o {} is the mapping itself", options.output));
  }
  Result<mapping::CheckedText> loaded = LoadMapping(options.file, nullptr, nullptr);
  if (!loaded) return Fail(Exit::kEnvironment, loaded.error().message);
  fmt::print(stderr, "{}", Render(loaded->diagnostics, *loaded->source, ColourOnStderr()));
  if (!loaded->ok()) return Exit::kAtFault;
  const std::string text =
      codegen::Generate(*loaded->program, {.class_name = name, .legion = !options.decisions});
  if (options.output.empty()) {
    fmt::print("{}", text);
    return Exit::kDone;
  }
  Status written = WriteFile(options.output, text);
  if (!written) return Fail(Exit::kEnvironment, written.error().message);
  return Exit::kDone;
}

}  // namespace

void AddCompile(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("compile", "Write a mapping as a C++ mapper for Legion");
  command->add_option("file", options->file, kMappingFile)->required();
  command->add_option("-o,--output", options->output, "The C++ file; stdout without it");
  command->add_option("--class", options->class_name,
                      "The class of the decisions; the mapper is this and `Mapper`. From the "
                      "file's name without it");
  command->add_flag("--decisions", options->decisions,
                    "Only what the mapping decides, which needs no Legion");
  command->footer(
      "Example:\n"
      "  groma compile my.map -o my_mapper.cc\n"
      "  g++ -std=c++17 -shared -fPIC -I PREFIX/include -I LEGION/include "
      "-I LEGION/include/legion my_mapper.cc -o "
      "my_mapper.so");
  command->callback([options, &context] { context.exit = Compile(*options); });
}

}  // namespace groma::cli
