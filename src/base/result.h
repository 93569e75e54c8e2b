// Result<T>: the outcome of something that the world can refuse: a file, a process, a network.
// Mistakes in the user's text are diagnostics (diagnostics/diagnostic.h), mistakes of groma are
// CHECKs.
#pragma once
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace groma {

/// What went wrong and what to do about it: one or more sentences, no trailing newline.
struct Error {
  std::string message;
};

/// A value, or the error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; CHECKs that there is one.
  const T& value() const& {
    Require();
    return std::get<0>(state_);
  }
  T& value() & {
    Require();
    return std::get<0>(state_);
  }
  T&& value() && {
    Require();
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  /// The error; CHECKs that there is one.
  const Error& error() const {
    CHECK(!ok(), "error() of a Result that holds a value");
    return std::get<1>(state_);
  }

 private:
  void Require() const { CHECK(ok(), ok() ? "" : std::get<1>(state_).message); }
  std::variant<T, Error> state_;
};

/// A Result without a value.
struct Done {};
using Status = Result<Done>;

}  // namespace groma
