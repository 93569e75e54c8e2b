// The tasks that make partitions: pure arithmetic on the options.
#include <map>

#include "apps/stencil/tasks.h"

namespace groma::stencil {
namespace {

using Legion::Context;
using Legion::IndexPartition;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<Legion::PhysicalRegion>;

/// `box_of(tile)` becomes the part of each tile.
template <typename BoxOf>
IndexPartition Partition(const Task* task, Context context, Runtime* runtime,
                         Legion::PartitionKind kind, const BoxOf& box_of) {
  const auto& arguments = *static_cast<const PartitionArguments*>(task->args);
  std::map<Legion::Point<1>, Legion::DomainT<2>> domains;
  for (int64_t tile = 0; tile < arguments.options.tiles(); ++tile) {
    domains[Legion::Point<1>(tile)] = RectOf(box_of(arguments, tile));
  }
  return runtime->create_partition_by_domain(
      context, Legion::IndexSpaceT<2>(task->regions[0].region.get_index_space()), domains,
      Legion::IndexSpaceT<1>(arguments.tiles), /*perform_intersections=*/false, kind);
}

template <Box (Structure::*part)(int64_t) const, Legion::PartitionKind kind>
IndexPartition OfPoints(const Task* task, const Regions&, Context context, Runtime* runtime,
                        const Setup&) {
  return Partition(task, context, runtime, kind,
                   [](const PartitionArguments& arguments, int64_t tile) {
                     return (Structure(arguments.options).*part)(tile);
                   });
}

template <Halo halo>
IndexPartition OfHalos(const Task* task, const Regions&, Context context, Runtime* runtime,
                       const Setup&) {
  const bool own = static_cast<const PartitionArguments*>(task->args)->shift == 0;
  const auto kind = own ? LEGION_DISJOINT_COMPLETE_KIND : LEGION_ALIASED_INCOMPLETE_KIND;
  return Partition(task, context, runtime, kind,
                   [](const PartitionArguments& arguments, int64_t tile) {
                     return Structure(arguments.options).HaloPart(halo, tile, arguments.shift);
                   });
}

template <IndexPartition (*body)(const Task*, const Regions&, Context, Runtime*, const Setup&)>
void Register(TaskId id, const char* name, const Setup& setup) {
  Legion::TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  Runtime::preregister_task_variant<IndexPartition, Setup, body>(registrar, setup, name);
}

}  // namespace

void RegisterPartitionTasks(const Setup& setup) {
  Register<OfPoints<&Structure::Private, LEGION_DISJOINT_COMPLETE_KIND>>(
      kMakePrivatePartition, "make_private_partition", setup);
  Register<OfPoints<&Structure::Interior, LEGION_DISJOINT_INCOMPLETE_KIND>>(
      kMakeInteriorPartition, "make_interior_partition", setup);
  Register<OfPoints<&Structure::Exterior, LEGION_DISJOINT_INCOMPLETE_KIND>>(
      kMakeExteriorPartition, "make_exterior_partition", setup);
  Register<OfHalos<Halo::kX>>(kGhostXPartition, "ghost_x_partition", setup);
  Register<OfHalos<Halo::kY>>(kGhostYPartition, "ghost_y_partition", setup);
}

}  // namespace groma::stencil
