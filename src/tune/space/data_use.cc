#include "tune/space/data_use.h"

#include <algorithm>

namespace groma::tune {
namespace {

/// Arguments of one region tree share its instances; all that have no name may be of one.
std::string TreeOf(const app::Argument& argument) {
  return argument.names.empty() ? "" : argument.names.back();
}

double BytesOf(const app::Argument& argument) {
  int64_t element = 0;
  for (const app::Field& field : argument.fields) element += field.bytes;
  return static_cast<double>(argument.largest_volume) * static_cast<double>(element);
}

}  // namespace

DataUse::DataUse(const app::Description& app) {
  for (const app::Task& task : app.tasks)
    for (const app::Argument& argument : task.arguments)
      for (const app::Field& field : argument.fields) fields_[TreeOf(argument)].insert(field.id);
  for (const app::Task& task : app.tasks) {
    struct Sum {
      std::set<int> fields;
      double bytes = 0;
      std::string tree;
    };
    std::map<std::string, Sum> of_task;  // several arguments may be of one region
    for (const app::Argument& argument : task.arguments) {
      if (argument.names.empty() || argument.privilege == app::Privilege::kNoAccess) continue;
      Sum& sum = of_task[argument.names.front()];
      for (const app::Field& field : argument.fields) sum.fields.insert(field.id);
      sum.bytes += BytesOf(argument);
      sum.tree = TreeOf(argument);
    }
    for (const auto& [region, sum] : of_task) {
      const auto others = static_cast<double>(fields_[sum.tree].size()) - 1;
      const auto along = static_cast<double>(sum.fields.size()) - 1;
      Use& use = uses_[region];
      use.together += (others > 0 ? along / others : 0) * static_cast<double>(task.launches);
      use.launches += static_cast<double>(task.launches);
      use.used += sum.bytes * static_cast<double>(task.launches);
      use.bytes = std::max(use.bytes, sum.bytes);
      most_bytes_ = std::max(most_bytes_, use.bytes);
    }
  }
}

bool DataUse::StructureMatters(const app::Argument& argument) const {
  const auto found = fields_.find(TreeOf(argument));
  return found == fields_.end() || found->second.size() > 1;
}

double DataUse::UsedTogether(const std::string& region) const {
  const auto found = uses_.find(region);
  if (found == uses_.end() || found->second.launches <= 0) return 1;
  return std::max(0.0, found->second.together / found->second.launches);
}

double DataUse::BytesUsed(const std::string& region) const {
  const auto found = uses_.find(region);
  return found == uses_.end() ? 0 : found->second.used;
}

double DataUse::SizeShare(const std::string& region) const {
  const auto found = uses_.find(region);
  return found == uses_.end() || most_bytes_ <= 0 ? 1 : found->second.bytes / most_bytes_;
}

}  // namespace groma::tune
