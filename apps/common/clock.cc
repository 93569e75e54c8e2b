#include "apps/common/clock.h"

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

}  // namespace groma::apps
