#include "tune/propose/landscape.h"

#include "lang/lang.h"
#include "mapping/mapping.h"
#include "mapping/survey.h"

namespace groma::tune {
namespace {

app::Task MakeTask(const std::string& name, bool gpu, bool cpu) {
  app::Task task;
  task.name = name;
  if (cpu) task.variants.push_back({.name = name + "_cpu", .processor = ProcessorKind::kCpu});
  if (gpu) task.variants.push_back({.name = name + "_gpu", .processor = ProcessorKind::kGpu});
  task.launches = 8;
  return task;
}

app::Argument MakeArgument(const std::string& name) {
  return {.names = {name, "all_" + name},
          .privilege = app::Privilege::kReadWrite,
          .fields = {{"x", 1, 8}, {"y", 2, 8}},
          .largest_volume = 1000};
}

/// Time factors of one mapping, and the parts of it that a breakdown would show.
struct Costs {
  double factor = 1;
  double near_on_cpu = 0, own_remote = 0;  // seconds
};

Costs CostsOf(const mapping::Mapping& mapping, const Problem& problem) {
  Costs costs;
  const app::Task& near = *problem.app.FindTask("near");
  const app::Task& far = *problem.app.FindTask("far");
  const ProcessorKind near_kind = *mapping::ChosenKind(mapping, near);
  if (near_kind == ProcessorKind::kCpu) {
    costs.factor *= 3;
    costs.near_on_cpu = 2;
  }
  if (mapping::ChosenKind(mapping, far) == ProcessorKind::kGpu) costs.factor *= 1.5;
  const auto own = mapping::QueryFor(near, 0), shared = mapping::QueryFor(near, 1);
  const auto gpu = ProcessorKind::kGpu;
  if (mapping.Memories(own, gpu).kinds.front() == MemoryKind::kZeroCopy) {
    costs.factor *= 2;
    costs.own_remote = 1;
  }
  if (mapping.Memories(shared, gpu).kinds.front() == MemoryKind::kFramebuffer) costs.factor *= 1.4;
  if (!mapping.Layout(own, gpu, MemoryKind::kFramebuffer).array_of_structs) costs.factor *= 1.1;
  mapping::PointQuery query = mapping::QueryFor(mapping, problem.app, near, near_kind);
  query.index_launch = true;
  query.extents = {8};
  query.point = {1};
  const mapping::Placement second = mapping.Place(query);
  if (!second.processor || second.processor->index == 0) costs.factor *= 1.2;
  return costs;
}

}  // namespace

Problem LandscapeProblem() {
  Problem problem;
  problem.app.name = "landscape";
  app::Task top = MakeTask("top", false, true);
  top.single_launched = true;
  app::Task near = MakeTask("near", true, true), far = MakeTask("far", true, true);
  app::Task tell = MakeTask("tell", false, true), solve = MakeTask("solve", true, true);
  for (app::Task* task : {&near, &far, &tell, &solve}) task->parents = {"top"};
  for (app::Task* task : {&near, &far}) {
    task->index_launched = true;
    task->domains = {{8}};
  }
  tell.single_launched = solve.single_launched = true;
  near.arguments = {MakeArgument("own"), MakeArgument("shared")};
  far.arguments = {MakeArgument("own")};
  tell.arguments = {MakeArgument("shared")};
  problem.app.tasks = {top, near, far, tell, solve};
  problem.machine.name = "four";
  problem.machine.processors = {.cpu = 4, .utility = 2, .gpu = 4};
  problem.machine.gpu.zero_copy_bandwidth = {12e9};
  problem.machine.gpu.framebuffer = {16'000'000'000};
  problem.machine.host.memory = {64'000'000'000};
  problem.machine.host.zero_copy_memory = {16'000'000'000};
  return problem;
}

Result<eval::Outcome> Landscape::Evaluate(const std::string& text) const {
  eval::Outcome outcome;
  outcome.unit = "GFLOP/s";
  outcome.fidelity = eval::Fidelity::kSimulated;
  DiagnosticSink sink;
  const auto source = std::make_shared<SourceFile>("mapping.map", text);
  std::optional<lang::Program> program = lang::Compile(source, sink);
  std::optional<mapping::Mapping> mapping;
  if (program)
    mapping = mapping::Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                                     machine::Shape(problem.machine), sink);
  if (!mapping) {
    outcome.status = eval::OutcomeStatus::kMappingError;
    outcome.diagnostics = Render(sink.Take(), *source, false);
    return outcome;
  }
  const Costs costs = CostsOf(*mapping, problem);
  outcome.status = eval::OutcomeStatus::kOk;
  outcome.throughput = base / costs.factor * (1 + jitter);
  outcome.metric = outcome.throughput;
  outcome.seconds = costs.factor;
  if (!tells) return outcome;
  const auto nanoseconds = [](double seconds) {
    return Nanoseconds{static_cast<int64_t>(seconds * 1e9)};
  };
  if (costs.near_on_cpu > 0)
    outcome.breakdown.tasks.push_back({"near", "CPU", 8, nanoseconds(4 * costs.near_on_cpu)});
  if (costs.own_remote > 0)
    outcome.breakdown.traffic.push_back({.kind = eval::Traffic::Kind::kAccess,
                                         .from = "ZCMEM",
                                         .to = "GPU",
                                         .copies = 8,
                                         .bytes = {12'000'000'000},
                                         .time = nanoseconds(4 * costs.own_remote),
                                         .task = "some_kernel"});
  return outcome;
}

std::string WorstStart() {
  return "Task * GPU,CPU;\nTask near CPU;\nRegion * * GPU FBMEM,ZCMEM;\nRegion * * CPU SYSMEM;\n"
         "Region * own GPU ZCMEM;\nLayout * * * SOA C_order;\n";
}

}  // namespace groma::tune
