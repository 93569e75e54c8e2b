// Performance advice: what the breakdown of a successful run says about where time could be saved.
#pragma once
#include <string>
#include <vector>

#include "eval/outcome.h"
#include "guide/guide.h"

namespace groma::guide {

/// One finding, with the bytes and the time behind it.
struct Advice {
  std::string rule;      // "A3.8", "remote-access", …
  std::string sentence;  // names the statement to write, the bytes and the time
  std::vector<Action> actions;
  double seconds = 0;  // of one processor's time that it is about; larger is more promising
};

/// The most promising first; equal ones in the order of the breakdown. Empty when nothing is known.
std::vector<Advice> Advise(const eval::Outcome& outcome, const Context& context);

}  // namespace groma::guide
