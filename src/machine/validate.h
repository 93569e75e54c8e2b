// What must hold between the figures of a machine description.
#pragma once
#include <string>
#include <vector>

#include "machine/description.h"

namespace groma::machine {

/// One sentence for each rule that the description breaks; none when it is sound.
std::vector<std::string> Validate(const Description& description);

}  // namespace groma::machine
