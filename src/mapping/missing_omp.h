// OMP on a machine without OpenMP processors.
#pragma once
#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"
#include "machine/description.h"

namespace groma::mapping {

/// Warns once (W0601), at the first place that speaks of OMP, that it means CPU on this machine.
void WarnOfMissingOmp(const lang::Program& program, const machine::Shape& shape,
                      DiagnosticSink& sink);

}  // namespace groma::mapping
