#include "apps/circuit/options.h"

#include <fmt/core.h>

#include <charconv>
#include <map>

#include "apps/common/run.h"

namespace groma::circuit {
namespace {

struct Number {
  int64_t Options::*member;
  int64_t least;
  int64_t most;
};

const std::map<std::string, Number>& Numbers() {
  static const std::map<std::string, Number> numbers = {
      {"-l", {&Options::loops, 1, 1'000'000}},
      {"-p", {&Options::pieces, 1, 1'000'000}},
      {"-pps", {&Options::pieces_per_superpiece, 1, 1'000'000}},
      {"-npp", {&Options::nodes_per_piece, 2, 1'000'000'000}},
      {"-wpp", {&Options::wires_per_piece, 1, 1'000'000'000}},
      {"-pct", {&Options::percent_in_piece, 0, 100}},
      {"-s", {&Options::seed, 0, INT64_MAX}},
      {"-i", {&Options::steps, 1, 1'000'000'000}},
      {"-prune", {&Options::prune, 0, 1'000'000}},
  };
  return numbers;
}

bool Switch(const std::string& word, Options& options) {
  if (word == "--check") {
    options.check = true;
  } else if (word == "--functional") {
    options.mode = static_cast<int>(apps::Mode::kFunctional);
  } else if (word == "--modelled") {
    options.mode = static_cast<int>(apps::Mode::kModelled);
  } else if (word == "--help" || word == "-h") {
    options.help = true;
  } else {
    return false;
  }
  return true;
}

std::string Apply(const std::string& word, const std::string& value, Options& options) {
  const Number& number = Numbers().at(word);
  int64_t parsed = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (problem != std::errc() || end != value.data() + value.size() || parsed < number.least ||
      parsed > number.most) {
    return fmt::format("{} takes a whole number from {} to {}, not '{}'\n", word, number.least,
                       number.most, value);
  }
  options.*number.member = parsed;
  return "";
}

}  // namespace

Result<Options> ParseOptions(const std::vector<std::string>& words) {
  Options options;
  std::string mistakes;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (Switch(word, options)) continue;
    const bool has_value = i + 1 < words.size();
    if (Numbers().contains(word)) {
      mistakes +=
          has_value ? Apply(word, words[++i], options) : fmt::format("{} needs a value\n", word);
    } else if (apps::IsRuntimeOption(word)) {
      if (has_value && !words[i + 1].starts_with('-')) ++i;
    } else {
      mistakes += fmt::format("unknown option '{}' (--help lists them)\n", word);
    }
  }
  if (options.pieces % options.pieces_per_superpiece != 0) {
    mistakes += fmt::format("-pps {} does not divide -p {}: superpieces have equally many pieces\n",
                            options.pieces_per_superpiece, options.pieces);
  }
  if (options.check && options.mode == static_cast<int>(apps::Mode::kModelled)) {
    mistakes +=
        "--check needs computed values, and a modelled run computes none: use --functional\n";
  }
  if (mistakes.empty()) return options;
  mistakes.pop_back();
  return Error{mistakes};
}

std::string HelpText() {
  return "circuit: simulates currents and voltages in an electrical circuit\n"
         "\n"
         "  -npp N    nodes in a piece (4)\n"
         "  -wpp N    wires in a piece (8)\n"
         "  -p N      pieces (4)\n"
         "  -pps N    pieces in a superpiece: one point of every index launch (1)\n"
         "  -l N      timed loops (5)\n"
         "  -prune N  loops before the timed ones, and as many after them (0)\n"
         "  -i N      iterations of the wire model in one loop (10000)\n"
         "  -pct N    percent of the wires that stay in their piece (80)\n"
         "  -s N      seed of the circuit (12345)\n"
         "  --functional | --modelled\n"
         "            compute everything in real time, or only state the work on the virtual "
         "clock\n"
         "            (default: as GROMA_VGPU_MODE says, else functional)\n"
         "  --check   compare the result with a serial reference (functional runs)\n"
         "  --help    this page\n"
         "\n"
         "Options of Legion and Realm (-ll:gpu 4, …) may stand among them. Exit code: 0 done,\n"
         "1 the check failed, 2 wrong usage, 3 no virtual GPUs for --modelled.\n";
}

}  // namespace groma::circuit
