// Exchanges: what was asked and what came back, as a journal stores it (docs/formats/exchange.md).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/budget.h"
#include "llm/provider.h"

namespace groma::llm {

/// One request with its answer, after all attempts.
struct Exchange {
  std::string provider, model;  // Service::name, Service::model
  Request request;              // as it left, so without keys
  Answer answer;
  Spent spent;             // by all attempts
  int64_t started_ms = 0;  // since 1970, UTC
};

/// One line of JSON. Strings must be UTF-8, as Cleaned makes them.
std::string Encode(const Exchange& exchange);

/// Gives back what was encoded, byte for byte in every text. Keys that are missing keep their
/// defaults and unknown ones are passed over; a newer version is refused, and text that is no
/// exchange is an error.
Result<Exchange> DecodeExchange(std::string_view json);

/// The call was cut short from this side, by Ctrl-C or the budget: a run that is taken up again
/// leaves such a last exchange out and asks anew.
bool WasCutShort(const Exchange& exchange);

}  // namespace groma::llm
