// What the experts' mappers have in common (apps/*/expert.cc): how Legion is told of processors,
// variants and instances, once a program's expert has decided.
#pragma once
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "mappers/default_mapper.h"

namespace groma::apps {

/// Each point of an index launch is a slice of its own, a single task runs where its parent does,
/// and an instance holds all fields of a region, each in an array that begins on a line of memory.
/// An expert derives from it and says the rest; select_sharding_functor is Legion's own call. Used
/// like any mapper of Legion, which asks for one thing at a time. What cannot be mapped ends the
/// run with a message.
class ExpertMapper : public Legion::Mapping::DefaultMapper {
 public:
  void select_task_options(Legion::Mapping::MapperContext context, const Legion::Task& task,
                           TaskOptions& output) override;
  void slice_task(Legion::Mapping::MapperContext context, const Legion::Task& task,
                  const SliceTaskInput& input, SliceTaskOutput& output) override;
  void map_task(Legion::Mapping::MapperContext context, const Legion::Task& task,
                const MapTaskInput& input, MapTaskOutput& output) override;

 protected:
  /// `name`: of the mapper, in messages; must outlive it.
  ExpertMapper(Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
               Legion::Processor local, const char* name)
      : DefaultMapper(runtime, machine, local, name) {}

  // What an expert decides.

  /// The processors of this node that the points of an index launch run on; at least one.
  virtual const std::vector<Legion::Processor>& TargetsOf(const Legion::Task& task) const = 0;
  /// The point's place among the targets, which are taken in turn: any number.
  virtual size_t TurnOf(const Legion::Task& task, const Legion::DomainPoint& point) const = 0;
  /// The memories for region requirement `index` of a task that runs on task.target_proc, the best
  /// first: the nearest of each kind. Those that the processor lacks or that are full are passed
  /// over.
  virtual std::vector<Legion::Memory::Kind> MemoriesOf(Legion::Mapping::MapperContext context,
                                                       const Legion::Task& task,
                                                       size_t index) const = 0;
  /// Whether what the task only reads through requirement `index` may be collected as soon as the
  /// task is done. Here nothing.
  virtual bool Collects(const Legion::Task& task, size_t index) const;
  /// The dimensions of an instance, the fastest first, LEGION_DIM_F for its fields. Here x first
  /// and fields last.
  virtual std::vector<Legion::DimensionKind> OrderOf(int dimensions) const;

  // What map_task is made of.

  /// The first variant for processors of `kind`.
  Legion::VariantID VariantOf(Legion::Mapping::MapperContext context, const Legion::Task& task,
                              Legion::Processor::Kind kind);
  /// The instance that tasks share, or a new one for a reduction.
  Legion::Mapping::PhysicalInstance InstanceOf(Legion::Mapping::MapperContext context,
                                               const Legion::Task& task, size_t index);

 private:
  bool IsCollected(const Legion::Task& task, size_t index) const;
  /// NO_MEMORY when there is none.
  Legion::Memory NearestMemory(Legion::Processor processor, Legion::Memory::Kind kind);
  Legion::LayoutConstraintSet LayoutOf(Legion::Mapping::MapperContext context,
                                       const Legion::RegionRequirement& requirement,
                                       Legion::Memory::Kind memory) const;

  std::map<std::pair<Legion::Processor, Legion::Memory::Kind>, Legion::Memory> memories_;
  std::map<std::pair<Legion::TaskID, Legion::Processor::Kind>, Legion::VariantID> variants_;
};

// Sharding functors for launches of one dimension.

/// Node by node, one point a GPU, then from the first node again.
class GpuTurnShards final : public Legion::ShardingFunctor {
 public:
  Legion::ShardID shard(const Legion::DomainPoint& point, const Legion::Domain& domain,
                        const size_t nodes) override;
};

/// Blocks of consecutive points.
class BlockShards final : public Legion::ShardingFunctor {
 public:
  Legion::ShardID shard(const Legion::DomainPoint& point, const Legion::Domain& domain,
                        const size_t nodes) override;
};

/// Makes Legion ask an `Expert` instead of its default mapper, one for each processor, made from
/// what every mapper is made from and `arguments`. Before Runtime::start.
template <typename Expert, typename... Arguments>
void UseExpert(Arguments... arguments) {
  const auto install = [=](Legion::Machine machine, Legion::Runtime* runtime,
                           const std::set<Legion::Processor>& processors) {
    for (const Legion::Processor processor : processors) {
      runtime->replace_default_mapper(
          new Expert(runtime->get_mapper_runtime(), machine, processor, arguments...), processor);
    }
  };
  Legion::Runtime::add_registration_callback(install, /*dedup=*/false);
}

}  // namespace groma::apps
