// A space for people and as data.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "tune/space/space.h"

namespace groma::tune {

/// The number of mappings and, task by task, what can be chosen.
std::string ToText(const Space& space, const Problem& problem);

/// {"program", "machine", "nodes", "mappings", "log10", "usable": {"mappings", "log10"},
/// "dimensions": [{"aspect", "task", "region", "processor", "parameter", "choices": [{"value",
/// "meaning", "refused", "mappings", "then": […]}]}]}: keys that say nothing are left out.
/// "mappings" is exact, and text, since it exceeds what numbers of JSON hold.
nlohmann::ordered_json ToJson(const Space& space, const Problem& problem);

/// A mapping drawn from the space as mapping text that says where it comes from.
std::string DrawnText(const Space& space, const Problem& problem, uint64_t seed, uint64_t number);

}  // namespace groma::tune
