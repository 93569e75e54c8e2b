#include "lang/syntax/statement_forms.h"

#include <fmt/format.h>

#include <algorithm>

namespace groma::lang {

const std::vector<StatementForm>& StatementForms() {
  static const std::vector<StatementForm> kForms = {
      {"Task", "Task TASK PROCESSOR,…;", "Task step GPU,CPU;", 1, ","},
      {"Region", "Region TASK REGION PROCESSOR MEMORY,…;", "Region step * GPU FBMEM,ZCMEM;", 3,
       ","},
      {"Layout", "Layout TASK REGION PROCESSOR CONSTRAINT …;", "Layout step * * SOA Align==64;", 3,
       " "},
      {"InstanceLimit", "InstanceLimit TASK NUMBER;", "InstanceLimit step 4;", 2, ""},
      {"CollectMemory", "CollectMemory TASK REGION;", "CollectMemory step 0;", 2, ""},
      {"IndexTaskMap", "IndexTaskMap TASK FUNCTION;", "IndexTaskMap step cyclic;", 2, ""},
      {"SingleTaskMap", "SingleTaskMap TASK FUNCTION;", "SingleTaskMap step first;", 2, ""},
      {"ControlReplicate", "ControlReplicate TASK;", "ControlReplicate main;", 1, ""}};
  return kForms;
}

const StatementForm* FindStatementForm(std::string_view word) {
  const auto& forms = StatementForms();
  const auto found = std::find_if(forms.begin(), forms.end(),
                                  [&](const StatementForm& form) { return form.word == word; });
  return found == forms.end() ? nullptr : &*found;
}

std::string HelpOnForm(const StatementForm& form) {
  return fmt::format("{} is written `{}`, as in `{}`", form.word, form.form, form.example);
}

}  // namespace groma::lang
