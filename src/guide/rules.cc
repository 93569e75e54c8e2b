#include "guide/rules.h"

#include "base/check.h"
#include "base/files.h"
#include "guide/rules_text.h"

namespace groma::guide {

std::string_view ShippedRulesText() { return kRulesText; }

const std::vector<Rule>& ShippedRules() {
  static const std::vector<Rule> rules = [] {
    Result<std::vector<Rule>> parsed = ParseRules(kRulesText, "rules.toml");
    CHECK(parsed.ok(), parsed.ok() ? "" : parsed.error().message);
    for (Rule& rule : *parsed) rule.shipped = true;
    return std::move(*parsed);
  }();
  return rules;
}

Result<std::vector<Rule>> ReadRules(const std::filesystem::path& file) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  return ParseRules(*text, file.string());
}

}  // namespace groma::guide
