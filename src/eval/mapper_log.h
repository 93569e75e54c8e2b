// Reading the mapper log (docs/formats/mapper-log.md).
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "eval/outcome.h"

namespace groma::eval {

/// Legion raised an exception, or a C assertion failed.
struct RaisedError {
  std::string type;  // as in the log: "mapper", "resource", …; "assertion"
  std::string text;
};

/// A signal that ended the process, with what the guard knows of it.
struct Death {
  std::string signal, cause, where;
  std::vector<std::string> frames;
};

/// The diagnostic that ended the run.
struct FatalMistake {
  std::string code, message;
  bool out_of_memory = false;
};

/// What the log of one run says, summed up.
struct MapperLog {
  bool started = false;              // Legion was started
  bool ended = false;                // the program came to its end
  int64_t point_tasks = 0;           // at the end
  std::vector<std::string> mappers;  // "CircuitMapper on CPU 0: replaced", each once
  std::string diagnostics;           // rendered, in order
  std::optional<FatalMistake> fatal;
  std::optional<RaisedError> error;  // the first; warnings of Legion are not errors
  std::optional<Death> death;
  std::vector<std::string>
      spills;  // "rp_ghost of calc_new_currents: GPU 0 FBMEM was full, ZCMEM taken"
  std::vector<MemoryPeak> peaks;
  std::vector<TaskTime> tasks;  // by task and processor kind, wall clock; not what traces replay
  std::map<std::string, int64_t> launched;  // points by task, those that traces replay too; empty
                                            // when the program did not come to its end
  std::vector<Traffic> copies;              // by memory kinds, task and region, wall clock
};

/// A log that is not there is an empty one (the program died before). Lines that are cut or no JSON
/// are left out; a newer version is an error.
Result<MapperLog> ReadMapperLog(const std::filesystem::path& file);
Result<MapperLog> ParseMapperLog(std::string_view text);

/// "GPU 3 FBMEM" → "FBMEM", "node 1 CPU 0" → "CPU".
std::string KindOf(std::string_view name);

}  // namespace groma::eval
