// AutoGuide (paper section 4.2, Tables 1 and A3): from an outcome to an explanation and
// suggestions.
#pragma once
#include <string>
#include <vector>

#include "app/description.h"
#include "eval/outcome.h"
#include "guide/feedback.h"
#include "machine/description.h"

namespace groma::guide {

struct Rule;

/// What is known beside the outcome. Pointers may be null and must outlive the call.
struct Context {
  const app::Description* app = nullptr;
  const machine::Description* machine = nullptr;
  std::string mapping;                           // the text that was evaluated; empty when unknown
  const std::vector<Rule>* own_rules = nullptr;  // the user's (rules.h), tried before rules.toml
};

/// Rules (rules.h) speak of failures; of runs that succeeded the user's rules, the breakdown
/// (advice.h) and the shipped rules, in this order. Pure: the same arguments give the same
/// feedback. Cost is linear in the output, and bounded for what expressions look at (match.h).
Feedback Explain(const eval::Outcome& outcome, const Context& context = {});

}  // namespace groma::guide
