#include "machine/description.h"

namespace groma::machine {

Shape::Shape(int nodes, Processors processors, bool has_zero_copy)
    : nodes_(nodes), processors_(processors), has_zero_copy_(has_zero_copy) {
  CHECK(nodes > 0, "a machine has at least one node");
}

Shape::Shape(const Description& description)
    : Shape(description.nodes, description.processors,
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
