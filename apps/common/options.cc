#include "apps/common/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "apps/common/run.h"

namespace groma::apps {
namespace {

bool ReadSwitch(const std::string& word, const std::vector<SwitchOption>& switches,
                CommonOptions& common) {
  const auto own = std::find_if(switches.begin(), switches.end(),
                                [&](const SwitchOption& option) { return option.word == word; });
  if (own != switches.end()) {
    *own->value = true;
  } else if (word == "--check") {
    common.check = true;
  } else if (word == "--functional") {
    common.mode = static_cast<int>(Mode::kFunctional);
  } else if (word == "--modelled") {
    common.mode = static_cast<int>(Mode::kModelled);
  } else if (word == "--help" || word == "-h") {
    common.help = true;
  } else {
    return false;
  }
  return true;
}

std::string ReadNumber(const NumberOption& option, const std::string& value) {
  int64_t parsed = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (problem != std::errc() || end != value.data() + value.size() || parsed < option.least ||
      parsed > option.most) {
    return fmt::format("{} takes a whole number from {} to {}, not '{}'\n", option.word,
                       option.least, option.most, value);
  }
  *option.value = parsed;
  return "";
}

}  // namespace

std::string ReadOptions(const std::vector<std::string>& words,
                        const std::vector<NumberOption>& numbers,
                        const std::vector<SwitchOption>& switches, CommonOptions& common) {
  std::string mistakes;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (ReadSwitch(word, switches, common)) continue;
    const bool has_value = i + 1 < words.size();
    const auto number = std::find_if(numbers.begin(), numbers.end(),
                                     [&](const NumberOption& n) { return n.word == word; });
    if (number != numbers.end()) {
      mistakes +=
          has_value ? ReadNumber(*number, words[++i]) : fmt::format("{} needs a value\n", word);
    } else if (IsRuntimeOption(word)) {
      if (has_value && !words[i + 1].starts_with('-')) ++i;
    } else {
      mistakes += fmt::format("unknown option '{}' (--help lists them)\n", word);
    }
  }
  if (common.check && common.mode == static_cast<int>(Mode::kModelled)) {
    mistakes +=
        "--check needs computed values, and a modelled run computes none: use --functional\n";
  }
  return mistakes;
}

std::string CommonHelp() {
  return "  --functional | --modelled\n"
         "            compute everything in real time, or only state the work on the virtual "
         "clock\n"
         "            (default: as GROMA_VGPU_MODE says, else functional)\n"
         "  --check   compare the result with a serial reference (functional runs)\n"
         "  --help    this page\n"
         "\n"
         "Options of Legion and Realm (-ll:gpu 4, …) may stand among them. Exit code: 0 done,\n"
         "1 the check failed, 2 wrong usage, 3 no virtual GPUs for --modelled.\n";
}

}  // namespace groma::apps
