#include "apps/common/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

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

std::optional<ScaleOption> Find(const std::string& word, const Scale& scale,
                                const std::vector<NumberOption>& numbers) {
  if (word == "--size") return scale.size;
  if (word == "--steps") return scale.steps;
  if (word == "--pieces") return scale.pieces;
  for (const NumberOption& own : numbers) {
    if (own.word == word) return StandsFor(own.value, own.least, own.most);
  }
  return std::nullopt;
}

std::string ReadNumber(const std::string& word, const ScaleOption& option,
                       const std::string& value) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem != std::errc() || end != value.data() + value.size() || number < option.least ||
      number > option.most) {
    return fmt::format("{} takes a whole number from {} to {}, not '{}'\n", word, option.least,
                       option.most, value);
  }
  const Status done = option.set(number);
  return done.ok() ? "" : fmt::format("{} {}: {}\n", word, value, done.error().message);
}

}  // namespace

ScaleOption StandsFor(int64_t* value, int64_t least, int64_t most) {
  return {least, most, [value](int64_t number) -> Status {
            *value = number;
            return Done{};
          }};
}

std::string ReadOptions(const std::vector<std::string>& words, const Scale& scale,
                        const std::vector<NumberOption>& numbers,
                        const std::vector<SwitchOption>& switches, CommonOptions& common) {
  std::string mistakes;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (ReadSwitch(word, switches, common)) continue;
    const bool has_value = i + 1 < words.size();
    if (const auto number = Find(word, scale, numbers)) {
      mistakes += has_value ? ReadNumber(word, *number, words[++i])
                            : fmt::format("{} needs a value\n", word);
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

int64_t RowsOfSquarest(int64_t number) {
  int64_t rows = 1;
  for (int64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) rows = divisor;
  }
  return rows;
}

std::string HelpText(const std::string& program, const std::string& purpose, const ScaleHelp& scale,
                     const std::string& own) {
  return fmt::format(
      "{}: {}\n\n"
      "As with every benchmark:\n"
      "  --size N    {}\n"
      "  --steps N   {}\n"
      "  --pieces N  {}\n"
      "  --functional | --modelled\n"
      "              compute everything in real time, or only state the work on the virtual clock\n"
      "              (default: as GROMA_VGPU_MODE says, else functional)\n"
      "  --check     compare the result with a serial reference (functional runs)\n"
      "  --help      this page\n\n"
      "The published program's, and what else there is:\n"
      "{}\n"
      "Where two options say the same, the last one counts. Options of Legion and Realm (-ll:gpu "
      "4,\n"
      "…) may stand among them. Exit code: 0 done, 1 the check failed, 2 wrong usage, 3 no "
      "virtual\n"
      "GPUs for --modelled, or none of the processors that the tasks need.\n",
      program, purpose, scale.size, scale.steps, scale.pieces, own);
}

Start Begin(const std::string& program, const Result<CommonOptions>& options,
            const std::string& help) {
  const auto refuse = [&](const Error& error, int exit) -> Start {
    std::fprintf(stderr, "%s: %s\n", program.c_str(), error.message.c_str());
    return {exit};
  };
  if (!options.ok()) return refuse(options.error(), 2);
  if (options->help) {
    std::fputs(help.c_str(), stdout);
    return {0};
  }
  const Result<Mode> mode = SetMode(static_cast<Mode>(options->mode));
  if (!mode.ok()) return refuse(mode.error(), 3);
  return {std::nullopt, *mode};
}

}  // namespace groma::apps
