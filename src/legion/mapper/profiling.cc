// What is measured: when each task ran and where, what was copied for it. Also how a limit learns
// that a task is done.
#include <algorithm>

#include "fmt/format.h"
#include "legion/mapper/groma_mapper.h"

namespace groma::legion {

namespace measurements = Legion::Mapping::ProfilingMeasurements;

namespace {

/// Whether a copy adds to what lies where it goes.
bool Reduces(const Legion::Mapping::ProfilingResponse& responses) {
  using Info = Realm::ProfilingMeasurements::OperationCopyInfo;
  Info info;
  return responses.has_measurement<Info>() && responses.get_measurement(info) &&
         std::any_of(info.inst_info.begin(), info.inst_info.end(),
                     [](const Info::InstInfo& part) { return part.request_type == Info::REDUCE; });
}

}  // namespace

void GromaMapper::AddProfiling(const Task& task, MapTaskOutput& output) {
  const bool limited = HasMapping() && HasLimits() &&
                       engine_.mapping().InstanceLimit(task.get_task_name()).has_value();
  if (!engine_.log().enabled() && !limited) return;
  output.task_prof_requests.add_measurement<measurements::OperationTimeline>();
  output.task_prof_requests.add_measurement<measurements::OperationProcessorUsage>();
  if (!engine_.log().enabled()) return;
  output.copy_prof_requests.add_measurement<measurements::OperationTimeline>();
  output.copy_prof_requests.add_measurement<measurements::OperationMemoryUsage>();
  output.copy_prof_requests.add_measurement<Realm::ProfilingMeasurements::OperationCopyInfo>();
}

void GromaMapper::report_profiling(const MapperContext ctx, const Task& task,
                                   const TaskProfilingInfo& input) {
  bool asked_below = false;
  {
    const std::lock_guard lock(mutex_);
    asked_below = asked_below_.contains(task.get_unique_id());
  }
  if (asked_below) ForwardingMapper::report_profiling(ctx, task, input);
  Contained(engine_, "report_profiling", [&] {
    const auto& responses = input.profiling_responses;
    if (input.task_response && HasMapping() &&
        engine_.mapping().InstanceLimit(task.get_task_name())) {
      for (const auto& event : engine_.limits().Give(LimitKey(task)))
        runtime->trigger_mapper_event(ctx, event);
    }
    if (!engine_.log().enabled() || input.total_reports == 0) return;
    measurements::OperationTimeline timeline;
    if (!responses.has_measurement<measurements::OperationTimeline>() ||
        !responses.get_measurement(timeline))
      return;
    nlohmann::ordered_json json = {{"record", input.task_response ? "task" : "copy"},
                                   {"task", task.get_task_name()}};
    json["point"] = nullptr;
    if (task.is_index_space) json["point"] = Coordinates(task.index_point);
    if (input.task_response) {
      measurements::OperationProcessorUsage usage;
      if (!responses.get_measurement(usage)) return;
      json["processor"] = engine_.machine().Name(usage.proc);
    } else {
      measurements::OperationMemoryUsage usage;
      if (!responses.has_measurement<measurements::OperationMemoryUsage>() ||
          !responses.get_measurement(usage))
        return;
      const unsigned index = input.region_requirement_index;
      json["from"] = nullptr;
      if (usage.source.exists()) json["from"] = engine_.machine().Name(usage.source);
      json["to"] = engine_.machine().Name(usage.target);
      json["bytes"] = usage.size;
      json["requirement"] = index;
      if (index < task.regions.size()) {
        const auto names = engine_.names().Of(ctx, runtime, task.regions[index]);
        json["region"] =
            names->names.empty() ? fmt::format("argument {}", index) : names->names.front();
      }
      if (input.fill_response) json["fill"] = true;
      if (Reduces(responses)) json["reduction"] = true;
    }
    json["start"] = timeline.start_time;
    json["end"] = timeline.end_time;
    engine_.log().Write(json);
  });
}

}  // namespace groma::legion
