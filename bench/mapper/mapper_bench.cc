// How long the calls of a mapper take in a real run: index launches of a task that does nothing,
// with a piece of two regions for each point.
//
//   mapper_bench groma|hand|hand_packed|default [LAUNCHES POINTS] [Legion's and Realm's options]
//
// `groma` takes the mapping that GROMA_MAPPING names; `hand` does the same as blocks.map,
// `hand_packed` as packed.map. Prints a line for each kind of call.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/mapper/hand_mapper.h"
#include "bench/mapper/timed_mapper.h"
#include "legion.h"
#include "legion/support/groma_mapper.h"

namespace groma::bench {
namespace {

using namespace Legion;

enum TaskIds { kMain = 1, kStep };
enum FieldIds : FieldID { kValue = 1 };

std::string chosen = "groma";
int launches = 20;
int points = 10'000;

void StepTask(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {}

struct Pieces {
  LogicalRegion region;
  LogicalPartition parts;
};

Pieces MakePieces(Context ctx, Runtime* runtime, const char* name) {
  const IndexSpace elements = runtime->create_index_space(ctx, Rect<1>(0, 4 * points - 1));
  const IndexSpace colours = runtime->create_index_space(ctx, Rect<1>(0, points - 1));
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), kValue);
  Pieces pieces;
  pieces.region = runtime->create_logical_region(ctx, elements, fields);
  pieces.parts = runtime->get_logical_partition(
      ctx, pieces.region, runtime->create_equal_partition(ctx, elements, colours));
  runtime->attach_name(pieces.region, name);
  const double zero = 0;
  runtime->fill_field(ctx, pieces.region, pieces.region, kValue, &zero, sizeof zero);
  return pieces;
}

void Report() {
  const char* const names[] = {"select_task_options", "slice_task", "map_task",
                               "select_tasks_to_map", "other"};
  double all = 0;
  for (int call = 0; call < kCalls; ++call) {
    const double ms = static_cast<double>(totals[call].nanoseconds) * 1e-6;
    printf("CALL %s %s count=%lld ms=%.2f\n", chosen.c_str(), names[call],
           static_cast<long long>(totals[call].count), ms);
    all += ms;
  }
  printf("TOTAL %s ms=%.2f us_per_point=%.3f\n", chosen.c_str(), all,
         all * 1e3 / launches / points);
}

void MainTask(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  const Pieces written = MakePieces(ctx, runtime, "written");
  const Pieces read = MakePieces(ctx, runtime, "read");
  for (int i = 0; i < launches; ++i) {
    IndexTaskLauncher launcher(kStep, Rect<1>(0, points - 1), TaskArgument(), ArgumentMap());
    launcher
        .add_region_requirement(
            RegionRequirement(written.parts, 0, READ_WRITE, EXCLUSIVE, written.region))
        .add_field(kValue);
    launcher
        .add_region_requirement(RegionRequirement(read.parts, 0, READ_ONLY, EXCLUSIVE, read.region))
        .add_field(kValue);
    runtime->execute_index_space(ctx, launcher).wait_all_results();
  }
  Report();
}

Mapping::Mapper* MakeMapper(Runtime* runtime, Processor processor) {
  Machine machine = Machine::get_machine();
  Mapping::MapperRuntime* calls = runtime->get_mapper_runtime();
  const bool packed = chosen == "hand_packed";
  if (packed || chosen == "hand") return new HandMapper(calls, machine, processor, packed);
  auto* standard = new Mapping::DefaultMapper(calls, machine, processor);
  if (chosen != "groma") return standard;
  const auto adopt =
      reinterpret_cast<groma_mapper_adopt_function>(dlsym(RTLD_DEFAULT, "groma_mapper_adopt"));
  return static_cast<Mapping::Mapper*>(adopt(runtime, 0, standard, processor.id));
}

void InstallMappers(Machine, Runtime* runtime, const std::set<Processor>& processors) {
  for (Processor processor : processors) {
    runtime->replace_default_mapper(new TimedMapper(MakeMapper(runtime, processor)), processor);
  }
}

}  // namespace

int Run(int argc, char** argv) {
  if (argc > 1) chosen = argv[1];
  if (argc > 3 && argv[2][0] != '-') {
    launches = atoi(argv[2]);
    points = atoi(argv[3]);
  }
  Runtime::set_top_level_task_id(kMain);
  TaskVariantRegistrar main_task(kMain, "main");
  main_task.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<MainTask>(main_task, "main");
  TaskVariantRegistrar step(kStep, "step");
  step.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  step.set_leaf();
  Runtime::preregister_task_variant<StepTask>(step, "step");
  Runtime::add_registration_callback(InstallMappers);
  if (chosen == "groma" && groma_mapper_register() != 1) {
    fprintf(stderr, "mapper_bench: GROMA_MAPPING names no mapping\n");
    return 2;
  }
  return Runtime::start(argc, argv);
}

}  // namespace groma::bench

int main(int argc, char** argv) { return groma::bench::Run(argc, argv); }
