// The command lines of the benchmark programs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace groma::apps {

/// What every program's command line takes. Programs' options derive from it; they are copied
/// between tasks as bytes.
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

/// Reads the words after the program's name into the options; those of Legion and Realm among them
/// are passed over. Returns all mistakes, a line each; empty when there are none.
std::string ReadOptions(const std::vector<std::string>& words,
                        const std::vector<NumberOption>& numbers,
                        const std::vector<SwitchOption>& switches, CommonOptions& common);

/// The end of every program's help: the common options, those of the runtime, exit codes.
std::string CommonHelp();

}  // namespace groma::apps
