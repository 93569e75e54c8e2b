// CHECK: what must hold unless groma itself is wrong. Always on.
#pragma once
#include <string>

namespace groma {

/// Prints `file:line: CHECK failed: condition (message)` to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              const std::string& message);

}  // namespace groma

/// Aborts with the condition and a message (a std::string with the values) when `condition` is
/// false.
#define CHECK(condition, ...)                                                           \
  do {                                                                                  \
    if (!(condition))                                                                   \
      ::groma::CheckFailed(__FILE__, __LINE__, #condition, ::std::string(__VA_ARGS__)); \
  } while (false)
