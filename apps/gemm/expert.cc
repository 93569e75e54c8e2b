// What expert.map of the six multiplications says, written by hand against Legion's mapper
// interface: tiles on grids of GPUs (expert_places.h), multiplications where their part of A lies,
// one at a time, and what they have read collected first.
#include "apps/gemm/expert.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "apps/common/expert.h"
#include "apps/gemm/expert_places.h"
#include "apps/gemm/tasks.h"

namespace groma::gemm {
namespace {

using Legion::Domain;
using Legion::DomainPoint;
using Legion::Memory;
using Legion::Processor;
using Legion::Task;
using Legion::TaskID;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperEvent;
using Legion::Mapping::MapperRuntime;

constexpr Legion::ShardingID kFirstShards = 1001;
constexpr Rule kRules[] = {Rule::kBlocks,  Rule::kGrid,   Rule::kCyclicGrid,
                           Rule::kOneGrid, Rule::kInTurn, Rule::kFirst};

Legion::ShardingID ShardsOf(Rule rule, Processor::Kind kind) {
  return kFirstShards + 2 * static_cast<Legion::ShardingID>(rule) +
         (kind == Processor::TOC_PROC ? 1 : 0);
}

Place PlaceIn(Rule rule, const Nodes& nodes, const DomainPoint& point, const Domain& domain) {
  Coordinates from_low, extents;
  for (int d = 0; d < point.get_dim(); ++d) {
    from_low.push_back(point[d] - domain.lo()[d]);
    extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
  }
  return PlaceOf(rule, nodes, from_low, extents);
}

/// The node of a point's place.
class PlaceShards final : public Legion::ShardingFunctor {
 public:
  PlaceShards(Rule rule, Processor::Kind kind) : rule_(rule), kind_(kind) {}

  Legion::ShardID shard(const DomainPoint& point, const Domain& domain,
                        const size_t nodes) override {
    Legion::Machine::ProcessorQuery query(Legion::Machine::get_machine());
    const auto count = static_cast<int64_t>(nodes);
    const auto processors = static_cast<int64_t>(query.only_kind(kind_).count()) / count;
    return static_cast<Legion::ShardID>(PlaceIn(rule_, {count, processors}, point, domain).node);
  }

 private:
  Rule rule_;
  Processor::Kind kind_;
};

class GemmMapper final : public apps::ExpertMapper {
 public:
  GemmMapper(MapperRuntime* runtime, Legion::Machine machine, Processor local, Algorithm algorithm)
      : ExpertMapper(runtime, machine, local, "gemm_expert"),
        algorithm_(algorithm),
        gpus_(ProcessorsOf(Processor::TOC_PROC)),
        cpus_(ProcessorsOf(Processor::LOC_PROC)) {}

  void select_sharding_functor(const MapperContext, const Task& task,
                               const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    output.chosen_functor = ShardsOf(RuleFor(task), TargetsOf(task).front().kind());
    output.slice_recurse = true;
  }
  using DefaultMapper::select_sharding_functor;

  void select_tasks_to_map(const MapperContext context, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    Select(input, output);
    if (!output.map_tasks.empty()) return;
    const MapperEvent event = runtime->create_mapper_event(context);
    Select(input, output);  // a task may have ended while Legion made the event
    if (output.map_tasks.empty()) {
      output.deferral_event = event;
      waiting_.push_back(event);
    } else {
      runtime->trigger_mapper_event(context, event);
    }
  }

  void map_task(const MapperContext context, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    ExpertMapper::map_task(context, task, input, output);
    if (!RunsAlone(task)) return;
    // Its report says that the task is done.
    output.task_prof_requests
        .add_measurement<Legion::Mapping::ProfilingMeasurements::OperationTimeline>();
  }

  void report_profiling(const MapperContext context, const Task& task,
                        const TaskProfilingInfo& report) override {
    if (!report.task_response) return;  // of a copy, which somebody else asked for
    mapped_[task.task_id] = false;
    for (const MapperEvent& event : std::exchange(waiting_, {}))
      runtime->trigger_mapper_event(context, event);
  }
  using DefaultMapper::report_profiling;

 protected:
  /// Of all nodes, from this one on.
  const std::vector<Processor>& TargetsOf(const Task& task) const override {
    return gpus_.empty() || HasCpuVariantAlone(task.task_id) ? cpus_ : gpus_;
  }

  size_t TurnOf(const Task& task, const DomainPoint& point) const override {
    const auto nodes = static_cast<int64_t>(total_nodes);
    const auto per_node = static_cast<int64_t>(TargetsOf(task).size()) / nodes;
    const Place place = PlaceIn(RuleFor(task), {nodes, per_node}, point, task.index_domain);
    const int64_t from_here = (place.node + nodes - static_cast<int64_t>(node_id)) % nodes;
    return static_cast<size_t>(from_here * per_node + place.processor);
  }

  std::vector<Memory::Kind> MemoriesOf(MapperContext, const Task& task, size_t) const override {
    if (task.target_proc.kind() == Processor::TOC_PROC)
      return {Memory::GPU_FB_MEM, Memory::Z_COPY_MEM};
    return {Memory::SOCKET_MEM, Memory::SYSTEM_MEM};
  }

  bool Collects(const Task& task, size_t) const override {
    return task.task_id == kTask4 && FamilyOf(algorithm_) != Family::kCube;
  }

  /// By rows, as DGEMM takes tiles.
  std::vector<Legion::DimensionKind> OrderOf(int dimensions) const override {
    std::vector<Legion::DimensionKind> order = ExpertMapper::OrderOf(dimensions);
    std::reverse(order.begin(), order.end() - 1);
    return order;
  }

 private:
  static bool HasCpuVariantAlone(TaskID task) {
    return task == kTopLevel || task == kTask6 || task == kTask7;
  }

  std::vector<Processor> ProcessorsOf(Processor::Kind kind) const {
    std::vector<Processor> processors;
    for (size_t i = 0; i < total_nodes; ++i) {
      const auto node = (node_id + i) % total_nodes;
      Legion::Machine::ProcessorQuery query(machine);
      for (const Processor processor : query.only_kind(kind))
        if (processor.address_space() == node) processors.push_back(processor);
    }
    return processors;
  }

  /// The experts' functions give GPUs; without any, points go where nothing says otherwise.
  Rule RuleFor(const Task& task) const {
    const Rule rule = RuleOf(algorithm_, task.get_task_name());
    return gpus_.empty() && rule != Rule::kFirst ? Rule::kBlocks : rule;
  }

  /// One at a time of those whose parents are on the same processor, which is where they run: the
  /// next one's tiles come when this one is done.
  bool RunsAlone(const Task& task) const {
    const Family family = FamilyOf(algorithm_);
    if (task.task_id == kTask6) return family == Family::kSystolic;
    return task.task_id == kTask4 && family != Family::kCube;
  }

  void Select(const SelectMappingInput& input, SelectMappingOutput& output) {
    for (const Task* task : input.ready_tasks) {
      if (RunsAlone(*task) && std::exchange(mapped_[task->task_id], true)) continue;
      output.map_tasks.insert(task);
    }
  }

  Algorithm algorithm_;
  std::vector<Processor> gpus_, cpus_;
  std::map<TaskID, bool> mapped_;  // and not done, of those that run alone
  std::vector<MapperEvent> waiting_;
};

}  // namespace

void RegisterExpertMapper(Algorithm algorithm) {
  for (const Rule rule : kRules) {
    for (const auto kind : {Processor::LOC_PROC, Processor::TOC_PROC}) {
      Legion::Runtime::preregister_sharding_functor(ShardsOf(rule, kind),
                                                    new PlaceShards(rule, kind));
    }
  }
  apps::UseExpert<GemmMapper>(algorithm);
}

}  // namespace groma::gemm
