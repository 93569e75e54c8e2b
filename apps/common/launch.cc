#include "apps/common/launch.h"

#include <array>

#include "base/check.h"

namespace groma::apps {

using Legion::Context;
using Legion::LogicalRegion;
using Legion::Runtime;

std::vector<Legion::FieldID> Ids(const std::vector<NamedField>& fields) {
  std::vector<Legion::FieldID> ids;
  ids.reserve(fields.size());
  for (const NamedField& field : fields) ids.push_back(field.id);
  return ids;
}

LogicalRegion MakeRegion(Context context, Runtime* runtime, const char* name,
                         Legion::IndexSpace space, const std::vector<NamedField>& fields) {
  const Legion::FieldSpace field_space = runtime->create_field_space(context);
  Legion::FieldAllocator allocator = runtime->create_field_allocator(context, field_space);
  for (const NamedField& field : fields) {
    allocator.allocate_field(field.bytes, field.id);
    runtime->attach_name(field_space, field.id, field.name.c_str());
  }
  const LogicalRegion region = runtime->create_logical_region(context, space, field_space);
  runtime->attach_name(space, name);
  runtime->attach_name(region, name);
  return region;
}

Legion::LogicalPartition NamePartition(Context context, Runtime* runtime, const char* name,
                                       LogicalRegion region, Legion::IndexPartition partition) {
  const Legion::LogicalPartition logical =
      runtime->get_logical_partition(context, region, partition);
  runtime->attach_name(partition, name);
  runtime->attach_name(logical, name);
  return logical;
}

void FillWithZeros(Context context, Runtime* runtime, LogicalRegion region,
                   const std::vector<NamedField>& fields) {
  constexpr std::array<char, 64> kZeros = {};
  for (const NamedField& field : fields) {
    CHECK(field.bytes <= kZeros.size(), field.name);
    runtime->fill_field(context, region, region, field.id, kZeros.data(), field.bytes);
  }
}

}  // namespace groma::apps
