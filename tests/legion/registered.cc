// A Legion program that is built for groma: one call before Legion starts. Prints on which
// processor each point of an index launch ran.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "legion.h"
#include "legion/support/groma_mapper.h"

namespace {

using namespace Legion;

enum TaskIds { kMain = 1, kWhere };

int WhereTask(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  std::vector<Processor> processors;
  Machine::ProcessorQuery all(Machine::get_machine());
  for (Processor processor : all.only_kind(Processor::LOC_PROC)) {
    processors.push_back(processor);
  }
  std::sort(processors.begin(), processors.end());
  const auto found = std::find(processors.begin(), processors.end(), task->current_proc);
  return static_cast<int>(found - processors.begin());
}

void MainTask(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  IndexTaskLauncher launcher(kWhere, Rect<1>(0, 3), TaskArgument(), ArgumentMap());
  FutureMap where = runtime->execute_index_space(ctx, launcher);
  printf("points ran on processors");
  for (int point = 0; point < 4; ++point) printf(" %d", where.get_result<int>(point));
  printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Runtime::set_top_level_task_id(kMain);
  TaskVariantRegistrar main_task(kMain, "main");
  main_task.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<MainTask>(main_task, "main");
  TaskVariantRegistrar where(kWhere, "where");
  where.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  where.set_leaf();
  Runtime::preregister_task_variant<int, WhereTask>(where, "where");
  if (groma_mapper_register() < 0) return 1;
  return Runtime::start(argc, argv);
}
