// A first mapping for a program that has none: what `groma new` writes and tuning starts from.
#pragma once
#include <string>

#include "app/description.h"
#include "lang/syntax/written_name.h"
#include "machine/description.h"

namespace groma::mapping {

/// The text of a mapping that checks clean for this program on this machine: each launched task on
/// the kinds that it has variants for and the machine has (GPU, then OMP, then CPU), data beside
/// the processor, SOA C_order but where a variant was registered with another layout, index
/// launches in blocks. Commented for people; same input, same text.
std::string NewMapping(const app::Description& app, const machine::Shape& shape);

using lang::WrittenName;

}  // namespace groma::mapping
