// Program files (prog.toml): how to run a program and how to read its figure. The benchmarks are
// such files too.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace groma::eval {

/// The figure that is tuned. Without a pattern: the seconds of the run (virtual ones in a modelled
/// run), unit "s", lower is better.
struct Metric {
  std::string
      pattern;  // ECMAScript regular expression with one group: the number; its last match counts
  std::string unit = "1/s";
  bool higher_is_better = true;
  bool virtual_clock =
      false;  // the program reads groma's clock (groma_vgpu_now): its figure stands
              // in modelled runs too; otherwise the virtual makespan is taken there
};

struct Program {
  std::string name;
  std::filesystem::path folder;      // relative paths in the file are relative to this
  std::vector<std::string> command;  // argv; no shell
  std::map<std::string, std::string> environment;
  int ranks = 1;
  std::optional<int> mapper_id;  // the mapper that is taken over; none: all
  Metric metric;
  std::string correct_pattern;  // must match the output when not empty
  std::string wrong_pattern;    // must not match when not empty
  double time_limit_seconds = 60;
  std::string description_file;  // application description (JSON), empty when there is none yet
  std::string expert_mapping, start_mapping;  // files, empty when there are none
  bool waits_declared =
      false;  // the program's own sleeps and I/O are known and harmless for modelled time
  bool launcher = false;  // command[0] is not the Legion program but starts it (a script, mpirun)
};

/// Every mistake of the file is in the one error message, a line each.
Result<Program> ParseProgram(std::string_view toml, const std::filesystem::path& file);
Result<Program> ReadProgram(const std::filesystem::path& file);

/// What `-- ./prog args` means: named after the file, measured by its seconds, in the current
/// folder. An error when `command` is empty.
Result<Program> ProgramFromCommand(const std::vector<std::string>& command);

}  // namespace groma::eval
