// The clock by which a benchmark program times itself.
#pragma once
#include <cstdint>

#include "apps/common/run.h"
#include "legion.h"

namespace groma::apps {

/// The time in nanoseconds (a `long long`) when everything launched so far has ended: of the
/// virtual clock in modelled runs, else of the host. Waits. To be called by the top-level task, on
/// every shard.
Legion::Future FenceAndTime(Legion::Context context, Legion::Runtime* runtime, Mode mode);

/// The same clock, now.
long long Now(Mode mode);

}  // namespace groma::apps
