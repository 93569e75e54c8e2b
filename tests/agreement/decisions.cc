// Preloaded into a Legion program: says on stdout what the program's mappers decide for each task
// that they map, a line a point: its processor, and for each requirement the memory and the layout
// of its instance.
#include <algorithm>
#include <cstdio>
#include <string>

#include "logging_mapper.h"

namespace groma::agreement {
namespace {

using Legion::Memory;
using Legion::Processor;
using Legion::Mapping::Mapper;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;
using Legion::Mapping::PhysicalInstance;

/// "GPU 2": the index among the machine's processors of its kind.
std::string Say(Processor processor) {
  Realm::Machine::ProcessorQuery query(Legion::Machine::get_machine());
  query.only_kind(processor.kind());
  int index = 0;
  for (const Processor other : query) index += other.id < processor.id ? 1 : 0;
  return (processor.kind() == Processor::TOC_PROC ? "GPU " : "CPU ") + std::to_string(index);
}

std::string Say(Memory memory) {
  switch (memory.kind()) {
    case Memory::SYSTEM_MEM:
      return "SYSMEM";
    case Memory::GPU_FB_MEM:
      return "FBMEM of " + Say(Realm::Machine::ProcessorQuery(Legion::Machine::get_machine())
                                   .only_kind(Processor::TOC_PROC)
                                   .best_affinity_to(memory)
                                   .first());
    case Memory::Z_COPY_MEM:
      return "ZCMEM";
    default:
      return "memory of kind " + std::to_string(memory.kind());
  }
}

class DecisionLog final : public Legion::Mapping::ForwardingMapper {
 public:
  DecisionLog(Mapper* under, MapperRuntime* runtime) : ForwardingMapper(under), legion_(runtime) {}

  void map_task(const MapperContext context, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    ForwardingMapper::map_task(context, task, input, output);
    std::string line = "DECIDED " + std::string(task.get_task_name());
    if (task.is_index_space)
      for (int d = 0; d < task.index_point.get_dim(); ++d)
        line += " " + std::to_string(task.index_point[d]);
    line += ": " + Say(output.target_procs.front());
    for (size_t i = 0; i < output.chosen_instances.size(); ++i)
      for (const PhysicalInstance& instance : output.chosen_instances[i])
        line += "; " + std::to_string(i) + " " + SayInstance(context, instance);
    line += "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }

 private:
  /// "FBMEM of GPU 2, order 1 0 F, aligned 128".
  std::string SayInstance(MapperContext context, const PhysicalInstance& instance) const {
    if (instance.is_virtual_instance()) return "VIRTUAL";
    const Legion::LayoutConstraintSet& layout =
        legion_->find_layout_constraints(context, instance.get_layout_id());
    std::string text = Say(instance.get_location()) + ", order";
    for (const Legion::DimensionKind dimension : layout.ordering_constraint.ordering)
      text += dimension == LEGION_DIM_F ? " F" : " " + std::to_string(dimension - LEGION_DIM_X);
    size_t alignment = 0;
    for (const Legion::AlignmentConstraint& one : layout.alignment_constraints)
      alignment = std::max(alignment, one.alignment);
    return text + ", aligned " + std::to_string(alignment) +
           (instance.is_reduction_instance() ? ", reduction" : "");
  }

  MapperRuntime* legion_;
};

}  // namespace

Mapper* MakeLogging(Mapper* under, Processor, MapperRuntime* runtime) {
  return new DecisionLog(under, runtime);
}

}  // namespace groma::agreement
