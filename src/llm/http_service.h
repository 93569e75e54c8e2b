// A language model behind HTTP.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "llm/dialect.h"
#include "llm/service.h"

namespace groma::llm {

/// `url` is a --llm-url value, empty for the dialect's home. The key is sent when its variable is
/// set; the home needs one, other servers do not. An error for an address that is none, and for a
/// key that would go over the network in the clear (http to another computer).
Result<std::unique_ptr<Service>> MakeHttpService(
    const Dialect& dialect, const std::string& model, const std::string& url,
    const std::map<std::string, std::string>& environment);

}  // namespace groma::llm
