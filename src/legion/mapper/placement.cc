// Where tasks run: options, slices, shards, limits.
#include <algorithm>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "legion/mapper/groma_mapper.h"
#include "legion/mapper/sharding.h"

namespace groma::legion {
namespace {

using Legion::Domain;
using Legion::DomainPoint;

/// Of the shards of a control-replicated parent, which are all asked, one tells of the launch.
bool IsTold(const Legion::Task& task) {
  if (!task.has_parent_task()) return true;
  const Legion::Task& parent = *task.get_parent_task();
  return parent.get_total_shards() <= 1 || parent.get_shard_id() == 0;
}

std::vector<int64_t> Extents(const Domain& domain) {
  std::vector<int64_t> extents;
  for (int d = 0; d < domain.get_dim(); ++d) extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
  return extents;
}

std::vector<int64_t> FromLow(const DomainPoint& point, const Domain& domain) {
  std::vector<int64_t> coordinates;
  for (int d = 0; d < point.get_dim(); ++d) coordinates.push_back(point[d] - domain.lo()[d]);
  return coordinates;
}

/// Whether `next` follows `last` along the last dimension, so that both make one rectangle with
/// what begins at `first`.
bool Continues(const DomainPoint& first, const DomainPoint& last, const DomainPoint& next) {
  const int dim = next.get_dim();
  for (int d = 0; d + 1 < dim; ++d) {
    if (first[d] != next[d] || last[d] != next[d]) return false;
  }
  return next[dim - 1] == last[dim - 1] + 1;
}

/// The points of a domain with the last dimension fastest.
std::vector<DomainPoint> Points(const Domain& domain) {
  std::vector<DomainPoint> points;
  for (Domain::DomainPointIterator it(domain); it; it++) points.push_back(it.p);
  std::sort(points.begin(), points.end());
  return points;
}

}  // namespace

const std::vector<VariantFacts>& GromaMapper::Variants(MapperContext ctx, const Task& task) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = variants_.find(task.task_id);
    if (known != variants_.end()) return known->second;
  }
  std::vector<Legion::VariantID> ids;
  runtime->find_valid_variants(ctx, task.task_id, ids);
  std::vector<VariantFacts> variants;
  for (Legion::VariantID id : ids) {
    const auto& execution = runtime->find_execution_constraints(ctx, task.task_id, id);
    VariantFacts facts;
    facts.id = id;
    facts.name = runtime->find_task_variant_name(ctx, task.task_id, id);
    for (ProcessorKind kind : kProcessorKinds) {
      if (execution.processor_constraint.can_use(RealmKind(kind))) facts.kinds.push_back(kind);
    }
    facts.leaf = runtime->is_leaf_variant(ctx, task.task_id, id);
    facts.inner = runtime->is_inner_variant(ctx, task.task_id, id);
    facts.replicable = runtime->is_replicable_variant(ctx, task.task_id, id);
    facts.layouts = runtime->find_task_layout_constraints(ctx, task.task_id, id).layouts;
    variants.push_back(std::move(facts));
  }
  const std::lock_guard lock(mutex_);
  return variants_.emplace(task.task_id, std::move(variants)).first->second;
}

const VariantFacts* GromaMapper::VariantFor(MapperContext ctx, const Task& task,
                                            ProcessorKind kind) {
  for (const VariantFacts& variant : Variants(ctx, task)) {
    if (std::find(variant.kinds.begin(), variant.kinds.end(), kind) != variant.kinds.end())
      return &variant;
  }
  return nullptr;
}

ProcessorKind GromaMapper::ChooseKind(MapperContext ctx, const Task& task) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = kinds_.find(task.task_id);
    if (known != kinds_.end()) return known->second;
  }
  const MachineModel& machine = engine_.machine();
  const auto keep = [this, &task](ProcessorKind kind) {
    const std::lock_guard lock(mutex_);
    return kinds_[task.task_id] = kind;
  };
  const auto runs = [&](ProcessorKind kind) {
    return machine.At(kind, {0, 0}).exists() && KindOf(machine.At(kind, {0, 0})) == kind &&
           VariantFor(ctx, task, kind);
  };
  const mapping::ProcessorChoice choice = engine_.mapping().Processors(task.get_task_name());
  for (ProcessorKind kind : choice.kinds) {
    if (runs(kind)) return keep(kind);
    if (kind == ProcessorKind::kOmp && machine.Count(kind) > 0 && runs(ProcessorKind::kCpu)) {
      return keep(ProcessorKind::kCpu);
    }
  }
  std::vector<std::string> listed, offered;
  for (ProcessorKind kind : choice.kinds) listed.emplace_back(ToString(kind));
  for (const VariantFacts& variant : Variants(ctx, task)) {
    for (ProcessorKind kind : variant.kinds) {
      offered.push_back(fmt::format("{} ('{}', {} on this machine)", ToString(kind), variant.name,
                                    machine.Count(kind)));
    }
  }
  const std::string message = fmt::format(
      "task '{}' cannot run on {}: it has variants for {}", task.get_task_name(),
      fmt::join(listed, ", "),
      offered.empty() ? "no processor at all" : fmt::format("{}", fmt::join(offered, ", ")));
  if (!choice.origin.names_task) {
    for (ProcessorKind kind : kProcessorKinds) {
      if (!runs(kind)) continue;
      engine_.Warn(Failure("W0751", choice.origin.statement,
                           fmt::format("{}; it runs on {}", message, ToString(kind))));
      return keep(kind);
    }
  }
  Diagnostic diagnostic = Failure("E0704", choice.origin.statement, message);
  diagnostic.help =
      "name a kind of processor for which the task has a variant and that the machine has";
  engine_.Fatal(diagnostic, {task.get_task_name(), "", std::nullopt});
}

mapping::PointQuery GromaMapper::Query(MapperContext ctx, const Task& task,
                                       ProcessorKind kind) const {
  (void)ctx;
  const MachineModel& machine = engine_.machine();
  mapping::PointQuery query;
  query.task = task.get_task_name();
  query.kind = kind;
  query.index_launch = task.is_index_space;
  query.depth = task.get_depth();
  if (task.is_index_space) query.extents = Extents(task.index_domain);
  const Task* parent = task.has_parent_task() ? task.get_parent_task() : nullptr;
  const Realm::Processor from = parent ? parent->current_proc : task.orig_proc;
  if (machine.Knows(from)) query.launcher = machine.Place(from);
  if (parent && machine.Knows(from)) {
    mapping::PointQuery::Parent above;
    above.name = parent->get_task_name();
    above.kind = *KindOf(from);
    above.processor = machine.Place(from);
    above.depth = parent->get_depth();
    if (parent->is_index_space) {
      above.point = FromLow(parent->index_point, parent->index_domain);
      above.extents = Extents(parent->index_domain);
    }
    query.parent = std::move(above);
  }
  return query;
}

Realm::Processor GromaMapper::PlacePoint(const mapping::PointQuery& query, const Task& task) {
  const mapping::Placement placement = engine_.Place(query);
  Subject subject{task.get_task_name(), "", std::nullopt};
  if (query.index_launch) subject.point = query.point;
  if (placement.failure) engine_.Fatal(*placement.failure, subject);
  const Realm::Processor processor = engine_.machine().At(query.kind, *placement.processor);
  if (!processor.exists()) {
    engine_.Fatal(
        Failure("E0709", placement.origin.statement,
                fmt::format(
                    "task '{}'{} is mapped to node {}, {} {}, which this machine does not have",
                    task.get_task_name(),
                    query.index_launch ? " at " + PointText(query.point) : std::string(),
                    placement.processor->node, ToString(query.kind), placement.processor->index)),
        subject);
  }
  return processor;
}

void GromaMapper::select_task_options(const MapperContext ctx, const Task& task,
                                      TaskOptions& output) {
  const bool replaces = HasMapping() && engine_.settings().mode == Mode::kReplace;
  // First, because the default mapper stops at an assertion where no variant can run.
  if (replaces) Contained(engine_, "select_task_options", [&] { ChooseKind(ctx, task); });
  ForwardingMapper::select_task_options(ctx, task, output);
  Contained(engine_, "select_task_options", [&] {
    const int64_t points =
        task.is_index_space ? static_cast<int64_t>(task.index_domain.get_volume()) : 1;
    if (IsTold(task)) engine_.CountLaunch(task.get_task_name(), points);
    engine_.ChargeLaunch(ctx, runtime, points);
    if (Recorder* recorder = engine_.recorder())
      recorder->Launch(ctx, runtime, engine_.names(), task);
    if (!HasMapping()) return;
    const std::string name = task.get_task_name();
    const bool single = !task.is_index_space;
    const bool decided = Decides(engine_.mapping().Processors(name).origin);
    output.inline_task = false;
    output.stealable = false;
    output.map_locally = false;
    output.valid_instances = engine_.settings().mode == Mode::kWrap;
    CheckLimit(task);
    // Points of a collective wait for each other before any of them runs: with a limit, for ever.
    if (engine_.mapping().InstanceLimit(name)) output.check_collective_regions.clear();
    if (single) {
      const ProcessorKind kind = decided || !engine_.machine().Knows(output.initial_proc)
                                     ? ChooseKind(ctx, task)
                                     : *KindOf(output.initial_proc);
      mapping::PointQuery query = Query(ctx, task, kind);
      query.sequence = engine_.NextLaunch(name);
      const mapping::Placement placement = engine_.Place(query);
      if (decided || placement.origin.statement) output.initial_proc = PlacePoint(query, task);
    }
    const bool top = !task.has_parent_task() || task.get_depth() == 0;
    const auto asked = engine_.mapping().ControlReplicates(name);
    output.replicate = engine_.machine().processes() > 1 && asked.value_or(top) &&
                       std::any_of(Variants(ctx, task).begin(), Variants(ctx, task).end(),
                                   [](const VariantFacts& variant) { return variant.replicable; });
    if (asked.value_or(false) && engine_.machine().processes() > 1 && !output.replicate) {
      engine_.Warn(Failure(
          "W0752", std::nullopt,
          fmt::format(
              "task '{}' cannot be control-replicated: no variant was registered as replicable",
              name)));
    }
  });
}

void GromaMapper::CheckLimit(const Task& task) {
  if (!task.concurrent_task && !task.must_epoch_task) return;
  mapping::Origin origin;
  const auto limit = engine_.mapping().InstanceLimit(task.get_task_name(), &origin);
  const int64_t needed =
      task.is_index_space ? static_cast<int64_t>(task.index_domain.get_volume()) : 1;
  if (!limit || *limit >= needed) return;
  engine_.Fatal(
      Failure("E0710", origin.statement,
              fmt::format("InstanceLimit {} for task '{}', whose {} points must all run at once",
                          *limit, task.get_task_name(), needed)),
      {task.get_task_name(), "", std::nullopt});
}

bool GromaMapper::PlacesPoints(MapperContext ctx, const Task& task) {
  if (Decides(engine_.mapping().Processors(task.get_task_name()).origin)) return true;
  mapping::PointQuery query = Query(ctx, task, ChooseKind(ctx, task));
  query.point.assign(query.extents.size(), 0);
  return engine_.Place(query).origin.statement.has_value();
}

void GromaMapper::slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                             SliceTaskOutput& output) {
  if (!HasMapping()) {
    ForwardingMapper::slice_task(ctx, task, input, output);
    return;
  }
  bool ours = true;
  Contained(engine_, "slice_task", [&] { ours = PlacesPoints(ctx, task); });
  if (!ours) ForwardingMapper::slice_task(ctx, task, input, output);
  Contained(engine_, "slice_task", [&] {
    const bool limited = engine_.mapping().InstanceLimit(task.get_task_name()).has_value();
    if (ours) {
      SliceByPoints(ctx, task, input.domain, limited, output);
    } else if (limited) {
      SplitSlices(ctx, output);
    }
  });
}

void GromaMapper::SliceBox(mapping::PointQuery query, const Task& task, const Domain& domain,
                           SliceTaskOutput& output) {
  mapping::LaunchQuery launch{.about = query,
                              .low = FromLow(domain.lo(), task.index_domain),
                              .high = FromLow(domain.hi(), task.index_domain)};
  const auto placement = engine_.PlaceLaunch(launch);
  const auto& places = placement->processors;
  const int last = domain.get_dim() - 1;
  const auto row = static_cast<size_t>(launch.high.back() - launch.low.back() + 1);
  DomainPoint first = domain.lo();
  for (size_t start = 0; start < places.size(); start += row) {
    for (size_t i = 0; i < row;) {
      size_t end = i + 1;
      while (end < row && places[start + end] == places[start + i]) ++end;
      DomainPoint from = first, to = first;
      from[last] += static_cast<Legion::coord_t>(i);
      to[last] += static_cast<Legion::coord_t>(end - 1);
      Realm::Processor processor = engine_.machine().At(query.kind, places[start + i]);
      if (!processor.exists()) {
        query.point = FromLow(from, task.index_domain);
        processor = PlacePoint(query, task);  // says so
      }
      output.slices.emplace_back(Domain(from, to), processor, false, false);
      i = end;
    }
    for (int d = last; d-- > 0;) {
      if (++first[d] <= domain.hi()[d]) break;
      first[d] = domain.lo()[d];
    }
  }
}

void GromaMapper::SliceByPoints(MapperContext ctx, const Task& task, const Domain& domain,
                                bool one_by_one, SliceTaskOutput& output) {
  mapping::PointQuery query = Query(ctx, task, ChooseKind(ctx, task));
  if (domain.dense() && !one_by_one) {
    if (!domain.empty()) SliceBox(query, task, domain, output);
    return;
  }
  DomainPoint first, last;
  Realm::Processor before = Realm::Processor::NO_PROC;
  const auto finish = [&] {
    if (before.exists()) output.slices.emplace_back(Domain(first, last), before, false, false);
  };
  for (const DomainPoint& point : Points(domain)) {
    query.point = FromLow(point, task.index_domain);
    const Realm::Processor processor = PlacePoint(query, task);
    if (one_by_one || processor != before || !Continues(first, last, point)) {
      finish();
      first = point;
      before = processor;
    }
    last = point;
  }
  finish();
}

void GromaMapper::SplitSlices(MapperContext ctx, SliceTaskOutput& output) {
  std::vector<TaskSlice> single;
  for (const TaskSlice& slice : output.slices) {
    const Domain domain = slice.domain_is.exists()
                              ? runtime->get_index_space_domain(ctx, slice.domain_is)
                              : slice.domain;
    for (const DomainPoint& point : Points(domain)) {
      single.emplace_back(Domain(point, point), slice.proc, false, false);
    }
  }
  output.slices = std::move(single);
}

void GromaMapper::replicate_task(MapperContext ctx, const Task& task,
                                 const ReplicateTaskInput& input, ReplicateTaskOutput& output) {
  if (!HasMapping()) {
    ForwardingMapper::replicate_task(ctx, task, input, output);
    return;
  }
  Contained(engine_, "replicate_task", [&] {
    for (const VariantFacts& variant : Variants(ctx, task)) {
      if (!variant.replicable) continue;
      for (ProcessorKind kind : variant.kinds) {
        if (!engine_.machine().At(kind, {0, 0}).exists()) continue;
        output.chosen_variant = variant.id;
        const int ranks = engine_.machine().nodes() / engine_.machine().processes();
        for (int process = 0; process < engine_.machine().processes(); ++process)
          output.target_processors.push_back(engine_.machine().At(kind, {process * ranks, 0}));
        return;
      }
    }
    engine_.Fatal(
        Failure("E0704", std::nullopt,
                fmt::format("no replicable variant of task '{}' runs here", task.get_task_name())),
        {task.get_task_name(), "", std::nullopt});
  });
}

void GromaMapper::select_sharding_functor(const MapperContext ctx, const Task& task,
                                          const SelectShardingFunctorInput& input,
                                          SelectShardingFunctorOutput& output) {
  if (!HasMapping()) {
    ForwardingMapper::select_sharding_functor(ctx, task, input, output);
    return;
  }
  Contained(engine_, "select_sharding_functor", [&] {
    if (task.is_index_space && task.sharding_space.exists()) {
      const Domain sharding = runtime->get_index_space_domain(ctx, task.sharding_space);
      if (!(sharding == task.index_domain)) {
        engine_.Fatal(
            Failure("E0712", std::nullopt,
                    fmt::format("task '{}' is launched with a sharding space of its own, which a "
                                "mapping cannot "
                                "follow: its functions see the points of the launch alone",
                                task.get_task_name())),
            {task.get_task_name(), "", std::nullopt});
      }
    }
    if (!PlacesPoints(ctx, task)) {
      ForwardingMapper::select_sharding_functor(ctx, task, input, output);
      return;
    }
    mapping::PointQuery query = Query(ctx, task, ChooseKind(ctx, task));
    // Every shard must come to the same answer, so it may not depend on where the asking one runs.
    query.launcher = {};
    if (query.parent) query.parent->processor = {};
    output.chosen_functor = FunctorFor(engine_, query, task.get_task_name());
    output.slice_recurse = true;
  });
}

InstanceLimits::Key GromaMapper::LimitKey(const Task& task) const {
  const Task* parent = task.has_parent_task() ? task.get_parent_task() : nullptr;
  return {task.get_task_name(), parent ? parent->current_proc.id : 0};
}

void GromaMapper::select_tasks_to_map(const MapperContext ctx, const SelectMappingInput& input,
                                      SelectMappingOutput& output) {
  const bool any_limit =
      HasMapping() && HasLimits() &&
      std::any_of(input.ready_tasks.begin(), input.ready_tasks.end(), [&](const Task* task) {
        return engine_.mapping().InstanceLimit(task->get_task_name()).has_value();
      });
  if (!any_limit && engine_.settings().mode != Mode::kReplace) {
    ForwardingMapper::select_tasks_to_map(ctx, input, output);
    return;
  }
  Contained(engine_, "select_tasks_to_map", [&] {
    if (!any_limit) {
      output.map_tasks.insert(input.ready_tasks.begin(), input.ready_tasks.end());
      return;
    }
    std::vector<std::pair<InstanceLimits::Key, int64_t>> blocked;
    for (;;) {
      for (const Task* task : input.ready_tasks) {
        const auto limit = engine_.mapping().InstanceLimit(task->get_task_name());
        if (!limit || engine_.limits().Take(LimitKey(*task), *limit)) {
          output.map_tasks.insert(task);
        } else {
          blocked.emplace_back(LimitKey(*task), *limit);
        }
      }
      if (!output.map_tasks.empty()) return;
      const InstanceLimits::Event event = runtime->create_mapper_event(ctx);
      if (engine_.limits().Wait(blocked, event)) {
        output.deferral_event = event;
        return;
      }
      runtime->trigger_mapper_event(ctx, event);  // unused: room came meanwhile
      blocked.clear();
    }
  });
}

void GromaMapper::map_must_epoch(const MapperContext ctx, const MapMustEpochInput& input,
                                 MapMustEpochOutput& output) {
  engine_.instances().Share();  // the mapper below makes instances
  ForwardingMapper::map_must_epoch(ctx, input, output);
  if (!HasMapping()) return;
  Contained(engine_, "map_must_epoch", [&] {
    for (size_t i = 0; i < input.tasks.size(); ++i) {
      const Task& task = *input.tasks[i];
      mapping::PointQuery query = Query(ctx, task, ChooseKind(ctx, task));
      if (task.is_index_space) query.point = FromLow(task.index_point, task.index_domain);
      const bool decided = Decides(engine_.mapping().Processors(task.get_task_name()).origin);
      if (decided || engine_.Place(query).origin.statement) {
        output.task_processors[i] = PlacePoint(query, task);
      }
    }
  });
}

}  // namespace groma::legion
