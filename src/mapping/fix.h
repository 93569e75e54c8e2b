// `check --fix`: applies the edits of diagnostics until none is left that helps.
#pragma once
#include <string>
#include <vector>

#include "app/description.h"
#include "machine/description.h"

namespace groma::mapping {

/// An edit that was applied.
struct AppliedEdit {
  std::string code;     // of the diagnostic that it mends
  std::string message;  // of the same
  int line = 1;         // where it began, in the text as it then was
  std::string removed, added;
};

struct FixedText {
  std::string text;                  // as given when nothing was applied
  std::vector<AppliedEdit> applied;  // in the order in which they were
};

/// Checks `text` (called `name` in messages), applies the edits that do not stand in the same
/// line or statement, checks again, and so on. An edit is kept only if the text then checks better:
/// fewer mistakes of the text itself; with equally many, fewer errors that the machine and the
/// application bring up; with equally many of both, fewer warnings; or if it puts a definition
/// before its use, and the text checks no worse. So it ends, and what it gives checks no worse than
/// what it got. `machine` and `app` as for CheckText. Costs up to one check for each edit offered.
FixedText Fix(const std::string& text, const std::string& name, const machine::Description* machine,
              const app::Description* app);

}  // namespace groma::mapping
