#include <fmt/format.h>

#include <utility>

#include "machine/description.h"

namespace groma::machine {

Shape::Shape(int nodes, Processors processors, bool has_zero_copy)
    : nodes_(nodes), processors_(processors), has_zero_copy_(has_zero_copy) {
  CHECK(nodes > 0, "a machine has at least one node");
}

namespace {

Processors OfARank(Processors processors, int ranks_per_node) {
  const std::string mistake = MistakeOfRanks(ranks_per_node, processors);
  CHECK(mistake.empty(), mistake);
  for (int* count : {&processors.cpu, &processors.gpu, &processors.omp}) *count /= ranks_per_node;
  return processors;
}

}  // namespace

std::string MistakeOfRanks(int ranks_per_node, const Processors& processors) {
  if (ranks_per_node < 1) return "a node carries at least one rank";
  const std::pair<const char*, int> counts[] = {
      {"CPU", processors.cpu}, {"GPU", processors.gpu}, {"OMP", processors.omp}};
  for (const auto& [kind, count] : counts)
    if (count % ranks_per_node != 0)
      return fmt::format("{} ranks cannot share the {} {} processors of a node evenly",
                         ranks_per_node, count, kind);
  return "";
}

Shape::Shape(const Description& description)
    : Shape(description.nodes * description.ranks_per_node,
            OfARank(description.processors, description.ranks_per_node),
            description.host.zero_copy_memory.count > 0) {}

int Shape::ProcessorsPerNode(ProcessorKind kind) const {
  switch (kind) {
    case ProcessorKind::kCpu:
      return processors_.cpu;
    case ProcessorKind::kGpu:
      return processors_.gpu;
    case ProcessorKind::kOmp:
      return processors_.omp;
    case ProcessorKind::kIo:
    case ProcessorKind::kPy:
    case ProcessorKind::kProcessorSet:
      return 0;
  }
  return 0;
}

bool Shape::Has(MemoryKind kind) const {
  switch (kind) {
    case MemoryKind::kSystem:
    case MemoryKind::kVirtual:
      return true;
    case MemoryKind::kFramebuffer:
      return processors_.gpu > 0;
    case MemoryKind::kZeroCopy:
      return processors_.gpu > 0 && has_zero_copy_;
    case MemoryKind::kRegistered:
    case MemoryKind::kSocket:
      return false;
  }
  return false;
}

bool Shape::Sees(ProcessorKind processor, MemoryKind memory) const {
  if (ProcessorsPerNode(processor) == 0 || !Has(memory)) return false;
  if (memory == MemoryKind::kVirtual) return true;
  if (processor == ProcessorKind::kGpu)
    return memory == MemoryKind::kFramebuffer || memory == MemoryKind::kZeroCopy;
  return memory != MemoryKind::kFramebuffer;
}

}  // namespace groma::machine
