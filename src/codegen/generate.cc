#include "codegen/generate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "codegen/body_writer.h"
#include "codegen/tables.h"

namespace groma::codegen {
namespace {

void Append(std::string& text, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) text += (line.empty() ? "" : "  ") + line + "\n";
}

/// A part of the class with a heading; nothing when it has no lines.
void Section(std::string& text, std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  text += fmt::format("\n  // {}\n", heading);
  Append(text, lines);
}

std::string Class(const lang::Program& program, const std::string& name) {
  ProgramNames names(program);
  std::vector<std::string> globals, functions;
  for (size_t i = 0; i < program.globals.size(); ++i) {
    const auto lines = BodyWriter(names).WriteGlobal(program.globals[i], names.globals[i]);
    globals.insert(globals.end(), lines.begin(), lines.end());
  }
  for (size_t i = 0; i < program.functions.size(); ++i) {
    if (i > 0) functions.emplace_back();
    const auto lines = BodyWriter(names).WriteFunction(i);
    functions.insert(functions.end(), lines.begin(), lines.end());
  }
  const std::vector<std::string> maps = WriteMaps(names, name);
  std::string text = fmt::format(
      "class {0} final : public Mapping {{\n public:\n  explicit {0}(const Shape& shape) : "
      "Mapping(shape) {{}}\n\n private:\n",
      name);
  std::string body;
  Section(body, "Statements; the last number of a row is the line.", WriteTables(program));
  Section(body, "Values.", globals);
  Section(body, "Functions.", functions);
  Section(body, "Which function places which tasks.", maps);
  text += body.empty() ? body : body.substr(1);
  return text + "};\n";
}

/// The mapper and the function that puts it in the place of Legion's default mapper.
std::string Mapper(const std::string& name) {
  return fmt::format(R"(
/// The mapper for Legion: `Runtime::add_registration_callback({0}Mapper::Register)`.
class {0}Mapper final : public MappingMapper {{
 public:
  using MappingMapper::MappingMapper;
  static void Register(Legion::Machine machine, Legion::Runtime* runtime,
                       const std::set<Legion::Processor>& processors) {{
    ReplaceDefaultMappers<{0}, {0}Mapper>(machine, runtime, processors);
  }}
}};
)",
                     name);
}

}  // namespace

std::string Generate(const lang::Program& program, const Options& options) {
  CHECK(program.source != nullptr, "a program without its source");
  std::string file = program.source->name();
  if (const size_t slash = file.rfind('/'); slash != std::string::npos) file.erase(0, slash + 1);
  for (char& c : file) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\\') c = '?';
  }
  std::string text = fmt::format(
      "// {0} in C++, made by `groma compile`: change the mapping, not this file.\n"
      "#include \"groma/{1}.h\"\n\n"
      "namespace groma::generated {{\n\n"
      "/// What {0} decides.\n",
      file, options.legion ? "groma_mapping_mapper" : "groma_mapping");
  text += Class(program, options.class_name);
  if (options.legion) text += Mapper(options.class_name);
  return text + "\n}  // namespace groma::generated\n";
}

bool IsClassName(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), fits) &&
         Names().Take(name) == name;
}

std::string ClassNameOf(std::string_view file_name) {
  if (const size_t slash = file_name.rfind('/'); slash != std::string_view::npos) {
    file_name.remove_prefix(slash + 1);
  }
  if (const size_t dot = file_name.find('.'); dot != std::string_view::npos && dot > 0) {
    file_name = file_name.substr(0, dot);
  }
  std::string name;
  bool begins = true;
  for (const char c : file_name) {
    const bool digit = c >= '0' && c <= '9';
    const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    if (!digit && !lower && !upper) {
      begins = true;
      continue;
    }
    name += begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name = "Mapping" + name;
  return Names().Take(name);
}

}  // namespace groma::codegen
