#include "legion/record/recorder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "app/format.h"
#include "base/files.h"
#include "legion/mapper/machine_model.h"
#include "legion/mapper/region_names.h"

namespace groma::legion {
namespace {

using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

app::Privilege PrivilegeOf(const Legion::RegionRequirement& requirement) {
  const auto privilege = requirement.privilege;
  if (privilege == LEGION_NO_ACCESS) return app::Privilege::kNoAccess;
  if (privilege == LEGION_REDUCE) return app::Privilege::kReduce;
  if ((privilege & LEGION_DISCARD_MASK) != 0) return app::Privilege::kWriteDiscard;
  if ((privilege & LEGION_WRITE_PRIV) != 0) return app::Privilege::kReadWrite;
  return app::Privilege::kReadOnly;
}

/// What both uses together need.
app::Privilege Joined(app::Privilege a, app::Privilege b) {
  if (a == b) return a;
  if (a == app::Privilege::kNoAccess) return b;
  if (b == app::Privilege::kNoAccess) return a;
  return app::Privilege::kReadWrite;
}

std::vector<int64_t> Extents(const Legion::Domain& domain) {
  std::vector<int64_t> extents;
  for (int d = 0; d < domain.get_dim(); ++d) extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
  return extents;
}

/// Legion numbers the dimensions from 0 and gives the field the last number.
std::string OrderText(const Legion::OrderingConstraint& constraint) {
  std::string order;
  for (const Legion::DimensionKind dimension : constraint.ordering) {
    const auto number = static_cast<size_t>(dimension);
    if (dimension == LEGION_DIM_F) {
      order += 'F';
    } else if (number + 1 < app::kLayoutDimensions.size()) {
      order += app::kLayoutDimensions[number];
    }
  }
  return order;
}

std::vector<app::VariantLayout> Layouts(MapperContext ctx, MapperRuntime* runtime,
                                        Legion::TaskID task, Legion::VariantID variant) {
  std::vector<app::VariantLayout> layouts;
  for (const auto& [argument, id] :
       runtime->find_task_layout_constraints(ctx, task, variant).layouts) {
    const Legion::LayoutConstraintSet& set = runtime->find_layout_constraints(ctx, id);
    app::VariantLayout layout;
    layout.argument = static_cast<int>(argument);
    layout.order = OrderText(set.ordering_constraint);
    if (set.memory_constraint.is_valid()) layout.memory = KindOf(set.memory_constraint.get_kind());
    for (const auto& alignment : set.alignment_constraints) {
      if (alignment.eqk == LEGION_EQ_EK || alignment.eqk == LEGION_GE_EK)
        layout.alignment = std::max(layout.alignment, static_cast<int64_t>(alignment.alignment));
    }
    const bool says_something = !layout.order.empty() || layout.memory || layout.alignment > 0;
    if (says_something) layouts.push_back(std::move(layout));
  }
  return layouts;
}

void Join(app::Argument& into, const app::Argument& from) {
  const auto known = [&](const std::string& name) {
    return std::find(from.names.begin(), from.names.end(), name) != from.names.end();
  };
  // A point's list begins nearer than its launch's.
  if (std::all_of(into.names.begin(), into.names.end(), known)) into.names = from.names;
  for (const std::string& name : from.names) {
    if (std::find(into.names.begin(), into.names.end(), name) == into.names.end())
      into.names.push_back(name);
  }
  for (const app::Field& field : from.fields) {
    const auto same = [&](const app::Field& other) { return other.id == field.id; };
    if (std::none_of(into.fields.begin(), into.fields.end(), same)) into.fields.push_back(field);
  }
  into.privilege = Joined(into.privilege, from.privilege);
  into.largest_volume = std::max(into.largest_volume, from.largest_volume);
  into.dimensions = std::max(into.dimensions, from.dimensions);
}

}  // namespace

Recorder::Recorder(std::string file) : file_(std::move(file)) {}

Recorder::Seen& Recorder::Find(const Legion::Task& task) {
  const auto [found, is_new] = seen_.try_emplace(task.get_task_name());
  Seen& seen = found->second;
  if (is_new) seen.task.name = found->first;
  seen.first_launch = std::min<uint64_t>(seen.first_launch, task.get_unique_id());
  return seen;
}

std::vector<app::Variant> Recorder::Variants(MapperContext ctx, MapperRuntime* runtime,
                                             const Legion::Task& task) {
  std::vector<app::Variant> variants;
  std::vector<Legion::VariantID> ids;
  runtime->find_valid_variants(ctx, task.task_id, ids);
  for (Legion::VariantID id : ids) {
    const auto& constraints = runtime->find_execution_constraints(ctx, task.task_id, id);
    for (ProcessorKind kind : kProcessorKinds) {
      if (!constraints.processor_constraint.can_use(RealmKind(kind))) continue;
      app::Variant variant;
      variant.name = runtime->find_task_variant_name(ctx, task.task_id, id);
      variant.processor = kind;
      variant.leaf = runtime->is_leaf_variant(ctx, task.task_id, id);
      variant.inner = runtime->is_inner_variant(ctx, task.task_id, id);
      variant.replicable = runtime->is_replicable_variant(ctx, task.task_id, id);
      variant.layouts = Layouts(ctx, runtime, task.task_id, id);
      variants.push_back(std::move(variant));
    }
  }
  return variants;
}

app::Argument Recorder::Describe(MapperContext ctx, MapperRuntime* runtime, RegionNames& names,
                                 const Legion::RegionRequirement& requirement, bool is_point) {
  app::Argument argument;
  argument.names = names.Of(ctx, runtime, requirement)->names;
  argument.privilege = PrivilegeOf(requirement);
  const Legion::FieldSpace space =
      requirement.region.exists()      ? requirement.region.get_field_space()
      : requirement.partition.exists() ? requirement.partition.get_field_space()
                                       : requirement.parent.get_field_space();
  argument.dimensions = requirement.region.exists()      ? requirement.region.get_dim()
                        : requirement.partition.exists() ? requirement.partition.get_dim()
                                                         : requirement.parent.get_dim();
  for (Legion::FieldID field : requirement.privilege_fields) {
    argument.fields.push_back({SemanticName(ctx, runtime, space, field), static_cast<int>(field),
                               static_cast<int64_t>(runtime->get_field_size(ctx, space, field))});
  }
  if (is_point && requirement.region.exists()) {
    const Legion::IndexSpace elements = requirement.region.get_index_space();
    std::optional<int64_t> volume;
    {
      const std::lock_guard lock(mutex_);
      const auto known = volumes_.find(elements);
      if (known != volumes_.end()) volume = known->second;
    }
    if (!volume) {
      volume = static_cast<int64_t>(runtime->get_index_space_domain(ctx, elements).get_volume());
      const std::lock_guard lock(mutex_);
      volumes_[elements] = *volume;
    }
    argument.largest_volume = *volume;
  }
  return argument;
}

void Recorder::Launch(MapperContext ctx, MapperRuntime* runtime, RegionNames& names,
                      const Legion::Task& task) {
  auto variants = Variants(ctx, runtime, task);
  std::vector<app::Argument> arguments;
  for (const auto& requirement : task.regions)
    arguments.push_back(Describe(ctx, runtime, names, requirement, false));
  const Legion::Task* parent = task.has_parent_task() ? task.get_parent_task() : nullptr;
  const std::string parent_name = parent ? parent->get_task_name() : "";

  const std::lock_guard lock(mutex_);
  Seen& seen = Find(task);
  if (seen.task.variants.size() < variants.size()) seen.task.variants = std::move(variants);
  if (seen.task.arguments.size() < arguments.size()) seen.task.arguments.resize(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    app::Argument& known = seen.task.arguments[i];
    if (known.fields.empty() && known.names.empty()) {
      known = arguments[i];
    } else {
      Join(known, arguments[i]);
    }
  }
  if (task.concurrent_task || task.must_epoch_task) seen.task.concurrent = true;
  if (task.is_index_space) {
    seen.task.index_launched = true;
    const auto extents = Extents(task.index_domain);
    if (seen.domains.insert(extents).second) seen.task.domains.push_back(extents);
  } else {
    seen.task.single_launched = true;
  }
  auto& parents = seen.task.parents;
  if (!parent_name.empty() &&
      std::find(parents.begin(), parents.end(), parent_name) == parents.end()) {
    parents.push_back(parent_name);
  }
}

void Recorder::Point(MapperContext ctx, MapperRuntime* runtime, RegionNames& names,
                     const Legion::Task& task) {
  std::vector<app::Argument> arguments;
  for (const auto& requirement : task.regions)
    arguments.push_back(Describe(ctx, runtime, names, requirement, true));
  const std::lock_guard lock(mutex_);
  Seen& seen = Find(task);
  ++seen.task.launches;
  if (seen.task.arguments.size() < arguments.size()) seen.task.arguments.resize(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) Join(seen.task.arguments[i], arguments[i]);
}

void Recorder::Write() {
  app::Description description;
  {
    const std::lock_guard lock(mutex_);
    description.name = program_invocation_short_name;
    // The mapper hears of launches that do not depend on each other in any order.
    std::map<uint64_t, const app::Task*> in_order;
    for (const auto& [name, seen] : seen_) in_order[seen.first_launch] = &seen.task;
    for (const auto& [launch, task] : in_order) description.tasks.push_back(*task);
  }
  const Status written = WriteFile(file_, app::Write(description));
  if (!written)
    fprintf(stderr, "groma: the description was not written: %s\n",
            written.error().message.c_str());
}

}  // namespace groma::legion
