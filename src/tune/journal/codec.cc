#include "tune/journal/codec.h"

#include <array>
#include <nlohmann/json.hpp>

namespace groma::tune {
namespace {

using eval::Fidelity;
using eval::OutcomeStatus;
using guide::ActionKind;
using nlohmann::json;

// The names in journals are part of the format: they do not follow a renaming elsewhere.
constexpr std::array kStatuses = std::to_array<std::pair<OutcomeStatus, const char*>>(
    {{OutcomeStatus::kOk, "ok"},
     {OutcomeStatus::kMappingError, "mapping_error"},
     {OutcomeStatus::kRuntimeError, "runtime_error"},
     {OutcomeStatus::kOutOfMemory, "out_of_memory"},
     {OutcomeStatus::kWrongResult, "wrong_result"},
     {OutcomeStatus::kTimeout, "timeout"},
     {OutcomeStatus::kCrashed, "crashed"}});
constexpr std::array kFidelities =
    std::to_array<std::pair<Fidelity, const char*>>({{Fidelity::kMeasured, "measured"},
                                                     {Fidelity::kModelled, "modelled"},
                                                     {Fidelity::kSimulated, "simulated"}});
constexpr std::array kActions = {
    ActionKind::kMoveTask,         ActionKind::kMoveRegion,        ActionKind::kSetLayout,
    ActionKind::kSetInstanceLimit, ActionKind::kDropInstanceLimit, ActionKind::kCollectMemory,
    ActionKind::kWrapIndex,        ActionKind::kAddMachineGlobal,  ActionKind::kDropMap,
    ActionKind::kChangeIndexMap,   ActionKind::kSpreadPoints,      ActionKind::kDropColon,
    ActionKind::kDefineFunction};

template <class Table, class Value>
std::string NameIn(const Table& table, Value value) {
  for (const auto& [one, name] : table)
    if (one == value) return name;
  return "";
}

template <class Value, class Table>
Value ValueIn(const Table& table, const std::string& name, Value otherwise) {
  for (const auto& [value, one] : table)
    if (name == one) return value;
  return otherwise;
}

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json ToJson(const eval::Breakdown& breakdown) {
  json tasks = json::array(), traffic = json::array(), memories = json::array();
  for (const eval::TaskTime& time : breakdown.tasks)
    tasks.push_back({{"task", time.task},
                     {"processor", time.processor},
                     {"points", time.points},
                     {"busy_ns", time.busy.count}});
  for (const eval::Traffic& one : breakdown.traffic)
    traffic.push_back({{"kind", ToString(one.kind)},
                       {"from", one.from},
                       {"to", one.to},
                       {"copies", one.copies},
                       {"bytes", one.bytes.count},
                       {"time_ns", one.time.count},
                       {"task", one.task},
                       {"region", one.region}});
  for (const eval::MemoryPeak& peak : breakdown.memories)
    memories.push_back(
        {{"memory", peak.memory}, {"peak", peak.peak.count}, {"capacity", peak.capacity.count}});
  return {{"tasks", tasks},
          {"traffic", traffic},
          {"memories", memories},
          {"processor_busy", breakdown.processor_busy}};
}

eval::Breakdown BreakdownFrom(const json& value) {
  eval::Breakdown breakdown;
  for (const json& one : value.value("tasks", json::array()))
    breakdown.tasks.push_back({one.value("task", ""),
                               one.value("processor", ""),
                               one.value("points", int64_t{0}),
                               {one.value("busy_ns", int64_t{0})}});
  for (const json& one : value.value("traffic", json::array())) {
    eval::Traffic traffic;
    for (const auto kind : {eval::Traffic::Kind::kReduction, eval::Traffic::Kind::kAccess})
      if (one.value("kind", "") == ToString(kind)) traffic.kind = kind;
    traffic.from = one.value("from", "");
    traffic.to = one.value("to", "");
    traffic.copies = one.value("copies", int64_t{0});
    traffic.bytes = {one.value("bytes", int64_t{0})};
    traffic.time = {one.value("time_ns", int64_t{0})};
    traffic.task = one.value("task", "");
    traffic.region = one.value("region", "");
    breakdown.traffic.push_back(std::move(traffic));
  }
  for (const json& one : value.value("memories", json::array()))
    breakdown.memories.push_back({one.value("memory", ""),
                                  {one.value("peak", int64_t{0})},
                                  {one.value("capacity", int64_t{0})}});
  breakdown.processor_busy = value.value("processor_busy", std::map<std::string, double>{});
  return breakdown;
}

eval::Outcome OutcomeFrom(const json& value) {
  eval::Outcome outcome;
  outcome.status = ValueIn(kStatuses, value.value("status", ""), OutcomeStatus::kCrashed);
  outcome.throughput = value.value("throughput", 0.0);
  outcome.unit = value.value("unit", "");
  outcome.metric = value.value("metric", 0.0);
  outcome.seconds = value.value("seconds", 0.0);
  outcome.wall_seconds = value.value("wall_seconds", 0.0);
  outcome.fidelity = ValueIn(kFidelities, value.value("fidelity", ""), Fidelity::kMeasured);
  outcome.time_valid = value.value("time_valid", true);
  outcome.reason = value.value("reason", "");
  outcome.output = value.value("output", "");
  outcome.diagnostics = value.value("diagnostics", "");
  outcome.exit_code = value.value("exit_code", 0);
  outcome.mappers = value.value("mappers", std::vector<std::string>{});
  outcome.breakdown = BreakdownFrom(value.value("breakdown", json::object()));
  return outcome;
}

guide::Action ActionFrom(const json& value) {
  guide::Action action;
  const std::string kind = value.value("kind", "");
  for (const ActionKind one : kActions)
    if (kind == guide::ToString(one)) action.kind = one;
  action.task = value.value("task", "");
  action.region = value.value("region", "");
  action.processor = value.value("processor", "");
  action.processors = value.value("processors", std::vector<std::string>{});
  action.memories = value.value("memories", std::vector<std::string>{});
  action.layout = value.value("layout", "");
  action.name = value.value("name", "");
  action.value = value.value("value", int64_t{0});
  action.seconds = value.value("seconds", 0.0);
  action.reason = value.value("reason", "");
  return action;
}

guide::Feedback FeedbackFrom(const json& value) {
  guide::Feedback feedback;
  feedback.raw = value.value("raw", "");
  feedback.explain = value.value("explain", "");
  feedback.suggest = value.value("suggest", "");
  feedback.rules = value.value("rules", std::vector<std::string>{});
  for (const json& one : value.value("actions", json::array()))
    feedback.actions.push_back(ActionFrom(one));
  for (const json& one : value.value("costs", json::array()))
    feedback.costs.push_back({one.value("statement", std::string()), one.value("line", 0),
                              one.value("seconds", 0.0), one.value("share", 0.0),
                              one.value("what", std::string())});
  return feedback;
}

/// Parses an object and makes a value of it; nlohmann's exceptions end here.
template <class Value, class Make>
Result<Value> Decode(std::string_view text, Make make) {
  try {
    const json value = json::parse(text);
    if (!value.is_object()) return Error{"not a JSON object"};
    return make(value);
  } catch (const json::exception& error) {
    return Error{error.what()};
  }
}

}  // namespace

std::string StatusName(OutcomeStatus status) { return NameIn(kStatuses, status); }

std::string Encode(const eval::Outcome& outcome) {
  return Dump({{"status", StatusName(outcome.status)},
               {"throughput", outcome.throughput},
               {"unit", outcome.unit},
               {"metric", outcome.metric},
               {"seconds", outcome.seconds},
               {"wall_seconds", outcome.wall_seconds},
               {"fidelity", NameIn(kFidelities, outcome.fidelity)},
               {"time_valid", outcome.time_valid},
               {"reason", outcome.reason},
               {"output", outcome.output},
               {"diagnostics", outcome.diagnostics},
               {"exit_code", outcome.exit_code},
               {"mappers", outcome.mappers},
               {"breakdown", ToJson(outcome.breakdown)}});
}

std::string Encode(const guide::Feedback& feedback) {
  json actions = json::array();
  for (const guide::Action& action : feedback.actions)
    actions.push_back({{"kind", guide::ToString(action.kind)},
                       {"task", action.task},
                       {"region", action.region},
                       {"processor", action.processor},
                       {"processors", action.processors},
                       {"memories", action.memories},
                       {"layout", action.layout},
                       {"name", action.name},
                       {"value", action.value},
                       {"seconds", action.seconds},
                       {"reason", action.reason}});
  json costs = json::array();
  for (const guide::Cost& cost : feedback.costs)
    costs.push_back({{"statement", cost.statement},
                     {"line", cost.line},
                     {"seconds", cost.seconds},
                     {"share", cost.share},
                     {"what", cost.what}});
  return Dump({{"raw", feedback.raw},
               {"explain", feedback.explain},
               {"suggest", feedback.suggest},
               {"rules", feedback.rules},
               {"actions", actions},
               {"costs", costs}});
}

Result<eval::Outcome> DecodeOutcome(std::string_view text) {
  return Decode<eval::Outcome>(text, OutcomeFrom);
}

Result<guide::Feedback> DecodeFeedback(std::string_view text) {
  return Decode<guide::Feedback>(text, FeedbackFrom);
}

}  // namespace groma::tune
