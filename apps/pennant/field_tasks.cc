// The task that gives every field its first value, on CPU and GPU.
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using apps::On;
using Legion::Context;
using Legion::Runtime;
using Legion::Task;

template <typename T>
Field<T> FirstValues(const Legion::PhysicalRegion& region, Legion::FieldID field,
                     const Legion::Rect<1>& bounds) {
  return apps::FieldOf<LEGION_WRITE_DISCARD, T>(region, field, bounds);
}

template <On on>
void InitFields(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                const Setup& setup) {
  constexpr const char* kParts[] = {"rz_all_p", "rp_all_private_p", "rp_all_shared_p", "rs_all_p"};
  const View view(task, regions, context, runtime);
  for (unsigned i = 0; i < regions.size(); ++i) {
    const Part part{kParts[i], view.Elements(i)};
    for (const Legion::FieldID field : task->regions[i].privilege_fields) {
      ZeroField body{.range = part.range, .bytes = IsFlag(field) ? 1 : 8, .words = {}, .flags = {}};
      if (IsFlag(field)) {
        body.flags = FirstValues<uint8_t>(regions[i], field, view.Bounds(i));
      } else {
        body.words = FirstValues<int64_t>(regions[i], field, view.Bounds(i));
      }
      Perform<on>(setup, body, WorkOf(view.task(), part, body));
    }
  }
}

}  // namespace

void RegisterFieldTasks(const Setup& setup) {
  Register<InitFields<On::kCpu>, InitFields<On::kGpu>>(kInitFields, "init_fields", setup);
}

}  // namespace groma::pennant
