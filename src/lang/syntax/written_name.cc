#include "lang/syntax/written_name.h"

#include "base/kinds.h"

namespace groma::lang {

std::string WrittenName(const std::string& name) {
  const auto is_letter = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  bool is_word = !name.empty() && is_letter(static_cast<unsigned char>(name[0]));
  std::string quoted = "\"";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 127) return "";
    is_word = is_word && (is_letter(byte) || (byte >= '0' && byte <= '9'));
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const bool is_kind = ParseProcessorKind(name) || ParseMemoryKind(name);
  return is_word && !is_kind ? name : quoted + "\"";
}

}  // namespace groma::lang
