#include "eval/outcome.h"

#include <nlohmann/json.hpp>

namespace groma::eval {
namespace {

using Json = nlohmann::ordered_json;

Json BreakdownJson(const Breakdown& breakdown) {
  Json json = {{"tasks", Json::array()}, {"traffic", Json::array()}, {"memories", Json::array()}};
  for (const TaskTime& task : breakdown.tasks)
    json["tasks"].push_back({{"task", task.task},
                             {"processor", task.processor},
                             {"points", task.points},
                             {"seconds", task.busy.Seconds()}});
  for (const Traffic& traffic : breakdown.traffic)
    json["traffic"].push_back({{"kind", ToString(traffic.kind)},
                               {"from", traffic.from},
                               {"to", traffic.to},
                               {"copies", traffic.copies},
                               {"bytes", traffic.bytes.count},
                               {"seconds", traffic.time.Seconds()},
                               {"task", traffic.task},
                               {"region", traffic.region}});
  for (const MemoryPeak& memory : breakdown.memories)
    json["memories"].push_back({{"memory", memory.memory},
                                {"peak", memory.peak.count},
                                {"capacity", memory.capacity.count}});
  json["busy"] = Json::object();
  for (const auto& [processor, share] : breakdown.processor_busy) json["busy"][processor] = share;
  return json;
}

}  // namespace

std::string Amount(Bytes bytes) { return bytes.count > 0 ? ToString(bytes) : "atomic updates"; }

std::string_view ToString(OutcomeStatus status) {
  switch (status) {
    case OutcomeStatus::kOk:
      return "ok";
    case OutcomeStatus::kMappingError:
      return "mapping_error";
    case OutcomeStatus::kRuntimeError:
      return "runtime_error";
    case OutcomeStatus::kOutOfMemory:
      return "out_of_memory";
    case OutcomeStatus::kWrongResult:
      return "wrong_result";
    case OutcomeStatus::kTimeout:
      return "timeout";
    case OutcomeStatus::kCrashed:
      return "crashed";
  }
  return "crashed";
}

std::string_view ToString(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::kMeasured:
      return "measured";
    case Fidelity::kModelled:
      return "modelled";
    case Fidelity::kSimulated:
      return "simulated";
  }
  return "measured";
}

std::string_view ToString(Traffic::Kind kind) {
  switch (kind) {
    case Traffic::Kind::kCopy:
      return "copy";
    case Traffic::Kind::kReduction:
      return "reduction";
    case Traffic::Kind::kAccess:
      return "access";
  }
  return "copy";
}

std::string WriteJson(const Outcome& outcome) {
  Json json = {{"status", ToString(outcome.status)},
               {"throughput", outcome.throughput},
               {"unit", outcome.unit},
               {"metric", outcome.metric},
               {"seconds", outcome.seconds},
               {"wall_seconds", outcome.wall_seconds},
               {"fidelity", ToString(outcome.fidelity)},
               {"time_valid", outcome.time_valid},
               {"reason", outcome.reason},
               {"exit_code", outcome.exit_code},
               {"mappers", outcome.mappers},
               {"diagnostics", outcome.diagnostics},
               {"output", outcome.output},
               {"breakdown", BreakdownJson(outcome.breakdown)}};
  // A program may print bytes that are no UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace groma::eval
