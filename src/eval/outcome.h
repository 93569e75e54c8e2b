// Outcome: what one evaluation of a mapping gave.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/quantities.h"

namespace groma::eval {

enum class OutcomeStatus {
  kOk,
  kMappingError,
  kRuntimeError,
  kOutOfMemory,
  kWrongResult,
  kTimeout,
  kCrashed
};
/// "ok", "mapping_error", "runtime_error", "out_of_memory", "wrong_result", "timeout", "crashed".
std::string_view ToString(OutcomeStatus status);

/// How a figure was obtained.
enum class Fidelity { kMeasured, kModelled, kSimulated };
std::string_view ToString(Fidelity fidelity);

/// Time of one task kind on one kind of processor, summed over its point tasks.
struct TaskTime {
  std::string task;
  std::string processor;  // "GPU", "CPU"
  int64_t points = 0;
  Nanoseconds busy;
};

/// Traffic of copies between two kinds of memory ("FBMEM", "ZCMEM", "SYSMEM"), of copies that are
/// added to what lies there (reductions), and of kernels and CPU tasks that work on memory which is
/// not their own (a GPU on ZCMEM or on a peer's FBMEM).
struct Traffic {
  enum class Kind { kCopy, kReduction, kAccess };
  Kind kind = Kind::kCopy;
  std::string from, to;  // kAccess: the memory, and the processor kind that uses it ("GPU", "CPU")
  int64_t copies = 0;    // kAccess: point tasks that did
  Bytes bytes;
  Nanoseconds time;
  std::string task;    // the task whose argument asked for it, empty when unknown
  std::string region;  // its region name, empty when unknown
};
std::string_view ToString(Traffic::Kind kind);

/// Traffic in words: its bytes, or what took the time where none were streamed.
std::string Amount(Bytes bytes);

struct MemoryPeak {
  std::string memory;  // "GPU 0 FBMEM"
  Bytes peak, capacity;
};

/// Where the time went; each part is empty when nothing is known of it.
struct Breakdown {
  std::vector<TaskTime> tasks;
  std::vector<Traffic> traffic;
  std::vector<MemoryPeak> memories;
  std::map<std::string, double> processor_busy;  // "GPU 0" → share of the run that it was busy
};

struct Outcome {
  OutcomeStatus status = OutcomeStatus::kCrashed;
  double throughput = 0;  // 0 unless status is ok; larger is better, whatever the program's metric
  std::string unit;       // "GFLOP/s", "1/s", …
  double metric = 0;      // as the program printed it
  double seconds = 0;     // virtual time of a modelled run, else wall time
  double wall_seconds = 0;  // what the evaluation cost
  Fidelity fidelity = Fidelity::kMeasured;
  bool legion_started = true;  // false only where no result was needed (EvaluateOptions)
  bool time_valid = true;      // false: the modelled time cannot be trusted; `reason` says why
  std::string reason;          // one line for people: why it ended as it did
  std::string output;          // raw output, capped; the first and last parts are kept
  std::string diagnostics;     // what the mapper library said, empty when nothing
  int exit_code = 0;           // of the process, 128 + signal when it was killed
  std::vector<std::string> mappers;  // mappers that were taken over
  Breakdown breakdown;
};

/// The keys of `groma eval --json` (design: status, throughput, unit, seconds, fidelity, output,
/// …).
std::string WriteJson(const Outcome& outcome);

}  // namespace groma::eval
