#include "placing_mapper.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "mappers/default_mapper.h"

namespace groma {
namespace {

using namespace Legion;           // NOLINT: part of a Legion program
using namespace Legion::Mapping;  // NOLINT

class PlacingMapper : public DefaultMapper {
 public:
  PlacingMapper(MapperRuntime* runtime, Machine machine, Processor processor)
      : DefaultMapper(runtime, machine, processor, "placing mapper") {}

  void select_task_options(MapperContext context, const Task& task, TaskOptions& output) override {
    DefaultMapper::select_task_options(context, task, output);
    output.initial_proc = ProcessorFor(task.tag);
  }

  void map_task(MapperContext context, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    if (task.tag == 0) {
      DefaultMapper::map_task(context, task, input, output);
      return;
    }
    const Processor processor = ProcessorFor(task.tag);
    output.target_procs = {processor};
    std::vector<VariantID> variants;
    runtime->find_valid_variants(context, task.task_id, variants, processor.kind());
    output.chosen_variant = variants.at(0);
    for (size_t i = 0; i < task.regions.size(); ++i) {
      output.chosen_instances[i] = {Instance(context, task.regions[i], task.tag)};
    }
  }

  void map_copy(MapperContext context, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override {
    if (copy.tag == 0) {
      DefaultMapper::map_copy(context, copy, input, output);
      return;
    }
    for (size_t i = 0; i < copy.src_requirements.size(); ++i) {
      output.src_instances[i] = {Instance(context, copy.src_requirements[i], copy.tag)};
      output.dst_instances[i] = {Instance(context, copy.dst_requirements[i], copy.tag)};
    }
    for (size_t i = 0; i < copy.src_indirect_requirements.size(); ++i) {
      output.src_indirect_instances[i] =
          Instance(context, copy.src_indirect_requirements[i], copy.tag);
    }
    for (size_t i = 0; i < copy.dst_indirect_requirements.size(); ++i) {
      output.dst_indirect_instances[i] =
          Instance(context, copy.dst_indirect_requirements[i], copy.tag);
    }
  }

 private:
  Processor ProcessorFor(MappingTagID tag) {
    if (tag == 0) return local_cpus.at(0);
    const Placement placement = Placement::FromTag(tag);
    return placement.where == Where::kSystem ? local_cpus.at(0)
                                             : local_gpus.at(placement.gpu % local_gpus.size());
  }

  Memory MemoryFor(const Placement& placement, Processor processor) {
    const Memory::Kind kinds[] = {Memory::SYSTEM_MEM, Memory::Z_COPY_MEM, Memory::GPU_FB_MEM};
    Machine::MemoryQuery memories(machine);
    memories.only_kind(kinds[static_cast<unsigned>(placement.where)]).has_capacity(1);
    memories.best_affinity_to(processor);
    return memories.first();
  }

  PhysicalInstance Instance(MapperContext context, const RegionRequirement& requirement,
                            MappingTagID tag) {
    const Placement placement = Placement::FromTag(tag);
    const int dimension = requirement.region.get_dim();
    std::vector<DimensionKind> order;
    for (int d = 0; d < dimension; ++d) {
      const int axis = placement.fortran ? d : dimension - 1 - d;
      order.push_back(static_cast<DimensionKind>(LEGION_DIM_X + axis));
    }
    order.insert(placement.soa ? order.end() : order.begin(), LEGION_DIM_F);
    LayoutConstraintSet constraints;
    constraints.add_constraint(OrderingConstraint(order, false));
    if (requirement.privilege == LEGION_REDUCE) {
      constraints.add_constraint(
          SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE, requirement.redop));
    }
    const std::vector<FieldID> fields(requirement.privilege_fields.begin(),
                                      requirement.privilege_fields.end());
    constraints.add_constraint(FieldConstraint(fields, false, false));
    PhysicalInstance instance;
    if (!runtime->create_physical_instance(context, MemoryFor(placement, ProcessorFor(tag)),
                                           constraints, {requirement.region}, instance)) {
      std::fprintf(stderr, "no room for an instance in %s\n", placement.Text().c_str());
      std::exit(1);
    }
    return instance;
  }
};

}  // namespace

MappingTagID Placement::Tag() const {
  return 1u + static_cast<unsigned>(where) + gpu * 4 + (soa ? 64 : 0) + (fortran ? 128 : 0);
}

Placement Placement::FromTag(MappingTagID tag) {
  const auto bits = static_cast<unsigned>(tag) - 1;
  return {static_cast<Where>(bits % 4), bits / 4 % 16, (bits & 64) != 0, (bits & 128) != 0};
}

std::string Placement::Text() const {
  const char* const memory[] = {"SYSMEM", "ZCMEM", "FBMEM"};
  return std::string(memory[static_cast<unsigned>(where)]) +
         (where == Where::kSystem ? "" : std::to_string(gpu)) + (soa ? " SOA" : " AOS") +
         (fortran ? " F" : " C");
}

void MakePlacingMappers(Machine machine, Runtime* runtime, const std::set<Processor>& processors) {
  for (const Processor processor : processors) {
    runtime->replace_default_mapper(
        new PlacingMapper(runtime->get_mapper_runtime(), machine, processor), processor);
  }
}

}  // namespace groma
