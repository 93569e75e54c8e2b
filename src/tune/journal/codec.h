// Outcomes and feedback as JSON without loss: what a journal stores and a resumed run reads back.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "eval/outcome.h"
#include "guide/feedback.h"

namespace groma::tune {

/// "ok", "mapping_error", …: as journals have it.
std::string StatusName(eval::OutcomeStatus status);

/// One line. Bytes of the output that are not UTF-8 become U+FFFD; everything else reads back the
/// same.
std::string Encode(const eval::Outcome& outcome);
std::string Encode(const guide::Feedback& feedback);

/// Keys that are missing keep their defaults and unknown ones are passed over, so that later
/// versions can add some; text that is no such JSON is an error.
Result<eval::Outcome> DecodeOutcome(std::string_view json);
Result<guide::Feedback> DecodeFeedback(std::string_view json);

}  // namespace groma::tune
