#include "apps/common/work.h"

#include <algorithm>
#include <numeric>

namespace groma::apps {
namespace {

/// Whether two fields belong to the same array of structures: equal strides, and closer together
/// than one stride.
bool Interleaved(const FieldUse& a, const FieldUse& b) {
  const auto distance = static_cast<const char*>(b.address) - static_cast<const char*>(a.address);
  return a.stride == b.stride && std::abs(distance) < a.stride;
}

}  // namespace

void Work::AddStreamed(const std::vector<FieldUse>& fields, int64_t count, int64_t passes) {
  if (count == 0) return;
  std::vector<std::vector<FieldUse>> groups;
  for (const FieldUse& field : fields) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<FieldUse>& g) {
      return Interleaved(g.front(), field);
    });
    if (group == groups.end()) group = groups.insert(groups.end(), std::vector<FieldUse>{});
    group->push_back(field);
  }
  for (const std::vector<FieldUse>& group : groups) {
    // Fields of different sizes in one structure are stated in their common unit, so that the bytes
    // are exact.
    int64_t unit = 0;
    int64_t bytes = 0;
    const void* address = group.front().address;
    for (const FieldUse& field : group) {
      unit = std::gcd(unit, field.bytes);
      bytes += field.bytes;
      address = std::min(address, field.address);
    }
    const int64_t together = bytes / unit;
    arguments_.push_back({.address = address,
                          .element_bytes = unit,
                          .streamed = together * count * passes,
                          .stride_bytes = group.front().stride,
                          .fields_together = together,
                          .region = group.front().region});
  }
}

void Work::AddScattered(const FieldUse& field, int64_t count) {
  if (count == 0) return;
  arguments_.push_back({.address = field.address,
                        .element_bytes = field.bytes,
                        .stride_bytes = field.stride,
                        .fields_together = 1,
                        .scattered = count,
                        .region = field.region});
}

void Work::AddAtomics(const FieldUse& field, int64_t count) {
  if (count == 0) return;
  arguments_.push_back({.address = field.address,
                        .element_bytes = field.bytes,
                        .stride_bytes = field.stride,
                        .fields_together = 1,
                        .atomics = count,
                        .region = field.region});
}

groma_vgpu_work Work::Statement() const {
  return {.single_flops = single_flops_,
          .double_flops = double_flops_,
          .argument_count = static_cast<int>(arguments_.size()),
          .arguments = arguments_.data(),
          .task = task_};
}

}  // namespace groma::apps
