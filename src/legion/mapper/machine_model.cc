#include "legion/mapper/machine_model.h"

#include <algorithm>

#include "fmt/format.h"

namespace groma::legion {

std::optional<ProcessorKind> KindOf(Realm::Processor processor) {
  switch (processor.kind()) {
    case Realm::Processor::LOC_PROC:
      return ProcessorKind::kCpu;
    case Realm::Processor::TOC_PROC:
      return ProcessorKind::kGpu;
    case Realm::Processor::OMP_PROC:
      return ProcessorKind::kOmp;
    case Realm::Processor::IO_PROC:
      return ProcessorKind::kIo;
    case Realm::Processor::PY_PROC:
      return ProcessorKind::kPy;
    case Realm::Processor::PROC_SET:
      return ProcessorKind::kProcessorSet;
    default:
      return std::nullopt;
  }
}

std::optional<MemoryKind> KindOf(Realm::Memory memory) { return KindOf(memory.kind()); }

std::optional<MemoryKind> KindOf(Realm::Memory::Kind kind) {
  switch (kind) {
    case Realm::Memory::SYSTEM_MEM:
      return MemoryKind::kSystem;
    case Realm::Memory::GPU_FB_MEM:
      return MemoryKind::kFramebuffer;
    case Realm::Memory::Z_COPY_MEM:
      return MemoryKind::kZeroCopy;
    case Realm::Memory::REGDMA_MEM:
      return MemoryKind::kRegistered;
    case Realm::Memory::SOCKET_MEM:
      return MemoryKind::kSocket;
    default:
      return std::nullopt;
  }
}

Realm::Processor::Kind RealmKind(ProcessorKind kind) {
  switch (kind) {
    case ProcessorKind::kCpu:
      return Realm::Processor::LOC_PROC;
    case ProcessorKind::kGpu:
      return Realm::Processor::TOC_PROC;
    case ProcessorKind::kOmp:
      return Realm::Processor::OMP_PROC;
    case ProcessorKind::kIo:
      return Realm::Processor::IO_PROC;
    case ProcessorKind::kPy:
      return Realm::Processor::PY_PROC;
    case ProcessorKind::kProcessorSet:
      return Realm::Processor::PROC_SET;
  }
  return Realm::Processor::NO_KIND;
}

Result<MachineModel> MachineModel::Find(Realm::Machine machine, int ranks) {
  MachineModel model;
  model.ranks_ = ranks;
  std::vector<Realm::Processor> all;
  for (Realm::Processor processor : Realm::Machine::ProcessorQuery(machine))
    all.push_back(processor);
  std::sort(all.begin(), all.end(), [](auto a, auto b) { return a.id < b.id; });
  for (Realm::Processor processor : all)
    model.processes_ = std::max(model.processes_, static_cast<int>(processor.address_space()) + 1);
  for (Realm::Processor processor : all) {
    const auto kind = KindOf(processor);
    if (!kind) continue;
    auto& by_process = model.processors_[*kind];
    by_process.resize(model.processes_);
    const int process = static_cast<int>(processor.address_space());
    model.places_[processor.id] = {process, static_cast<int>(by_process[process].size())};
    by_process[process].push_back(processor);
  }
  for (const auto& [kind, by_process] : model.processors_) {
    for (int process = 1; process < model.processes_; ++process) {
      if (by_process[process].size() == by_process[0].size()) continue;
      return Error{fmt::format(
          "nodes differ: node 0 has {} {} processors, node {} has {}; a mapping needs the same "
          "number on each node",
          by_process[0].size(), ToString(kind), process, by_process[process].size())};
    }
  }
  const std::string mistake = machine::MistakeOfRanks(ranks, model.OfAProcess());
  if (!mistake.empty()) return Error{mistake};
  for (Realm::Memory memory : Realm::Machine::MemoryQuery(machine)) {
    if (!KindOf(memory)) continue;
    model.capacities_[memory.id] = static_cast<int64_t>(memory.capacity());
    model.memory_names_[memory.id] = model.ProcessPrefix(static_cast<int>(memory.address_space())) +
                                     std::string(ToString(*KindOf(memory)));
  }
  for (Realm::Processor processor : all) {
    if (!model.Knows(processor)) continue;
    std::vector<Realm::Machine::ProcessorMemoryAffinity> affinities;
    machine.get_proc_mem_affinity(affinities, processor);
    auto& seen = model.seen_[processor.id];
    for (const auto& affinity : affinities) {
      if (!KindOf(affinity.m) || affinity.m.capacity() == 0) continue;
      seen.push_back({affinity.m, affinity.bandwidth});
    }
    std::stable_sort(seen.begin(), seen.end(),
                     [](const Seen& a, const Seen& b) { return a.bandwidth > b.bandwidth; });
    const auto own = std::find_if(seen.begin(), seen.end(), [](const Seen& s) {
      return s.memory.kind() == Realm::Memory::GPU_FB_MEM;
    });
    if (processor.kind() == Realm::Processor::TOC_PROC && own != seen.end()) {
      model.memory_names_[own->memory.id] = model.Name(processor) + " FBMEM";
    }
  }
  return model;
}

machine::Processors MachineModel::OfAProcess() const {
  const auto count = [this](ProcessorKind kind) {
    const auto found = processors_.find(kind);
    return found == processors_.end() ? 0 : static_cast<int>(found->second[0].size());
  };
  return {.cpu = count(ProcessorKind::kCpu),
          .gpu = count(ProcessorKind::kGpu),
          .omp = count(ProcessorKind::kOmp)};
}

int MachineModel::Count(ProcessorKind kind) const {
  const auto found = processors_.find(kind);
  if (found != processors_.end()) return static_cast<int>(found->second[0].size()) / ranks_;
  return kind == ProcessorKind::kOmp ? Count(ProcessorKind::kCpu) : 0;
}

machine::Shape MachineModel::Shape() const {
  machine::Processors processors = OfAProcess();
  for (int* count : {&processors.cpu, &processors.gpu, &processors.omp}) *count /= ranks_;
  bool zero_copy = false;
  for (const auto& [id, seen] : seen_) {
    for (const Seen& s : seen)
      zero_copy = zero_copy || s.memory.kind() == Realm::Memory::Z_COPY_MEM;
  }
  return machine::Shape(nodes(), processors, zero_copy);
}

mapping::Processor MachineModel::Place(Realm::Processor processor) const {
  const auto found = places_.find(processor.id);
  CHECK(found != places_.end(), fmt::format("processor {:x}", processor.id));
  const mapping::Processor place = found->second;
  const int of_a_rank = std::max(1, Count(*KindOf(processor)));
  return {place.node * ranks_ + place.index / of_a_rank, place.index % of_a_rank};
}

Realm::Processor MachineModel::At(ProcessorKind kind, mapping::Processor place) const {
  auto found = processors_.find(kind);
  if (found == processors_.end() && kind == ProcessorKind::kOmp)
    found = processors_.find(ProcessorKind::kCpu);
  if (found == processors_.end() || place.node < 0 || place.node >= nodes())
    return Realm::Processor::NO_PROC;
  const int of_a_rank = Count(kind);
  if (place.index < 0 || place.index >= of_a_rank) return Realm::Processor::NO_PROC;
  return found->second[place.node / ranks_][place.node % ranks_ * of_a_rank + place.index];
}

Realm::Memory MachineModel::Best(Realm::Processor processor, MemoryKind kind) const {
  const auto found = seen_.find(processor.id);
  if (found == seen_.end()) return Realm::Memory::NO_MEMORY;
  for (const Seen& seen : found->second) {
    if (KindOf(seen.memory) == kind) return seen.memory;
  }
  return Realm::Memory::NO_MEMORY;
}

bool MachineModel::Sees(Realm::Processor processor, Realm::Memory memory) const {
  const auto found = seen_.find(processor.id);
  return found != seen_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const Seen& seen) { return seen.memory == memory; });
}

int64_t MachineModel::Capacity(Realm::Memory memory) const {
  const auto found = capacities_.find(memory.id);
  return found == capacities_.end() ? 0 : found->second;
}

std::string MachineModel::Visible(Realm::Processor processor) const {
  std::string text;
  std::vector<MemoryKind> told;
  const auto found = seen_.find(processor.id);
  if (found == seen_.end()) return "nothing";
  for (const Seen& seen : found->second) {
    const MemoryKind kind = *KindOf(seen.memory);
    if (std::find(told.begin(), told.end(), kind) != told.end()) continue;
    told.push_back(kind);
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", ToString(kind),
                        ToString(Bytes{static_cast<int64_t>(seen.memory.capacity())}));
  }
  return text.empty() ? "nothing" : text;
}

std::string MachineModel::ProcessPrefix(int process) const {
  return processes_ > 1 ? fmt::format("node {} ", process) : std::string();
}

std::string MachineModel::Name(Realm::Processor processor) const {
  const auto found = places_.find(processor.id);
  if (found == places_.end()) return fmt::format("processor {:x}", processor.id);
  return fmt::format("{}{} {}", ProcessPrefix(found->second.node), ToString(*KindOf(processor)),
                     found->second.index);
}

std::string MachineModel::Name(Realm::Memory memory) const {
  const auto named = memory_names_.find(memory.id);
  if (named != memory_names_.end()) return named->second;
  return fmt::format("memory {:x}", memory.id);
}

}  // namespace groma::legion
