// The part of CheckDecisions that looks at instances. Private to src/mapping.
#pragma once
#include "app/description.h"
#include "machine/description.h"
#include "mapping/findings.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// An instance that each point of a task needs.
struct InstanceNeed {
  size_t argument = 0;
  Bytes size;                      // the largest seen
  std::vector<MemoryKind> usable;  // in order; at least one
  Span statement;                  // that names the memories; empty for a default
};

/// Memories, sizes and layouts of the task's regions on processors of that kind. Gives what one
/// point needs, a region that two arguments use once; nothing when that does not fit.
std::vector<InstanceNeed> CheckInstances(const Mapping& mapping,
                                         const machine::Description& machine, const app::Task& task,
                                         ProcessorKind kind, Findings& findings);

/// How the order that a variant was registered with reads in the language. Words that it leaves
/// open are empty.
struct WantedOrder {
  std::string_view structure;  // "SOA", "AOS"
  std::string_view order;      // "C_order", "F_order"

  /// "SOA F_order".
  std::string Words() const;
};

WantedOrder OrderOf(const app::VariantLayout& layout);

/// The size of a memory; empty where the description does not tell.
std::optional<Bytes> CapacityOf(const machine::Description& machine, MemoryKind kind);

/// "region 1 (rp_wires) of task step".
std::string NameOf(const app::Task& task, size_t argument);

/// The memories that a processor of that kind can have instances in, the fastest first.
std::vector<MemoryKind> VisibleMemories(const machine::Shape& shape, ProcessorKind kind);

/// "FBMEM,ZCMEM".
std::string Joined(const std::vector<MemoryKind>& kinds);

/// The Region statement of that span; null when there is none.
const lang::RegionStatement* RegionStatementAt(const lang::Program& program, Span span);

}  // namespace groma::mapping
