#include "apps/common/stamp.h"

namespace groma::apps {

void RunStamp(const StampArguments& arguments) {
  for (int64_t i = 0; i < arguments.count; ++i) StampElement(arguments, i);
}

Work StampWork(const char* task, const char* region, const StampArguments& arguments) {
  Work work(task);
  if (arguments.count > 0) {
    work.AddStreamed({UseOf(arguments.stamp, arguments.first, region)}, arguments.count, 1);
  }
  return work;
}

}  // namespace groma::apps
