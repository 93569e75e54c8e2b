// The command lines of the benchmark programs.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/common/run.h"
#include "base/result.h"

namespace groma::apps {

/// The switches that every program takes. Programs' options derive from it; they are copied between
/// tasks as bytes.
struct CommonOptions {
  bool check = false;  // --check
  int mode = 0;        // --functional, --modelled: a Mode
  bool help = false;   // --help
};

/// An option with a whole number from `least` to `most`. `value` is written and must outlive the
/// reading.
struct NumberOption {
  std::string word;
  int64_t* value;
  int64_t least;
  int64_t most;
};

/// An option that is there or not.
struct SwitchOption {
  std::string word;
  bool* value;
};

/// One of the numbers that every program takes, in a program's terms.
struct ScaleOption {
  int64_t least;
  int64_t most;
  std::function<Status(int64_t)> set;  // what it captures must outlive the reading
};

/// The option that only writes a number.
ScaleOption StandsFor(int64_t* value, int64_t least, int64_t most);

/// --size, --steps and --pieces: how large the problem is, how long it runs, and into how many
/// pieces it is cut. They stand for options of the program; among these and them the last one on
/// the command line counts.
struct Scale {
  ScaleOption size, steps, pieces;
};

/// Reads the words after the program's name into the options; those of Legion and Realm among them
/// are passed over. Returns all mistakes, a line each; empty when there are none.
std::string ReadOptions(const std::vector<std::string>& words, const Scale& scale,
                        const std::vector<NumberOption>& numbers,
                        const std::vector<SwitchOption>& switches, CommonOptions& common);

/// `options` when there are no mistakes, else the one error that says them all.
template <typename Options>
Result<Options> Unless(std::string mistakes, const Options& options) {
  if (mistakes.empty()) return options;
  mistakes.pop_back();  // the last line's end
  return Error{mistakes};
}

/// The largest divisor of `number` that is no larger than its root: rows of the grid of `number`
/// tiles that is as square as can be. Cost: the root.
int64_t RowsOfSquarest(int64_t number);

/// What the numbers of a Scale count, and which options they stand for: half a line each.
struct ScaleHelp {
  std::string size, steps, pieces;
};

/// A program's help: what it is for in a line, the common options, its own (lines as `own`), those
/// of the runtime, exit codes.
std::string HelpText(const std::string& program, const std::string& purpose, const ScaleHelp& scale,
                     const std::string& own);

/// What a main function does next: end with an exit code, or run in a mode.
struct Start {
  std::optional<int> exit;
  Mode mode = Mode::kUnset;
};

/// The beginning of every main function. Prints the mistakes of the command line (exit code 2) or
/// the help that it asks for (0), else makes the process run in its mode (3 when it cannot).
Start Begin(const std::string& program, const Result<CommonOptions>& options,
            const std::string& help);

/// The common part of a program's options, for Begin.
template <typename Options>
Result<CommonOptions> CommonOf(const Result<Options>& options) {
  if (!options.ok()) return options.error();
  return CommonOptions(*options);
}

}  // namespace groma::apps
