// The machine as Realm presents it, in the mapping language's terms: nodes, processors by kind and
// index, and the memories that each processor can work on.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/kinds.h"
#include "base/quantities.h"
#include "base/result.h"
#include "legion.h"
#include "machine/description.h"
#include "mapping/mapping.h"

namespace groma::legion {

/// The language's kind of a Realm processor or memory; none for those that the language does not
/// name (utility processors, disks, …).
std::optional<ProcessorKind> KindOf(Realm::Processor processor);
std::optional<MemoryKind> KindOf(Realm::Memory memory);
std::optional<MemoryKind> KindOf(Realm::Memory::Kind kind);
Realm::Processor::Kind RealmKind(ProcessorKind kind);

/// Immutable; safe from any thread.
class MachineModel {
 public:
  /// Looks at the running machine. Mappings see each process as `ranks` nodes with equal parts of
  /// its processors. An error when that cannot be, or when processes differ in their processors.
  static Result<MachineModel> Find(Realm::Machine machine, int ranks);

  int processes() const { return processes_; }
  int nodes() const { return processes_ * ranks_; }
  /// Processors of the kind on one node. OMP counts CPU processors where there are no OpenMP ones.
  int Count(ProcessorKind kind) const;
  machine::Shape Shape() const;

  /// Node and index among its kind; CHECKs that the processor is one of a kind that the language
  /// names.
  mapping::Processor Place(Realm::Processor processor) const;
  bool Knows(Realm::Processor processor) const { return places_.contains(processor.id); }
  /// NO_PROC when there is none.
  Realm::Processor At(ProcessorKind kind, mapping::Processor place) const;

  /// The memory of that kind with the highest bandwidth from the processor; NO_MEMORY when none is
  /// visible or all are empty.
  Realm::Memory Best(Realm::Processor processor, MemoryKind kind) const;
  bool Sees(Realm::Processor processor, Realm::Memory memory) const;
  /// In bytes; also after Legion has ended.
  int64_t Capacity(Realm::Memory memory) const;
  /// "SYSMEM 4.0 GiB, ZCMEM 64 MiB": what the processor sees, for messages.
  std::string Visible(Realm::Processor processor) const;

  /// "GPU 0", "node 1 CPU 2"; "GPU 0 FBMEM", "SYSMEM".
  std::string Name(Realm::Processor processor) const;
  std::string Name(Realm::Memory memory) const;

 private:
  struct Seen {
    Realm::Memory memory;
    unsigned bandwidth = 0;
  };

  MachineModel() = default;
  machine::Processors OfAProcess() const;
  std::string ProcessPrefix(int process) const;

  int processes_ = 1;
  int ranks_ = 1;                                  // of a process
  std::map<uint64_t, mapping::Processor> places_;  // process and index in it
  std::map<ProcessorKind, std::vector<std::vector<Realm::Processor>>> processors_;  // by process
  std::map<uint64_t, std::vector<Seen>> seen_;                                      // by processor
  std::map<uint64_t, std::string> memory_names_;
  std::map<uint64_t, int64_t> capacities_;
};

}  // namespace groma::legion
