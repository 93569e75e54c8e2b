// Edits that take something out of a mapping.
#pragma once
#include <string>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"

namespace groma::lang {

/// Takes the statement out; its lines too when nothing else stands on them.
Edit WithoutStatement(const std::string& text, Span statement);

/// Takes `task` out of the statement, which is about `tasks`; the whole statement when it is about
/// nothing else.
Edit WithoutTask(const std::string& text, Span statement, const std::vector<TaskSelector>& tasks,
                 const TaskSelector& task);

/// What WithoutTask does, for a help: "leave the statement out", "leave 'step' out".
std::string WithoutTaskInWords(const std::vector<TaskSelector>& tasks, const TaskSelector& task);

}  // namespace groma::lang
