// What a mapping does with the launches that a program is known to make.
#pragma once
#include "app/description.h"
#include "diagnostics/diagnostic.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// Points of one launch that are looked at, and of all launches together.
inline constexpr int64_t kMostPointsOfALaunch = 65'536;
inline constexpr int64_t kMostPoints = 1'000'000;

/// Places every point of every described index launch, and every single launch once, as far as
/// these limits and kMaxSurveySteps reach. Reports
/// - maps that fail (an index outside the machine space, a zero divisor): an error at the
///   expression, with the first point that fails and how many of which tasks do;
/// - maps that are passed over since they are over another processor kind: a warning;
/// - maps that send points of a launch to one processor while others idle, once a task: a warning.
/// Each once a place of the file. Nothing is printed by the mapping's `print` statements.
void CheckPlacements(const Mapping& mapping, const app::Description& app, DiagnosticSink& sink);

}  // namespace groma::mapping
