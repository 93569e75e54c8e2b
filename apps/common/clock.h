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

/// The body of a task that tells the timed section's seconds. Its futures are the section's begin
/// and end. Its region holds, in two int64 fields, the times at which tasks noted that they began
/// and stopped: a functional run in which one lies outside the section says so on stderr, as a
/// warning of `program`.
double ElapsedSeconds(const Legion::Task* task, const Legion::PhysicalRegion& times,
                      Legion::Context context, Legion::Runtime* runtime, Legion::FieldID start,
                      Legion::FieldID stop, Mode mode, const char* program);

}  // namespace groma::apps
