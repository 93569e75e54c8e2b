// A language model behind a program: {"messages": [{"role", "content"}]} on stdin, the reply on
// stdout.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "llm/service.h"

namespace groma::llm {

/// `line` is split by SplitWords and started without a shell, anew for each call, with
/// `environment`. Its stdout, all of it, is the reply; stderr is only told when it fails. A failed
/// call: another exit code than 0, nothing printed, bytes that are not UTF-8, more than 8 MiB.
/// Tokens are estimated. Whatever it started is gone when the call ends.
Result<std::unique_ptr<Service>> MakeCommandService(
    const std::string& line, const std::map<std::string, std::string>& environment);

}  // namespace groma::llm
