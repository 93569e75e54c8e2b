#include "eval/mapper_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/kinds.h"

namespace groma::eval {
namespace {

using Json = nlohmann::json;

constexpr int64_t kVersion = 1;
constexpr size_t kMostMistakes = 20;  // diagnostics and spills kept

std::string Text(const Json& record, const char* key) {
  auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : "";
}

int64_t Number(const Json& record, const char* key) {
  auto found = record.find(key);
  return found != record.end() && found->is_number() ? found->get<int64_t>() : 0;
}

bool IsTrue(const Json& record, const char* key) {
  auto found = record.find(key);
  return found != record.end() && *found == true;
}

// Sums the records of one log.
class Summary {
 public:
  // False when the log is of a newer version.
  bool Add(const Json& record) {
    std::string kind = Text(record, "record");
    if (kind == "log") return Number(record, "version") <= kVersion;
    if (kind == "start") log_.started = true;
    if (kind == "end") AddEnd(record);
    if (kind == "mapper") AddMapper(record);
    if (kind == "diagnostic" || kind == "fatal") AddDiagnostic(record, kind == "fatal");
    if (kind == "exception" && Text(record, "type") != "warning")
      AddError({Text(record, "type"), Text(record, "text")});
    if (kind == "assertion") AddAssertion(record);
    if (kind == "death") AddDeath(record);
    if (kind == "spill") AddSpill(record);
    if (kind == "peak")
      log_.peaks.push_back({Text(record, "memory"), Bytes{Number(record, "peak")},
                            Bytes{Number(record, "capacity")}});
    if (kind == "task") AddTask(record);
    if (kind == "copy") AddCopy(record);
    if (kind == "launched") log_.launched[Text(record, "task")] += Number(record, "points");
    return true;
  }

  MapperLog Finish() {
    for (auto& [key, time] : tasks_) log_.tasks.push_back(time);
    for (auto& [key, traffic] : copies_) log_.copies.push_back(traffic);
    return std::move(log_);
  }

 private:
  void AddEnd(const Json& record) {
    log_.ended = true;
    log_.point_tasks += Number(record, "tasks");
  }

  void AddMapper(const Json& record) {
    // Legion's own mapper has a name for each processor.
    std::string name = Text(record, "name");
    name = name.substr(0, name.find(" on Processor "));
    std::string action = Text(record, "action");
    if (action == "default") action = "replaced";  // the name says whose it was
    std::string text = fmt::format("{} (id {}): {}", name, Number(record, "id"), action);
    if (std::find(log_.mappers.begin(), log_.mappers.end(), text) == log_.mappers.end())
      log_.mappers.push_back(text);
  }

  void AddDiagnostic(const Json& record, bool fatal) {
    std::string text = Text(record, "text");
    if (text.empty()) text = Text(record, "message");
    if (fatal && !log_.fatal)
      log_.fatal =
          FatalMistake{Text(record, "code"), Text(record, "message"), record.contains("memories")};
    if (diagnostics_++ >= kMostMistakes && !fatal) return;
    if (!log_.diagnostics.empty()) log_.diagnostics += '\n';
    log_.diagnostics += text;
  }

  void AddError(RaisedError error) {
    if (!log_.error) log_.error = std::move(error);
  }

  void AddAssertion(const Json& record) {
    AddError({"assertion", fmt::format("{}:{}: {}: assertion `{}' failed", Text(record, "file"),
                                       Number(record, "line"), Text(record, "function"),
                                       Text(record, "condition"))});
  }

  void AddDeath(const Json& record) {
    if (log_.death) return;
    Death death{Text(record, "signal"), Text(record, "cause"), Text(record, "where"), {}};
    auto signal = record.find("signal");
    if (signal != record.end() && signal->is_number())
      death.signal = std::to_string(signal->get<int>());
    auto frames = record.find("frames");
    if (frames != record.end() && frames->is_array())
      for (const Json& frame : *frames)
        if (frame.is_string()) death.frames.push_back(frame.get<std::string>());
    log_.death = std::move(death);
  }

  void AddSpill(const Json& record) {
    if (log_.spills.size() >= kMostMistakes) return;
    log_.spills.push_back(
        fmt::format("{} of {}: {} had no room for {}, {} was taken", Text(record, "region"),
                    Text(record, "task"), Text(record, "from"),
                    ToString(Bytes{Number(record, "bytes")}), Text(record, "to")));
  }

  void AddTask(const Json& record) {
    std::string processor = KindOf(Text(record, "processor"));
    TaskTime& time = tasks_[{Text(record, "task"), processor}];
    time.task = Text(record, "task");
    time.processor = processor;
    ++time.points;
    time.busy += Nanoseconds{Number(record, "end") - Number(record, "start")};
  }

  void AddCopy(const Json& record) {
    if (IsTrue(record, "fill")) return;
    Traffic copy{IsTrue(record, "reduction") ? Traffic::Kind::kReduction : Traffic::Kind::kCopy,
                 KindOf(Text(record, "from")),
                 KindOf(Text(record, "to")),
                 0,
                 Bytes{},
                 Nanoseconds{},
                 Text(record, "task"),
                 Text(record, "region")};
    auto [at, fresh] =
        copies_.try_emplace({copy.kind, copy.from, copy.to, copy.task, copy.region}, copy);
    ++at->second.copies;
    at->second.bytes += Bytes{Number(record, "bytes")};
    at->second.time += Nanoseconds{Number(record, "end") - Number(record, "start")};
  }

  MapperLog log_;
  size_t diagnostics_ = 0;
  std::map<std::pair<std::string, std::string>, TaskTime> tasks_;
  std::map<std::tuple<Traffic::Kind, std::string, std::string, std::string, std::string>, Traffic>
      copies_;
};

Result<MapperLog> ParseLines(std::istream& lines) {
  Summary summary;
  std::string line;
  while (std::getline(lines, line)) {
    Json record = Json::parse(line, nullptr, false);
    if (!record.is_object()) continue;
    if (!summary.Add(record))
      return Error{
          "the mapper library writes a newer log than this groma reads: they are of two "
          "installations"};
  }
  return summary.Finish();
}

}  // namespace

std::string KindOf(std::string_view name) {
  for (MemoryKind kind : kMemoryKinds)
    if (name.ends_with(ToString(kind))) return std::string(ToString(kind));
  for (ProcessorKind kind : kProcessorKinds)
    if (name.starts_with(ToString(kind)) ||
        name.find(fmt::format(" {}", ToString(kind))) != std::string_view::npos)
      return std::string(ToString(kind));
  return std::string(name);
}

Result<MapperLog> ReadMapperLog(const std::filesystem::path& file) {
  std::ifstream lines(file);
  return ParseLines(lines);
}

Result<MapperLog> ParseMapperLog(std::string_view text) {
  std::istringstream lines{std::string(text)};
  return ParseLines(lines);
}

}  // namespace groma::eval
