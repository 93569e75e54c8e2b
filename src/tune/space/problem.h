// What is searched for: a mapping of one program on one machine.
#pragma once
#include "app/description.h"
#include "base/kinds.h"
#include "machine/description.h"

namespace groma::tune {

/// The program and the machine. A description without tasks: nothing is known of the program.
struct Problem {
  app::Description app;
  machine::Description machine;
};

/// Whether the machine of the problem has processors of that kind.
bool HasProcessor(const Problem& problem, ProcessorKind kind);
/// Whether the task has a variant for it.
bool HasVariant(const app::Task& task, ProcessorKind kind);
/// Whether its variant for it is inner: such a task needs no instances.
bool IsInner(const app::Task& task, ProcessorKind kind);

}  // namespace groma::tune
