// Names of a program as a mapping can write them.
#pragma once
#include <string>

namespace groma::lang {

/// A task or region name as a mapping writes it: as it is when it is a word that stands for nothing
/// else, quoted otherwise. Empty when no mapping can write it (control characters).
std::string WrittenName(const std::string& name);

}  // namespace groma::lang
