// What of a program decides its figures: a tuning goes on with the same program alone.
#pragma once
#include <map>
#include <string>

#include "eval/program.h"

namespace groma::tune {

/// From the name of a part ("command", "metric") to its text, one line for people. Parts that a
/// program does not have are missing.
using Identity = std::map<std::string, std::string>;

/// Command, environment, metric, check of the result, mapper id and whether waits are declared.
/// Equal exactly when these are. The name and the time limit do not count.
Identity IdentityOf(const eval::Program& program);

/// " the command was … and is … now;" for each part that differs, in the order of the parts' names.
/// Empty when they are the same.
std::string Differences(const Identity& was, const Identity& is);

}  // namespace groma::tune
