// The part of CheckDecisions that looks at instances. Private to src/mapping.
#pragma once
#include "app/description.h"
#include "machine/description.h"
#include "mapping/findings.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// Memories, sizes and layouts of the task's regions on processors of that kind.
void CheckInstances(const Mapping& mapping, const machine::Description& machine,
                    const app::Task& task, ProcessorKind kind, Findings& findings);

/// The memories that a processor of that kind can have instances in, the fastest first.
std::vector<MemoryKind> VisibleMemories(const machine::Shape& shape, ProcessorKind kind);

/// "FBMEM,ZCMEM".
std::string Joined(const std::vector<MemoryKind>& kinds);

/// The Region statement of that span; null when there is none.
const lang::RegionStatement* RegionStatementAt(const lang::Program& program, Span span);

}  // namespace groma::mapping
