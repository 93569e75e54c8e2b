// Checks of the installation and of the machine groma runs on (`groma doctor`).
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/launch.h"

namespace groma::eval {

/// One check.
struct Finding {
  enum class Level { kOk, kWarning, kError };
  std::string name;  // "virtual clock"
  Level level = Level::kOk;
  std::string detail;  // what was found, one line
  std::string advice;  // what to do; empty when nothing
};

/// All checks, in a fixed order. Takes a few seconds: it runs the loop whose answer is known.
std::vector<Finding> ExamineInstallation(const Installation& installation);

/// Runs the loop whose answer is known: 100 rounds of 5 ms on each of 4 virtual GPUs at once must
/// take exactly 500 ms of virtual time. An error says what came out instead.
Status RunSelftest(const Installation& installation);

/// What modelled runs ask first: RunSelftest, remembered per boot, driver library and CPU quota in
/// the user's cache folder, so that it costs nothing the second time.
Status RequireModelledTime(const Installation& installation);

/// {"ok": bool, "findings": [{"name", "level", "detail", "advice"}]}.
std::string WriteJson(const std::vector<Finding>& findings);

}  // namespace groma::eval
