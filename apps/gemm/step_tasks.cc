// The inner tasks: each launches what follows on parts of its own regions, which the top-level task
// has cut (partitions.h).
#include "apps/common/launch.h"
#include "apps/gemm/tasks.h"
#include "mappers/default_mapper.h"

namespace groma::gemm {
namespace {

using apps::Once;
using apps::Over;
using Legion::Context;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

/// What a task works with, and the launches of its children.
class Parent {
 public:
  Parent(const Task* task, Context context, Runtime* runtime)
      : task_(task), context_(context), runtime_(runtime) {}

  LogicalRegion region(int matrix) const {
    return task_->regions[static_cast<size_t>(matrix)].region;
  }
  LogicalPartition Parts(int matrix) const {
    return runtime_->get_logical_partition_by_color(context_, region(matrix),
                                                    Legion::Color{kCompute});
  }
  LogicalRegion Block(int matrix, int64_t block) const {
    return runtime_->get_logical_subregion_by_color(context_, Parts(matrix),
                                                    Legion::DomainPoint(Legion::Point<1>(block)));
  }

  /// `child` on all of A and one block of B and C.
  void LaunchOnBlock(TaskId child, int64_t block) const {
    auto launch = Once(child, kNoArguments);
    const Legion::RegionRequirement& a = task_->regions[kA];
    if (a.privilege == LEGION_REDUCE) {
      launch.Reduces(region(kA), a.redop, region(kA), {kVals});
    } else {
      launch.Uses(region(kA), LEGION_READ_WRITE, region(kA), {kVals});
    }
    launch.Uses(Block(kB, block), LEGION_READ_ONLY, region(kB), {kVals})
        .Uses(Block(kC, block), LEGION_READ_ONLY, region(kC), {kVals});
    runtime_->execute_task(context_, launch.launcher());
  }

  /// `child` over the parts of A, B and C.
  void LaunchOnParts(TaskId child, Legion::MappingTagID tag) const {
    const Legion::IndexSpace colors =
        runtime_->get_index_partition_color_space_name(context_, Parts(kA).get_index_partition());
    auto launch = Over(colors, child, kNoArguments);
    launch.launcher().tag = tag;
    launch.Uses(Parts(kA), LEGION_READ_WRITE, region(kA), {kVals})
        .Uses(Parts(kB), LEGION_READ_ONLY, region(kB), {kVals})
        .Uses(Parts(kC), LEGION_READ_ONLY, region(kC), {kVals});
    runtime_->execute_index_space(context_, launch.launcher());
  }

 private:
  const Task* task_;
  Context context_;
  Runtime* runtime_;
};

void Node(const Task* task, const Regions&, Context context, Runtime* runtime, const Setup& setup) {
  const Parent parent(task, context, runtime);
  const Options& options = setup.options;
  const Legion::DomainPoint point = task->index_point;
  for (int64_t step = 0; step < options.gx; ++step) {
    parent.LaunchOnBlock(kTask6,
                         NodeBlock(options.algorithm, point[0], point[1], step, options.gx));
  }
}

/// The GPUs of the node itself are meant, which the tag tells mappers that know it.
void NodeStep(const Task* task, const Regions&, Context context, Runtime* runtime, const Setup&) {
  Parent(task, context, runtime)
      .LaunchOnParts(kTask5, Legion::Mapping::DefaultMapper::SAME_ADDRESS_SPACE);
}

void Gpu(const Task* task, const Regions&, Context context, Runtime* runtime, const Setup& setup) {
  const Parent parent(task, context, runtime);
  const Options& options = setup.options;
  const Legion::DomainPoint point = task->index_point;
  const bool layers = FamilyOf(options.algorithm) == Family::kLayers;
  const int64_t steps = layers ? options.rpoc3 : kGpusAcross;
  const auto block = layers ? NodeBlock : GpuBlock;
  for (int64_t step = 0; step < steps; ++step) {
    parent.LaunchOnBlock(kTask4, block(options.algorithm, point[0], point[1], step, steps));
  }
}

template <void (*body)(const Task*, const Regions&, Context, Runtime*, const Setup&)>
void Register(TaskId id, const char* name, apps::On on, const Setup& setup) {
  Legion::TaskVariantRegistrar registrar(id, on == apps::On::kGpu ? "gpu" : "cpu");
  registrar.add_constraint(Legion::ProcessorConstraint(apps::KindOf(on)));
  registrar.set_inner();
  Runtime::preregister_task_variant<Setup, body>(registrar, setup, name);
}

}  // namespace

void RegisterStepTasks(const Setup& setup) {
  using apps::On;
  const Family family = FamilyOf(setup.options.algorithm);
  if (family == Family::kCube) return;
  if (setup.options.cpu_variants) Register<Gpu>(kTask5, "task_5", On::kCpu, setup);
  if (setup.kernels->usable()) Register<Gpu>(kTask5, "task_5", On::kGpu, setup);
  if (family == Family::kLayers) return;
  Register<NodeStep>(kTask6, "task_6", On::kCpu, setup);
  Register<Node>(kTask7, "task_7", On::kCpu, setup);
}

}  // namespace groma::gemm
