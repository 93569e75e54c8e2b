#include "mapping/new_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "mapping/check_instances.h"

namespace groma::mapping {
namespace {

constexpr std::array kPreference = {ProcessorKind::kGpu, ProcessorKind::kOmp, ProcessorKind::kCpu};

std::vector<ProcessorKind> MachineKinds(const machine::Shape& shape) {
  std::vector<ProcessorKind> kinds;
  for (ProcessorKind kind : kPreference) {
    if (shape.ProcessorsPerNode(kind) > 0) kinds.push_back(kind);
  }
  return kinds;
}

std::vector<ProcessorKind> KindsOf(const app::Task& task,
                                   const std::vector<ProcessorKind>& machine) {
  std::vector<ProcessorKind> kinds;
  for (ProcessorKind kind : machine) {
    const bool has_variant =
        std::any_of(task.variants.begin(), task.variants.end(),
                    [kind](const app::Variant& variant) { return variant.processor == kind; });
    if (has_variant) kinds.push_back(kind);
  }
  return kinds;
}

std::string List(const std::vector<ProcessorKind>& kinds) {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (ProcessorKind kind : kinds) names.push_back(groma::ToString(kind));
  return fmt::format("{}", fmt::join(names, ","));
}

/// A name inside a comment: one line, whatever the program calls it.
std::string InComment(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return name;
}

/// "  # 0 rp_private, 1 rp_shared"; nothing for a task without regions.
std::string RegionsComment(const app::Task& task) {
  std::string text;
  for (size_t i = 0; i < task.arguments.size(); ++i) {
    const auto& names = task.arguments[i].names;
    text += fmt::format("{}{}{}", i == 0 ? "  # regions: " : ", ", i,
                        names.empty() ? "" : fmt::format(" {}", InComment(names[0])));
  }
  return text;
}

std::string TaskLines(const app::Description& app, const std::vector<ProcessorKind>& machine) {
  std::string text = fmt::format(
      "# Processors, in order of preference: the first that has a variant of the task.\n"
      "Task * {};\n",
      List(machine));
  for (const app::Task& task : app.tasks) {
    const std::string name = WrittenName(task.name);
    if (task.launches == 0 || name.empty()) continue;
    const std::vector<ProcessorKind> kinds = KindsOf(task, machine);
    if (kinds.empty()) {
      text += fmt::format("# {} has no variant for a processor of this machine.\n",
                          InComment(task.name));
    } else {
      text += fmt::format("Task {} {};{}\n", name, List(kinds), RegionsComment(task));
    }
  }
  return text;
}

std::string RegionLines(const machine::Shape& shape, const std::vector<ProcessorKind>& machine) {
  std::string text = "\n# Memories, in order: the first that has room.\n";
  for (ProcessorKind kind : machine) {
    const bool gpu = kind == ProcessorKind::kGpu;
    std::vector<std::string_view> names;
    for (MemoryKind memory : gpu ? std::vector{MemoryKind::kFramebuffer, MemoryKind::kZeroCopy}
                                 : std::vector{MemoryKind::kSocket, MemoryKind::kSystem}) {
      if (shape.Sees(kind, memory)) names.push_back(groma::ToString(memory));
    }
    text += fmt::format("Region * * {} {};\n", groma::ToString(kind), fmt::join(names, ","));
  }
  return text;
}

/// What the task's variant for that kind wants of the argument's layout, where it is not SOA
/// C_order.
std::string OtherLayout(const app::Task& task, size_t argument, ProcessorKind kind) {
  for (const app::Variant& variant : task.variants) {
    if (variant.processor != kind) continue;
    for (const app::VariantLayout& layout : variant.layouts) {
      const WantedOrder order = OrderOf(layout);
      if (layout.argument == static_cast<int>(argument) &&
          (order.structure == "AOS" || order.order == "F_order"))
        return order.Words();
    }
    break;  // the variant that check looks at
  }
  return "";
}

/// Statements for an argument that is not SOA C_order on every kind, one where the kinds agree.
std::string LayoutLinesOf(const app::Task& task, size_t argument,
                          const std::vector<ProcessorKind>& kinds) {
  std::vector<std::pair<std::string_view, std::string>> layouts;  // by place
  layouts.reserve(kinds.size());
  for (ProcessorKind kind : kinds)
    layouts.emplace_back(groma::ToString(kind), OtherLayout(task, argument, kind));
  const bool alike = std::all_of(layouts.begin(), layouts.end(),
                                 [&](const auto& one) { return one.second == layouts[0].second; });
  if (alike && !layouts.empty()) layouts = {{"*", layouts[0].second}};
  std::string text;
  for (const auto& [place, layout] : layouts)
    if (!layout.empty())
      text += fmt::format("Layout {} {} {} {};\n", WrittenName(task.name), argument, place, layout);
  return text;
}

std::string LayoutLines(const app::Description& app, const std::vector<ProcessorKind>& machine) {
  std::string text = "\nLayout * * * SOA C_order;\n";
  for (const app::Task& task : app.tasks) {
    if (task.launches == 0 || WrittenName(task.name).empty()) continue;
    for (size_t i = 0; i < task.arguments.size(); ++i)
      text += LayoutLinesOf(task, i, KindsOf(task, machine));
  }
  return text;
}

/// A machine space, a function and the statement that uses it, for the index launches on one kind.
std::string MapLines(const app::Description& app, const std::vector<ProcessorKind>& machine,
                     ProcessorKind kind) {
  std::vector<std::string> tasks;
  for (const app::Task& task : app.tasks) {
    const std::vector<ProcessorKind> kinds = KindsOf(task, machine);
    const std::string name = WrittenName(task.name);
    if (!task.index_launched || kinds.empty() || kinds[0] != kind || name.empty()) continue;
    tasks.push_back(name);
  }
  if (tasks.empty()) return "";
  std::string suffix(groma::ToString(kind));
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return fmt::format(
      "\n# Index launches on {0}: blocks of neighbouring points, cut like the launch.\n"
      "m{1} = Machine({0});\n"
      "def block_{1}(Task task) {{\n"
      "  grid = m{1}.merge(0, 1).decompose(0, task.ispace);\n"
      "  return grid[*(task.ipoint * grid.size / task.ispace)];\n"
      "}}\n"
      "IndexTaskMap {2} block_{1};\n",
      groma::ToString(kind), suffix, fmt::join(tasks, ","));
}

}  // namespace

std::string NewMapping(const app::Description& app, const machine::Shape& shape) {
  const std::vector<ProcessorKind> machine = MachineKinds(shape);
  std::string text = fmt::format("# A first mapping of {}.\n\n", InComment(app.name));
  text += TaskLines(app, machine);
  text += RegionLines(shape, machine) + LayoutLines(app, machine);
  for (ProcessorKind kind : machine) text += MapLines(app, machine, kind);
  return text;
}

}  // namespace groma::mapping
