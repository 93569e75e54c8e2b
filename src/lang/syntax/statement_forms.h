// The form of each statement of the file: what messages show when a statement does not have it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groma::lang {

struct StatementForm {
  std::string_view word;     // that begins it: "Task"
  std::string_view form;     // "Task TASK PROCESSOR,…;"
  std::string_view example;  // "Task step GPU,CPU;"
  size_t operands = 0;       // words behind the first that stand with blanks between them…
  std::string_view list;     // …and what separates those of the list that follows; empty: no list
};

/// One for each word of StatementWords, in the same order.
const std::vector<StatementForm>& StatementForms();

/// Null when no statement begins with the word.
const StatementForm* FindStatementForm(std::string_view word);

/// "Task is written `Task TASK PROCESSOR,…;`, as in `Task step GPU,CPU;`".
std::string HelpOnForm(const StatementForm& form);

}  // namespace groma::lang
