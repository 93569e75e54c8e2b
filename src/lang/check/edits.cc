#include "lang/check/edits.h"

#include <fmt/format.h>

namespace groma::lang {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

Edit WithoutStatement(const std::string& text, Span statement) {
  uint32_t begin = statement.begin, end = statement.end;
  while (begin > 0 && IsBlank(text[begin - 1])) --begin;
  while (end < text.size() && IsBlank(text[end])) ++end;
  const bool alone =
      (begin == 0 || text[begin - 1] == '\n') && (end == text.size() || text[end] == '\n');
  if (!alone) return {statement, ""};
  if (end < text.size()) ++end;
  return {{begin, end}, ""};
}

Edit WithoutTask(const std::string& text, Span statement, const std::vector<TaskSelector>& tasks,
                 const TaskSelector& task) {
  if (tasks.size() == 1) return WithoutStatement(text, statement);
  for (size_t i = 0; i + 1 < tasks.size(); ++i)
    if (tasks[i].span == task.span) return {{task.span.begin, tasks[i + 1].span.begin}, ""};
  return {{tasks[tasks.size() - 2].span.end, task.span.end}, ""};
}

std::string WithoutTaskInWords(const std::vector<TaskSelector>& tasks, const TaskSelector& task) {
  if (tasks.size() == 1) return "leave the statement out";
  return fmt::format("leave '{}' out", task.form == TaskSelector::Form::kName
                                           ? task.name
                                           : std::string(ToString(task.kind)));
}

}  // namespace groma::lang
