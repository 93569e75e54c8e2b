#include "mapping/check_instances.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnostics/registry.h"
#include "lang/syntax/written_name.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

Bytes SizeOf(const app::Argument& argument) {
  __int128 element = 0;
  for (const app::Field& field : argument.fields) element += field.bytes;
  const __int128 size = element * argument.largest_volume;
  return {static_cast<int64_t>(std::min<__int128>(size, INT64_MAX / 64))};
}

class InstanceChecker {
 public:
  InstanceChecker(const Mapping& mapping, const machine::Description& machine,
                  const app::Task& task, ProcessorKind kind, Findings& findings)
      : mapping_(mapping), machine_(machine), task_(task), kind_(kind), findings_(findings) {
    for (const app::Variant& variant : task.variants)
      if (variant.processor == kind && variant_ == nullptr) variant_ = &variant;
  }

  std::vector<InstanceNeed> Run() {
    for (size_t i = 0; variant_ != nullptr && i < task_.arguments.size(); ++i) CheckArgument(i);
    return fits_ ? std::move(needs_) : std::vector<InstanceNeed>();
  }

 private:
  std::string Who(size_t argument) const { return NameOf(task_, argument); }
  /// A statement about this argument alone, to stand below `statement` and decide instead of it.
  Edit Below(Span statement, std::string_view keyword, size_t argument,
             std::string_view words) const;
  void CheckArgument(size_t argument);
  void RefuseVirtual(size_t argument, const MemoryChoice& choice);
  void RefuseUnseen(size_t argument, const MemoryChoice& choice);
  bool CountedAlready(const app::Argument& region);
  void CheckSize(size_t argument, const MemoryChoice& choice,
                 const std::vector<MemoryKind>& usable);
  void CheckLayout(size_t argument, MemoryKind memory);
  void CheckOrder(size_t argument, const app::VariantLayout& wanted, const LayoutChoice& layout);
  void CheckAlignment(size_t argument, const app::VariantLayout& wanted,
                      const LayoutChoice& layout);

  const Mapping& mapping_;
  const machine::Description& machine_;
  const app::Task& task_;
  ProcessorKind kind_;
  Findings& findings_;
  const app::Variant* variant_ = nullptr;
  std::set<std::pair<std::string, int>> counted_;  // regions and fields that have an instance
  std::map<MemoryKind, Bytes> used_;               // by the regions looked at so far
  std::vector<InstanceNeed> needs_;
  bool fits_ = true;
};

Edit InstanceChecker::Below(Span statement, std::string_view keyword, size_t argument,
                            std::string_view words) const {
  return {{statement.end, statement.end},
          fmt::format("\n{} {} {} {} {};", keyword, lang::WrittenName(task_.name), argument,
                      ToString(kind_), words)};
}

void InstanceChecker::CheckArgument(size_t argument) {
  const app::Argument& region = task_.arguments[argument];
  if (region.privilege == app::Privilege::kNoAccess || region.fields.empty()) return;
  const MemoryChoice choice = mapping_.Memories(QueryFor(task_, argument), kind_);
  const bool asks_virtual = choice.kinds.front() == MemoryKind::kVirtual;
  const bool may_be_virtual = variant_->inner && region.privilege != app::Privilege::kReduce;
  if (may_be_virtual && (asks_virtual || !choice.origin.names_task)) return;
  if (asks_virtual && !variant_->inner) return RefuseVirtual(argument, choice);
  std::vector<MemoryKind> usable;
  for (MemoryKind memory : choice.kinds)
    if (memory != MemoryKind::kVirtual && mapping_.shape().Sees(kind_, memory))
      usable.push_back(memory);
  if (usable.empty()) return RefuseUnseen(argument, choice);
  CheckSize(argument, choice, usable);
  CheckLayout(argument, usable.front());
}

void InstanceChecker::RefuseVirtual(size_t argument, const MemoryChoice& choice) {
  if (!choice.origin.statement) return;
  const Span span = *choice.origin.statement;
  Diagnostic found = MakeDiagnostic(
      "E0504", span,
      fmt::format("{} cannot be VIRTUAL: the task may use the data, as its variant '{}' is not "
                  "inner",
                  Who(argument), variant_->name));
  const std::string memories = Joined(VisibleMemories(mapping_.shape(), kind_));
  found.help = fmt::format("name a memory for it: `Region {} {} {} {};`",
                           lang::WrittenName(task_.name), argument, ToString(kind_), memories);
  const auto* statement = RegionStatementAt(mapping_.program(), span);
  const bool about_this_task_alone = statement != nullptr && choice.origin.names_task &&
                                     statement->tasks.size() == 1 && statement->processor;
  found.edit = about_this_task_alone ? Edit{statement->memories_span, memories}
                                     : Below(span, "Region", argument, memories);
  findings_.Add(std::move(found), Who(argument));
}

void InstanceChecker::RefuseUnseen(size_t argument, const MemoryChoice& choice) {
  if (!choice.origin.statement) return;
  const Span span = *choice.origin.statement;
  const std::string can = Joined(VisibleMemories(mapping_.shape(), kind_));
  Diagnostic found =
      MakeDiagnostic("E0503", span,
                     fmt::format("{} can be put nowhere: a {} of this machine does not see {}",
                                 Who(argument), ToString(kind_), Joined(choice.kinds)));
  found.help = fmt::format("a {} sees {}", ToString(kind_), can);
  if (const auto* statement = RegionStatementAt(mapping_.program(), span)) {
    const Span memories = statement->memories_span;
    found.edit =
        statement->processor ? Edit{memories, can} : Edit{{memories.end, memories.end}, "," + can};
  }
  findings_.Add(std::move(found), Who(argument));
}

bool InstanceChecker::CountedAlready(const app::Argument& region) {
  if (region.names.empty()) return false;
  bool counted = true;
  for (const app::Field& field : region.fields)
    counted &= !counted_.emplace(region.names[0], field.id).second;
  return counted;
}

void InstanceChecker::CheckSize(size_t argument, const MemoryChoice& choice,
                                const std::vector<MemoryKind>& usable) {
  if (CountedAlready(task_.arguments[argument])) return;
  const Bytes size = SizeOf(task_.arguments[argument]);
  const auto has_room = [&](MemoryKind memory, Bytes used) {
    const std::optional<Bytes> capacity = CapacityOf(machine_, memory);
    return !capacity || used + size <= *capacity;
  };
  const Span span = choice.origin.statement.value_or(Span{});
  bool fits_alone = false;
  for (MemoryKind memory : usable) {
    fits_alone |= has_room(memory, {});
    if (!has_room(memory, used_[memory])) continue;
    used_[memory] += size;
    needs_.push_back({argument, size, usable, span});
    return;
  }
  fits_ = false;
  const MemoryKind last = usable.back();
  Diagnostic found =
      MakeDiagnostic("E0505", span,
                     fmt::format("{} needs {}; {} has {}", Who(argument), ToString(size),
                                 ToString(last), ToString(*CapacityOf(machine_, last))));
  if (fits_alone)
    found = MakeDiagnostic(
        "W0509", span,
        fmt::format("{} needs {}; {} has {}, of which other regions of the task take {}",
                    Who(argument), ToString(size), ToString(last),
                    ToString(*CapacityOf(machine_, last)), ToString(used_[last])));
  found.help = "cut the region into more pieces, or use a larger machine";
  for (MemoryKind memory : VisibleMemories(mapping_.shape(), kind_)) {
    if (!has_room(memory, used_[memory])) continue;
    found.help = fmt::format("{} has room", ToString(memory));
    if (const auto* statement = RegionStatementAt(mapping_.program(), span)) {
      const uint32_t end = statement->memories_span.end;
      found.edit = Edit{{end, end}, fmt::format(",{}", ToString(memory))};
    }
    break;
  }
  findings_.Add(std::move(found), Who(argument));
}

void InstanceChecker::CheckLayout(size_t argument, MemoryKind memory) {
  const LayoutChoice layout = mapping_.Layout(QueryFor(task_, argument), kind_, memory);
  for (const app::VariantLayout& wanted : variant_->layouts) {
    if (wanted.argument != static_cast<int>(argument)) continue;
    CheckOrder(argument, wanted, layout);
    CheckAlignment(argument, wanted, layout);
  }
}

void InstanceChecker::CheckOrder(size_t argument, const app::VariantLayout& wanted,
                                 const LayoutChoice& layout) {
  // The defaults give way to what the variant was registered with.
  if (!layout.structure.statement && !layout.order.statement) return;
  const WantedOrder order = OrderOf(wanted);
  const bool structure_differs =
      !order.structure.empty() && (order.structure == "AOS") != layout.array_of_structs;
  const bool order_differs =
      !order.order.empty() && (order.order == "F_order") != layout.fortran_order;
  if (!structure_differs && !order_differs) return;
  const Origin& first = structure_differs ? layout.structure : layout.order;
  const Span span = first.statement              ? *first.statement
                    : layout.structure.statement ? *layout.structure.statement
                                                 : *layout.order.statement;
  Diagnostic found =
      MakeDiagnostic("E0502", span,
                     fmt::format("{} becomes {}, but variant '{}' was registered with {}",
                                 Who(argument), layout.ToString(), variant_->name, order.Words()));
  found.help = fmt::format("`Layout {} {} {} {};`", lang::WrittenName(task_.name), argument,
                           ToString(kind_), order.Words());
  Span last = span;
  for (const auto& origin : {layout.structure, layout.order})
    if (origin.statement && origin.statement->end > last.end) last = *origin.statement;
  found.edit = Below(last, "Layout", argument, order.Words());
  findings_.Add(std::move(found), Who(argument));
}

void InstanceChecker::CheckAlignment(size_t argument, const app::VariantLayout& wanted,
                                     const LayoutChoice& layout) {
  if (wanted.alignment == 0 || !layout.alignment || !layout.align.statement) return;
  const auto [comparison, bytes] = *layout.alignment;
  const bool at_least = comparison == Comparison::kEqual || comparison == Comparison::kGreaterEqual;
  if (at_least && bytes >= wanted.alignment) return;
  const std::string words = fmt::format("Align=={}", wanted.alignment);
  Diagnostic found = MakeDiagnostic(
      "E0502", *layout.align.statement,
      fmt::format("{} becomes {}, but variant '{}' was registered with an alignment of {}",
                  Who(argument), layout.ToString(), variant_->name, wanted.alignment));
  found.help = fmt::format("`Layout {} {} {} {};`", lang::WrittenName(task_.name), argument,
                           ToString(kind_), words);
  found.edit = Below(*layout.align.statement, "Layout", argument, words);
  findings_.Add(std::move(found), Who(argument));
}

}  // namespace

std::string WantedOrder::Words() const {
  return fmt::format("{}{}{}", structure, structure.empty() || order.empty() ? "" : " ", order);
}

WantedOrder OrderOf(const app::VariantLayout& layout) {
  const std::string& dimensions = layout.order;
  WantedOrder wanted;
  if (dimensions.size() > 1 && dimensions.front() == 'F') wanted.structure = "AOS";
  if (dimensions.size() > 1 && dimensions.back() == 'F') wanted.structure = "SOA";
  const size_t x = dimensions.find('X'), y = dimensions.find('Y');
  if (x != std::string::npos && y != std::string::npos)
    wanted.order = x < y ? "F_order" : "C_order";
  return wanted;
}

std::vector<InstanceNeed> CheckInstances(const Mapping& mapping,
                                         const machine::Description& machine, const app::Task& task,
                                         ProcessorKind kind, Findings& findings) {
  return InstanceChecker(mapping, machine, task, kind, findings).Run();
}

std::optional<Bytes> CapacityOf(const machine::Description& machine, MemoryKind kind) {
  Bytes size;
  if (kind == MemoryKind::kFramebuffer) size = machine.gpu.framebuffer;
  if (kind == MemoryKind::kZeroCopy) size = machine.host.zero_copy_memory;
  if (kind == MemoryKind::kSystem) size = machine.host.memory;
  if (size.count == 0) return std::nullopt;
  return size;
}

std::string NameOf(const app::Task& task, size_t argument) {
  const auto& names = task.arguments[argument].names;
  return fmt::format("region {}{} of task {}", argument,
                     names.empty() ? "" : fmt::format(" ({})", names[0]), task.name);
}

std::vector<MemoryKind> VisibleMemories(const machine::Shape& shape, ProcessorKind kind) {
  std::vector<MemoryKind> visible;
  for (MemoryKind memory : {MemoryKind::kFramebuffer, MemoryKind::kSocket, MemoryKind::kSystem,
                            MemoryKind::kZeroCopy, MemoryKind::kRegistered})
    if (shape.Sees(kind, memory)) visible.push_back(memory);
  return visible;
}

std::string Joined(const std::vector<MemoryKind>& kinds) {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (MemoryKind kind : kinds) names.push_back(ToString(kind));
  return fmt::format("{}", fmt::join(names, ","));
}

const lang::RegionStatement* RegionStatementAt(const lang::Program& program, Span span) {
  for (const lang::RegionStatement& statement : program.regions)
    if (statement.span == span) return &statement;
  return nullptr;
}

}  // namespace groma::mapping
