// What someone who knows Legion writes by hand for blocks.map or packed.map: the same processors,
// memories, layouts and instances.
#pragma once
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "legion.h"
#include "mappers/default_mapper.h"

namespace groma::bench {

class HandMapper : public Legion::Mapping::DefaultMapper {
 public:
  using Context = Legion::Mapping::MapperContext;
  using Task = Legion::Task;

  /// `packed`: arrays need not begin on whole lines, as packed.map has it.
  HandMapper(Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
             Legion::Processor local, bool packed);

  void select_task_options(const Context ctx, const Task& task, TaskOptions& output) override;
  void slice_task(const Context ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const Context ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void select_tasks_to_map(const Context ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override;

 private:
  using Instance = Legion::Mapping::PhysicalInstance;
  using RegionKey = std::pair<Legion::LogicalRegion, Legion::FieldID>;

  Legion::VariantID VariantOf(Context ctx, Legion::TaskID task);
  Instance InstanceOf(Context ctx, const Legion::RegionRequirement& requirement);

  const bool packed_;
  Legion::Memory memory_;  // the one system memory
  std::map<Legion::TaskID, Legion::VariantID> variants_;
  std::map<Legion::Domain, std::vector<TaskSlice>> slices_;
  std::map<RegionKey, Instance> instances_;
};

}  // namespace groma::bench
