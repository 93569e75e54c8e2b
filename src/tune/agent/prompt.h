// What a language model is told: templates with what is known filled in.
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "guide/feedback.h"
#include "tune/agent/agent.h"
#include "tune/propose/proposer.h"

namespace groma::tune {

/// Texts with places like {{machine}}. Those that groma ships are in agent/templates
/// (installed into share/groma/templates, to copy and edit).
struct Templates {
  std::string system;      // objective, machine, application, language
  std::string trace;       // iteration, inputs, segments, score, feedback, best
  std::string opro;        // iteration, history, segments, feedback
  std::string unreadable;  // problem
};

Templates ShippedTemplates();
/// Those of a folder (system.md, trace.md, opro.md, unreadable.md) where it has them, else the
/// shipped ones. An error names a file that cannot be read, or a place that does not exist.
Result<Templates> ReadTemplates(const std::filesystem::path& folder);

/// The text with every {{name}} replaced; what is put in is not looked at again.
std::string Fill(const std::string& text, const std::map<std::string, std::string>& values);

using guide::FeedbackLevel;

/// The first message: what stays the same for a whole run.
std::string SystemPrompt(const Templates& templates, const Problem& problem,
                         const std::string& objective);
/// With the process graph of the last evaluation. What `check` has against a mapping is told by the
/// decision that it concerns.
std::string TracePrompt(const Templates& templates, const Problem& problem, const History& history,
                        FeedbackLevel level);
/// With the scored history. Changes are to the best so far.
std::string OproPrompt(const Templates& templates, const Problem& problem, const History& history,
                       FeedbackLevel level);

}  // namespace groma::tune
