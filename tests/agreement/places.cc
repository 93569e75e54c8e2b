// A Legion program that says where its tasks run and where their data lies: one line a point on
// stdout. Knows nothing of groma; the tasks are those that random mappings name.
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "legion.h"

using namespace Legion;  // NOLINT: a Legion program

namespace {

enum Fields : FieldID { kX, kY };
enum Tasks : TaskID { kTop, kA, kB, kStep, kOther };

const char* KindName(Processor processor) {
  return processor.kind() == Processor::TOC_PROC ? "GPU" : "CPU";
}

const char* MemoryName(Memory memory) {
  switch (memory.kind()) {
    case Memory::SYSTEM_MEM:
      return "SYSMEM";
    case Memory::GPU_FB_MEM:
      return "FBMEM";
    case Memory::Z_COPY_MEM:
      return "ZCMEM";
    case Memory::REGDMA_MEM:
      return "RDMEM";
    default:
      return "other";
  }
}

/// The index among the machine's processors of its kind.
int IndexOf(Processor processor) {
  Realm::Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(processor.kind());
  int index = 0;
  for (Processor other : query) index += other.id < processor.id ? 1 : 0;
  return index;
}

size_t Ranks() { return Machine::get_machine().get_address_space_count(); }

/// "FBMEM SOA C_order": memory, whether an element's fields lie together, which dimension is
/// fastest.
std::string Placement(const PhysicalRegion& region, const Rect<2>& bounds) {
  using Accessor =
      FieldAccessor<LEGION_READ_ONLY, int, 2, coord_t, Realm::AffineAccessor<int, 2, coord_t>>;
  std::set<Memory> memories;
  region.get_memories(memories);
  const Accessor x(region, kX);
  size_t strides[2];
  x.ptr(bounds, strides);  // in elements
  const bool together = strides[0] != 1 && strides[1] != 1;
  return std::string(MemoryName(*memories.begin())) + (together ? " AOS" : " SOA") +
         (strides[0] < strides[1] ? " F_order" : " C_order");
}

void Body(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
          Runtime* runtime) {
  const Processor here = runtime->get_executing_processor(context);
  std::string line = task->get_task_name();
  if (task->is_index_space) {
    line += " at";
    for (int d = 0; d < task->index_point.get_dim(); ++d)
      line += " " + std::to_string(task->index_point[d]);
  }
  line += std::string(": ") + KindName(here) + " " + std::to_string(IndexOf(here));
  for (const PhysicalRegion& region : regions) {
    const Rect<2> bounds =
        runtime->get_index_space_domain(context, region.get_logical_region().get_index_space());
    line += ", " + Placement(region, bounds);
  }
  if (Ranks() > 1) line += ", launched by rank " + std::to_string(task->orig_proc.address_space());
  line += "\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
}

/// Two requirements: a piece of "far" over the partition "near", and all of "all data".
void AddRequirements(TaskLauncher& launcher, LogicalRegion near, LogicalRegion far,
                     LogicalRegion all) {
  launcher.add_region_requirement(
      RegionRequirement(near, LEGION_READ_WRITE, LEGION_EXCLUSIVE, far));
  launcher.add_region_requirement(RegionRequirement(all, LEGION_READ_ONLY, LEGION_EXCLUSIVE, all));
  for (unsigned i = 0; i < 2; ++i) launcher.add_field(i, kX), launcher.add_field(i, kY);
}

template <int kDim>
void Launch(TaskID task, Rect<kDim> domain, Context context, Runtime* runtime) {
  const FieldSpace fields = runtime->create_field_space(context);
  auto allocator = runtime->create_field_allocator(context, fields);
  allocator.allocate_field(sizeof(int), kX);
  allocator.allocate_field(sizeof(int), kY);
  const auto points = static_cast<coord_t>(domain.volume());
  const IndexSpace space =
      runtime->create_index_space(context, Rect<2>({0, 0}, {4 * points - 1, 7}));
  const LogicalRegion far = runtime->create_logical_region(context, space, fields);
  const LogicalRegion all = runtime->create_logical_region(context, space, fields);
  const IndexSpace colours = runtime->create_index_space(context, domain);
  runtime->attach_name(far, "far");
  runtime->attach_name(all, "all data");
  std::map<DomainPoint, Domain> pieces;
  coord_t next = 0;
  for (PointInRectIterator<kDim> colour(domain); colour(); colour++, ++next)
    pieces[DomainPoint(*colour)] = Domain(Rect<2>({4 * next, 0}, {4 * next + 3, 7}));
  const IndexPartition parts = runtime->create_partition_by_domain(context, space, pieces, colours);
  const LogicalPartition near = runtime->get_logical_partition(context, far, parts);
  runtime->attach_name(near, "near");
  for (LogicalRegion region : {far, all}) {
    runtime->fill_field(context, region, region, kX, 1);
    runtime->fill_field(context, region, region, kY, 2);
  }
  IndexTaskLauncher index(task, domain, TaskArgument(), ArgumentMap());
  index.add_region_requirement(
      RegionRequirement(near, 0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, far));
  index.add_region_requirement(RegionRequirement(all, LEGION_READ_ONLY, LEGION_EXCLUSIVE, all));
  for (unsigned i = 0; i < 2; ++i) index.add_field(i, kX), index.add_field(i, kY);
  runtime->execute_index_space(context, index).wait_all_results();
  TaskLauncher single(task, TaskArgument());
  const DomainPoint first(domain.lo);
  AddRequirements(single, runtime->get_logical_subregion_by_color(context, near, first), far, all);
  for (int i = 0; i < 3; ++i) runtime->execute_task(context, single).wait();
}

void Top(const Task*, const std::vector<PhysicalRegion>&, Context context, Runtime* runtime) {
  Launch<1>(kA, Rect<1>(0, 5), context, runtime);
  Launch<2>(kB, Rect<2>({0, 0}, {2, 3}), context, runtime);
  Launch<3>(kStep, Rect<3>({0, 0, 0}, {1, 0, 2}), context, runtime);
  Launch<1>(kOther, Rect<1>(3, 6), context, runtime);
}

template <void (*kBody)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void Register(TaskID id, const char* name, Processor::Kind kind) {
  TaskVariantRegistrar registrar(id, kind == Processor::TOC_PROC ? "gpu" : "cpu");
  registrar.add_constraint(ProcessorConstraint(kind));
  registrar.set_leaf(id != kTop);
  registrar.set_replicable(id == kTop);
  Runtime::preregister_task_variant<kBody>(registrar, name);
}

}  // namespace

int main(int argc, char** argv) {
  Register<Top>(kTop, "top", Processor::LOC_PROC);
  const std::pair<TaskID, const char*> tasks[] = {
      {kA, "a"}, {kB, "b"}, {kStep, "solver::step"}, {kOther, "other"}};
  for (const auto& [id, name] : tasks) {
    Register<Body>(id, name, Processor::LOC_PROC);
    Register<Body>(id, name, Processor::TOC_PROC);
  }
  Runtime::set_top_level_task_id(kTop);
  return Runtime::start(argc, argv);
}
