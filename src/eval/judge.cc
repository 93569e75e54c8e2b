#include "eval/judge.h"

#include <fmt/format.h>
#include <signal.h>

#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "eval/breakdown.h"
#include "eval/pattern.h"

namespace groma::eval {
namespace {

constexpr size_t kLongestLine = 4096;  // of longer ones the rest is not looked at

struct Verdict {
  OutcomeStatus status;
  std::string reason;
};

// Calls use(line) for each line of the text until it answers true; whether it did.
template <class F>
bool AnyLine(std::string_view text, F use) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    if (use(text.substr(0, std::min(end, kLongestLine)))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// The pattern was compiled when the program file was read; a program put together by hand may hold
// another one.
template <class F>
auto Search(const std::string& text, F search) -> decltype(search(std::declval<Pattern&>())) {
  Result<Pattern> pattern = Pattern::Compile(text);
  if (!pattern) return Error{fmt::format("'{}' {}", text, pattern.error().message)};
  return search(*pattern);
}

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// The last line with something in it, for "exit code 3: …".
std::string LastWords(std::string_view output) {
  std::string_view last;
  AnyLine(output, [&](std::string_view line) {
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) last = line;
    return false;
  });
  return std::string(last.substr(0, 200));
}

// The line of the output that has the text, empty when none has.
std::string LineWith(std::string_view output, std::string_view text) {
  std::string found;
  AnyLine(output, [&](std::string_view line) {
    if (line.find(text) == std::string_view::npos) return false;
    found = line;
    return true;
  });
  return found;
}

// What today's default mapper, Realm, the CUDA driver and C++ print when memory is not enough.
std::string OutOfMemoryLine(std::string_view output) {
  for (std::string_view text :
       {"Default mapper failed allocation of size", "Failed to reserve a dynamic memory pool",
        "CUDA_ERROR_OUT_OF_MEMORY", "std::bad_alloc", "insufficient memory", "out of memory"})
    if (std::string line = LineWith(output, text); !line.empty()) return line.substr(0, 300);
  return "";
}

std::optional<Verdict> JudgeMapperLibrary(const MapperLog& mapper) {
  if (!mapper.fatal) return std::nullopt;
  return Verdict{
      mapper.fatal->out_of_memory ? OutcomeStatus::kOutOfMemory : OutcomeStatus::kMappingError,
      FirstLine(mapper.fatal->message)};
}

std::optional<Verdict> JudgeLimits(const ProcessResult& process) {
  switch (process.end) {
    case ProcessEnd::kWallLimit:
      return Verdict{OutcomeStatus::kTimeout, process.detail};
    case ProcessEnd::kIdle:
      return Verdict{OutcomeStatus::kTimeout, "the run hangs: " + process.detail};
    case ProcessEnd::kMemoryLimit:
      return Verdict{OutcomeStatus::kOutOfMemory, process.detail};
    case ProcessEnd::kOutputLimit:
      return Verdict{OutcomeStatus::kRuntimeError, process.detail};
    default:
      return std::nullopt;
  }
}

std::optional<Verdict> JudgeDriver(const std::optional<VgpuLog>& driver) {
  if (!driver || driver->fatal.empty()) return std::nullopt;
  return Verdict{OutcomeStatus::kRuntimeError, FirstLine(driver->fatal)};
}

std::optional<Verdict> JudgeRuntime(const MapperLog& mapper, std::string_view output) {
  std::string memory = OutOfMemoryLine(output);
  if (mapper.error) {
    std::string text = FirstLine(mapper.error->text);
    if (mapper.error->type == "resource" || !memory.empty())
      return Verdict{OutcomeStatus::kOutOfMemory, memory.empty() ? text : memory};
    return Verdict{mapper.error->type == "mapper" ? OutcomeStatus::kMappingError
                                                  : OutcomeStatus::kRuntimeError,
                   text};
  }
  // Without the guard's records (a program that it could not enter) Legion's own words tell.
  if (std::string line = LineWith(output, "LEGION MAPPER EXCEPTION"); !line.empty())
    return Verdict{OutcomeStatus::kMappingError, line};
  if (!memory.empty()) return Verdict{OutcomeStatus::kOutOfMemory, memory};
  return std::nullopt;
}

std::string DeathReason(const ProcessResult& process, const MapperLog& mapper) {
  std::string reason = process.detail;
  if (process.end != ProcessEnd::kSignalled)
    reason = fmt::format("died with exit code {}", process.exit_code);
  if (!mapper.death) return reason;
  if (!mapper.death->cause.empty()) return fmt::format("{}: {}", reason, mapper.death->cause);
  if (!mapper.death->frames.empty())
    return fmt::format("{} in {} ({})", reason, mapper.death->frames[0], mapper.death->where);
  return reason;
}

// How it ended when it did not end well.
std::optional<Verdict> JudgeEnd(const RunRecord& run) {
  const ProcessResult& process = run.process;
  if (auto verdict = JudgeMapperLibrary(run.mapper)) return verdict;
  if (auto verdict = JudgeLimits(process)) return verdict;
  if (auto verdict = JudgeDriver(run.driver)) return verdict;
  if (process.end == ProcessEnd::kExited && process.exit_code == 0) return std::nullopt;
  if (auto verdict = JudgeRuntime(run.mapper, process.output)) return verdict;
  if (process.end == ProcessEnd::kSignalled || run.mapper.death)
    return Verdict{OutcomeStatus::kCrashed, DeathReason(process, run.mapper)};
  std::string words = LastWords(process.output);
  return Verdict{OutcomeStatus::kRuntimeError,
                 words.empty() ? process.detail : fmt::format("{}: {}", process.detail, words)};
}

// Whether the output matches; a verdict of its own when that cannot be found out.
Result<bool> Matches(const std::string& pattern, std::string_view output) {
  return Search(pattern, [&](const Pattern& compiled) { return compiled.Matches(output); });
}

std::optional<Verdict> JudgeResult(const Program& program, std::string_view output) {
  if (!program.wrong_pattern.empty()) {
    Result<bool> wrong = Matches(program.wrong_pattern, output);
    if (!wrong) return Verdict{OutcomeStatus::kRuntimeError, wrong.error().message};
    if (*wrong)
      return Verdict{OutcomeStatus::kWrongResult,
                     fmt::format("the output matches '{}', which says that the result is wrong",
                                 program.wrong_pattern)};
  }
  if (program.correct_pattern.empty()) return std::nullopt;
  Result<bool> correct = Matches(program.correct_pattern, output);
  if (!correct) return Verdict{OutcomeStatus::kRuntimeError, correct.error().message};
  if (*correct) return std::nullopt;
  return Verdict{OutcomeStatus::kWrongResult,
                 fmt::format("the output does not match '{}', which says that the result is right",
                             program.correct_pattern)};
}

// Why the modelled time cannot be trusted; empty when it can.
std::string InvalidTime(const RunRecord& run) {
  if (!run.modelled) return "";
  if (!run.driver)
    return "the virtual driver left no report, so there is no modelled time (did the program "
           "start Legion?)";
  if (!run.driver->modelled) return "the virtual driver did not model time";
  if (!run.driver->valid)
    return run.driver->invalid_reason.empty() ? "the virtual driver says so"
                                              : run.driver->invalid_reason;
  return "";
}

// Fills metric, unit and throughput; a verdict when there is no usable figure.
std::optional<Verdict> ReadFigure(const Program& program, const RunRecord& run, Outcome* outcome) {
  const Metric& metric = program.metric;
  bool seconds = metric.pattern.empty() || (run.modelled && !metric.virtual_clock);
  bool higher = metric.higher_is_better && !seconds;
  if (seconds) {
    outcome->metric = outcome->seconds;
    outcome->unit = "1/s";
  } else {
    const Result<std::optional<std::string>> found =
        Search(metric.pattern,
               [&](const Pattern& pattern) { return pattern.LastMatch(run.process.output); });
    if (!found) return Verdict{OutcomeStatus::kRuntimeError, found.error().message};
    const std::optional<std::string>& text = *found;
    if (!text)
      return Verdict{
          OutcomeStatus::kRuntimeError,
          fmt::format("the output has no figure: nothing in it matches '{}'", metric.pattern)};
    char* end = nullptr;
    outcome->metric = std::strtod(text->c_str(), &end);
    if (end == text->c_str() || !std::isfinite(outcome->metric))
      return Verdict{OutcomeStatus::kWrongResult,
                     fmt::format("the figure in the output is no number: '{}'", *text)};
    outcome->unit = higher ? metric.unit : "1/" + metric.unit;
  }
  if (seconds && outcome->metric <= 0)
    if (std::string why = InvalidTime(run); !why.empty())
      return Verdict{OutcomeStatus::kRuntimeError, "there is no figure: " + why};
  if (!higher && outcome->metric <= 0)
    return Verdict{
        OutcomeStatus::kRuntimeError,
        fmt::format("the figure {} cannot be a time or cost: it is not above 0", outcome->metric)};
  outcome->throughput = higher ? outcome->metric : 1 / outcome->metric;
  return std::nullopt;
}

// A driver's report without a start is of a Legion that was not taken over.
bool EndedWellBeforeLegion(const RunRecord& run) {
  const ProcessResult& process = run.process;
  return process.end == ProcessEnd::kExited && process.exit_code == 0 && !run.mapper.started &&
         !run.driver;
}

std::string Diagnostics(const MapperLog& mapper) {
  std::string text = mapper.diagnostics;
  for (const std::string& spill : mapper.spills) {
    if (!text.empty()) text += '\n';
    text += spill;
  }
  return text;
}

}  // namespace

Outcome Judge(const Program& program, const RunRecord& run) {
  Outcome outcome;
  outcome.output = run.process.output;
  outcome.exit_code = run.process.exit_code;
  outcome.wall_seconds = run.process.wall_seconds;
  outcome.fidelity = run.modelled ? Fidelity::kModelled : Fidelity::kMeasured;
  outcome.seconds = run.modelled && run.driver ? run.driver->virtual_time.Seconds()
                                               : (run.modelled ? 0 : run.process.wall_seconds);
  if (!run.result_needed && EndedWellBeforeLegion(run)) {
    outcome.status = OutcomeStatus::kOk;
    outcome.legion_started = false;
    outcome.reason = "the program ended before it started Legion";
    return outcome;
  }
  outcome.mappers = run.mapper.mappers;
  outcome.diagnostics = Diagnostics(run.mapper);
  outcome.breakdown = MakeBreakdown(run.mapper, run.driver ? &*run.driver : nullptr);
  std::string invalid = InvalidTime(run);
  outcome.time_valid = invalid.empty();

  std::optional<Verdict> verdict = JudgeEnd(run);
  if (!verdict && run.mapping_given && !run.mapper.started)
    verdict =
        Verdict{OutcomeStatus::kRuntimeError,
                "the mapping was not used: the program never started Legion, or started it in "
                "a way that groma cannot take over"};
  if (!verdict) verdict = JudgeResult(program, run.process.output);
  if (!verdict) verdict = ReadFigure(program, run, &outcome);
  if (verdict) {
    outcome.status = verdict->status;
    outcome.reason = verdict->reason;
    outcome.throughput = 0;
    return outcome;
  }
  outcome.status = OutcomeStatus::kOk;
  if (!invalid.empty()) outcome.reason = "the modelled time is not valid: " + invalid;
  return outcome;
}

}  // namespace groma::eval
