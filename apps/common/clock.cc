#include "apps/common/clock.h"

#include <fmt/core.h>

#include <cstdio>

#include "apps/common/legion_field.h"
#include "apps/common/virtual_gpus.h"

namespace groma::apps {

Legion::Future FenceAndTime(Legion::Context context, Legion::Runtime* runtime, Mode mode) {
  const Legion::Future fence = runtime->issue_execution_fence(context);
  if (mode == Mode::kModelled) {
    fence.get_void_result(/*silence_warnings=*/true);
    return Legion::Future::from_value<long long>(Now(mode));
  }
  Legion::Future time = runtime->get_current_time_in_nanoseconds(context, fence);
  time.get_void_result(/*silence_warnings=*/true);
  return time;
}

long long Now(Mode mode) {
  if (mode == Mode::kModelled) return FindVirtualGpus().now();
  return Realm::Clock::current_time_in_nanoseconds();
}

double ElapsedSeconds(const Legion::Task* task, const Legion::PhysicalRegion& times,
                      Legion::Context context, Legion::Runtime* runtime, Legion::FieldID start,
                      Legion::FieldID stop, Mode mode, const char* program) {
  const auto begin = task->futures[0].get_result<long long>();
  const auto end = task->futures[1].get_result<long long>();
  const auto range =
      runtime->get_index_space_domain(context, task->regions[0].region.get_index_space())
          .bounds<1, Legion::coord_t>();
  const auto started = FieldOf<LEGION_READ_ONLY, const int64_t>(times, start, range);
  const auto stopped = FieldOf<LEGION_READ_ONLY, const int64_t>(times, stop, range);
  for (int64_t i = range.lo[0]; mode != Mode::kModelled && i <= range.hi[0]; ++i) {
    if (begin <= started[i] && started[i] <= stopped[i] && stopped[i] <= end) continue;
    fmt::print(stderr,
               "warning: {}: point {} noted times {} to {}, outside the timed section {} to {}\n",
               program, i, started[i], stopped[i], begin, end);
  }
  return static_cast<double>(end - begin) * 1e-9;
}

}  // namespace groma::apps
