// The mapper that carries out a mapping. It stands over another mapper, to which it leaves what the
// mapping language does not decide: in mode replace over Legion's default mapper, in mode wrap over
// the program's own.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "legion.h"
#include "legion/mapper/engine.h"
#include "legion/mapper/instance_maker.h"
#include "mappers/forwarding_mapper.h"

namespace groma::legion {

/// One variant of a task.
struct VariantFacts {
  Legion::VariantID id = 0;
  std::string name;
  std::vector<ProcessorKind> kinds;
  bool leaf = false;
  bool inner = false;
  bool replicable = false;
  std::multimap<unsigned, Legion::LayoutConstraintID> layouts;  // by requirement
};

class GromaMapper : public Legion::Mapping::ForwardingMapper {
 public:
  using MapperContext = Legion::Mapping::MapperContext;
  using Task = Legion::Task;

  /// `under` does what is not decided here, and is owned. `original` is the program's own mapper
  /// when it is not `under`; it still answers for the program's tunable values, and is owned too.
  GromaMapper(Engine& engine, Legion::Mapping::Mapper* under, Legion::Mapping::Mapper* original);
  ~GromaMapper() override;

  const char* get_mapper_name() const override { return name_.c_str(); }

  void select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) override;
  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void replicate_task(MapperContext ctx, const Task& task, const ReplicateTaskInput& input,
                      ReplicateTaskOutput& output) override;
  void select_sharding_functor(const MapperContext ctx, const Task& task,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;
  using ForwardingMapper::select_sharding_functor;
  void select_tasks_to_map(const MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override;
  void map_must_epoch(const MapperContext ctx, const MapMustEpochInput& input,
                      MapMustEpochOutput& output) override;

  void map_inline(const MapperContext ctx, const Legion::InlineMapping& operation,
                  const MapInlineInput& input, MapInlineOutput& output) override;
  void map_copy(const MapperContext ctx, const Legion::Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override;
  void map_partition(const MapperContext ctx, const Legion::Partition& partition,
                     const MapPartitionInput& input, MapPartitionOutput& output) override;

  void configure_context(const MapperContext ctx, const Task& task,
                         ContextConfigOutput& output) override;
  void select_tunable_value(const MapperContext ctx, const Task& task,
                            const SelectTunableInput& input, SelectTunableOutput& output) override;
  void report_profiling(const MapperContext ctx, const Task& task,
                        const TaskProfilingInfo& input) override;
  using ForwardingMapper::report_profiling;

 private:
  using PhysicalInstance = Legion::Mapping::PhysicalInstance;
  using Use = groma::legion::Use;

  /// Whether a statement that is written decides, as far as this mode asks: in mode replace always.
  bool Decides(const mapping::Origin& origin) const;
  const std::vector<VariantFacts>& Variants(MapperContext ctx, const Task& task);
  const VariantFacts* VariantFor(MapperContext ctx, const Task& task, ProcessorKind kind);
  /// The kind of processor that the task runs on; ends the process when there is none.
  ProcessorKind ChooseKind(MapperContext ctx, const Task& task);
  mapping::PointQuery Query(MapperContext ctx, const Task& task, ProcessorKind kind) const;
  /// The processor of the query's point; ends the process when the mapping says none.
  Realm::Processor PlacePoint(const mapping::PointQuery& query, const Task& task);
  /// Whether the mapping says where the points of the launch run; false only in mode wrap.
  bool PlacesPoints(MapperContext ctx, const Task& task);
  /// Slices of a dense domain: the longest runs along the last dimension on one processor.
  void SliceBox(mapping::PointQuery query, const Task& task, const Legion::Domain& domain,
                SliceTaskOutput& output);
  void SliceByPoints(MapperContext ctx, const Task& task, const Legion::Domain& domain,
                     bool one_by_one, SliceTaskOutput& output);
  /// Each point a slice of its own, as a limit counts point by point.
  void SplitSlices(MapperContext ctx, SliceTaskOutput& output);
  void CheckLimit(const Task& task);
  InstanceLimits::Key LimitKey(const Task& task) const;

  void MapByStatements(MapperContext ctx, const Task& task, const MapTaskInput& input,
                       MapTaskOutput& output);
  void MapOver(MapperContext ctx, const Task& task, const MapTaskInput& input,
               MapTaskOutput& output);
  /// Whether an inner task's use needs no instance: VIRTUAL is written, or nothing for the task.
  bool StaysVirtual(const Use& use) const;
  /// Whether an equal requirement may be given the same instance without being asked again.
  bool MapRequirement(MapperContext ctx, const Task& task, unsigned index,
                      const VariantFacts& variant, Realm::Processor processor,
                      MapTaskOutput& output);
  void MapOutputs(MapperContext ctx, const Task& task, Realm::Processor processor,
                  MapTaskOutput& output);
  Use UseOf(MapperContext ctx, const Task& task, unsigned index, const VariantFacts& variant,
            Realm::Processor processor);
  /// The use of a region by an operation inside `parent`.
  Use UseIn(MapperContext ctx, const Task* parent, const Legion::RegionRequirement& requirement,
            std::string what);
  void AddProfiling(const Task& task, MapTaskOutput& output);
  bool HasMapping() const { return engine_.has_mapping(); }
  /// Whether any statement limits tasks.
  bool HasLimits() const { return !engine_.mapping().program().limits.empty(); }

  Engine& engine_;
  Legion::Mapping::Mapper* original_;
  std::string name_;
  InstanceMaker maker_;
  std::mutex mutex_;
  std::map<Legion::TaskID, std::vector<VariantFacts>> variants_;
  std::map<Legion::TaskID, ProcessorKind> kinds_;
  std::set<Legion::UniqueID> asked_below_;  // tasks that the mapper below wants measured itself
};

/// Calls `body`; whatever it throws ends the process with a diagnostic, so that nothing leaves the
/// library.
template <class Body>
void Contained(Engine& engine, const char* call, Body&& body) {
  try {
    body();
  } catch (const std::exception& error) {
    engine.Fatal(Failure("E0711", std::nullopt,
                         std::string("groma failed in ") + call + ": " + error.what()));
  } catch (...) {
    engine.Fatal(Failure("E0711", std::nullopt, std::string("groma failed in ") + call));
  }
}

}  // namespace groma::legion
