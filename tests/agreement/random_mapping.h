// Random mappings that use the whole language.
#pragma once
#include <cstdint>
#include <string>

namespace groma::agreement {

/// A mapping text; the same for the same seed. Most of them pass the checker, and most of those
/// place most points; the others fail on a value, as mappings do.
std::string RandomMapping(uint64_t seed);

/// The tasks that the statements of random mappings name; others are met by `*` alone.
inline constexpr const char* kTasks[] = {"a", "b", "solver::step"};

}  // namespace groma::agreement
