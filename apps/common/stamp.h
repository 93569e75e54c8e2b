// Notes of time in a region of int64 nanoseconds, one element a point of a launch.
#pragma once
#include "apps/common/field.h"
#ifndef __CUDACC__
#include "apps/common/work.h"
#endif

namespace groma::apps {

struct StampArguments {
  int64_t first, count;
  Field<int64_t> stamp;
  int64_t value;
};

GROMA_HOST_DEVICE inline void StampElement(const StampArguments& a, int64_t i) {
  a.stamp[a.first + i] = a.value;
}

#ifndef __CUDACC__
void RunStamp(const StampArguments& arguments);

/// `region` as reports name it.
Work StampWork(const char* task, const char* region, const StampArguments& arguments);
#endif

}  // namespace groma::apps
