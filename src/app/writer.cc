#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/format.h"
#include "base/check.h"

namespace groma::app {
namespace {

using Json = nlohmann::ordered_json;

std::string_view PrivilegeName(Privilege privilege) {
  for (const auto& [value, name] : kPrivilegeNames) {
    if (value == privilege) return name;
  }
  CHECK(false, fmt::format("privilege {}", static_cast<int>(privilege)));
}

Json LayoutJson(const VariantLayout& layout) {
  Json json = {{"argument", layout.argument}};
  if (!layout.order.empty()) json["order"] = layout.order;
  if (layout.memory) json["memory"] = groma::ToString(*layout.memory);
  if (layout.alignment > 0) json["alignment"] = layout.alignment;
  return json;
}

Json VariantJson(const Variant& variant) {
  Json json = {{"name", variant.name},
               {"processor", groma::ToString(variant.processor)},
               {"leaf", variant.leaf},
               {"inner", variant.inner},
               {"replicable", variant.replicable}};
  for (const VariantLayout& layout : variant.layouts) json["layouts"].push_back(LayoutJson(layout));
  return json;
}

Json ArgumentJson(const Argument& argument) {
  Json fields = Json::array();
  for (const Field& field : argument.fields) {
    fields.push_back({{"name", field.name}, {"id", field.id}, {"bytes", field.bytes}});
  }
  Json json = {{"names", argument.names},
               {"privilege", PrivilegeName(argument.privilege)},
               {"fields", std::move(fields)},
               {"largest_volume", argument.largest_volume}};
  if (argument.dimensions > 0) json["dimensions"] = argument.dimensions;
  return json;
}

Json TaskJson(const Task& task) {
  Json variants = Json::array();
  for (const Variant& variant : task.variants) variants.push_back(VariantJson(variant));
  Json arguments = Json::array();
  for (const Argument& argument : task.arguments) arguments.push_back(ArgumentJson(argument));
  Json domains = Json::array();
  for (const auto& extents : task.domains) {
    domains.push_back(fmt::format("{}", fmt::join(extents, "x")));
  }
  Json json = {{"name", task.name},
               {"variants", std::move(variants)},
               {"arguments", std::move(arguments)},
               {"single_launched", task.single_launched},
               {"index_launched", task.index_launched},
               {"domains", std::move(domains)},
               {"parents", task.parents},
               {"launches", task.launches}};
  if (task.concurrent) json["concurrent"] = true;
  return json;
}

}  // namespace

std::string Write(const Description& description) {
  Json tasks = Json::array();
  for (const Task& task : description.tasks) tasks.push_back(TaskJson(task));
  Json file = {{"format", kFormatName},
               {"version", kFormatVersion},
               {"name", description.name},
               {"tasks", std::move(tasks)}};
  // A program may name a task in any bytes; JSON takes UTF-8 alone.
  return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace groma::app
