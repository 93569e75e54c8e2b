// Statements whose words are all there, in another order.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

constexpr size_t kLongestShown = 80;

bool IsProcessor(const tree::Name& name) {
  return !name.quoted && ParseProcessorKind(name.text).has_value();
}

bool IsMemory(const tree::Name& name) {
  return !name.quoted && ParseMemoryKind(name.text).has_value();
}

bool IsPlainName(const tree::Name& name) {
  return !name.IsStar() && !IsProcessor(name) && !IsMemory(name);
}

Span SpanOf(const tree::Names& names) { return {names.front().span.begin, names.back().span.end}; }

}  // namespace

void Checker::ReportOrder(const tree::Statement& statement, Span first, Span second,
                          std::string message) {
  const std::string& text = program_.source->text();
  Diagnostic found = MakeDiagnostic("E0412", {first.begin, second.end}, std::move(message));
  found.edit = Swapped(text, first, second);
  const std::string mended = text.substr(statement.span.begin, first.begin - statement.span.begin) +
                             found.edit->replacement +
                             text.substr(second.end, statement.span.end - second.end);
  const bool shown = mended.size() <= kLongestShown && mended.find('\n') == std::string::npos;
  found.help = shown ? fmt::format("write `{}`", mended) : "swap them";
  sink_.Report(std::move(found));
}

bool Checker::OutOfOrder(const tree::Statement& statement, const tree::TaskStatement& node) {
  const bool swapped = !node.tasks.empty() && !node.processors.empty() &&
                       std::all_of(node.tasks.begin(), node.tasks.end(), IsProcessor) &&
                       std::all_of(node.processors.begin(), node.processors.end(), IsPlainName);
  if (swapped)
    ReportOrder(statement, SpanOf(node.tasks), SpanOf(node.processors),
                fmt::format("'{}' is a processor kind; the task comes first, then the kinds",
                            node.tasks[0].text));
  return swapped;
}

bool Checker::OutOfOrder(const tree::Statement& statement, const tree::RegionStatement& node) {
  const bool memory_first =
      IsMemory(node.processor) && node.memories.size() == 1 && IsProcessor(node.memories[0]);
  if (memory_first)
    ReportOrder(statement, node.processor.span, node.memories[0].span,
                fmt::format("'{}' is a memory kind, '{}' a processor kind; the processor comes "
                            "before the memories",
                            node.processor.text, node.memories[0].text));
  const bool processor_first =
      !node.region.position && IsProcessor(node.region.name) && IsPlainName(node.processor);
  if (processor_first)
    ReportOrder(statement, node.region.name.span, node.processor.span,
                fmt::format("'{}' is a processor kind; the region comes before the processor",
                            node.region.name.text));
  return memory_first || processor_first;
}

bool Checker::OutOfOrder(const tree::Statement& statement, const tree::LayoutStatement& node) {
  const bool place_first = !node.region.position &&
                           (IsProcessor(node.region.name) || IsMemory(node.region.name)) &&
                           IsPlainName(node.place);
  if (place_first)
    ReportOrder(
        statement, node.region.name.span, node.place.span,
        fmt::format("'{}' is a kind of {}; the region comes before it", node.region.name.text,
                    IsMemory(node.region.name) ? "memory" : "processor"));
  return place_first;
}

bool Checker::OutOfOrder(const tree::Statement& statement, const tree::MapStatement& node) {
  const bool swapped = node.tasks.size() == 1 && !node.machine && !node.tasks[0].quoted &&
                       functions_.contains(node.tasks[0].text) &&
                       !functions_.contains(node.function.text);
  if (swapped)
    ReportOrder(statement, node.tasks[0].span, node.function.span,
                fmt::format("'{}' is a function; the task comes first, then the function",
                            node.tasks[0].text));
  return swapped;
}

}  // namespace groma::lang
