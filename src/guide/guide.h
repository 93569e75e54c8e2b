// AutoGuide (paper section 4.2, Tables 1 and A3): from an outcome to an explanation and
// suggestions.
#pragma once
#include <string>

#include "app/description.h"
#include "eval/outcome.h"
#include "guide/feedback.h"
#include "machine/description.h"

namespace groma::guide {

/// What is known beside the outcome. Pointers may be null and must outlive the call.
struct Context {
  const app::Description* app = nullptr;
  const machine::Description* machine = nullptr;
  std::string mapping;  // the text that was evaluated; empty when unknown
};

/// Rules on texts (rules.h) decide for failures, the breakdown (advice.h) for runs that succeeded.
/// Pure: the same arguments give the same feedback. Cost is linear in the output.
Feedback Explain(const eval::Outcome& outcome, const Context& context = {});

}  // namespace groma::guide
