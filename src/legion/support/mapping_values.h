// Numbers and tuples of generated mappings: integers that never overflow silently, tuples with
// element-by-element arithmetic, and the error that ends a mapping function. Part of what
// `groma compile` includes; needs the standard library alone (C++17).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace groma::generated {

/// What went wrong while a mapping was computed: groma's code of it (`groma explain CODE`), the
/// line of the mapping, what happened with its values.
struct Error {
  std::string code;
  int line = 0;
  std::string message;
};

/// The line of the mapping that is being computed, for errors. The object that stands at the start
/// of a function gives the caller's line back when the function ends.
class Line {
 public:
  explicit Line(int number) : before_(Current()) { Current() = number; }
  ~Line() { Current() = before_; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  void operator=(int number) { Current() = number; }
  static int& Current() {
    static thread_local int current = 0;
    return current;
  }

 private:
  int before_;
};

[[noreturn]] inline void Fail(const char* code, std::string message) {
  throw Error{code, Line::Current(), std::move(message)};
}

/// A 64-bit integer whose arithmetic throws Error instead of overflowing or dividing by zero.
class Int {
 public:
  constexpr Int(int64_t value = 0) : value_(value) {}
  constexpr int64_t value() const { return value_; }

  friend Int operator+(Int a, Int b) {
    int64_t result = 0;
    if (__builtin_add_overflow(a.value_, b.value_, &result)) Overflow(a, '+', b);
    return result;
  }
  friend Int operator-(Int a, Int b) {
    int64_t result = 0;
    if (__builtin_sub_overflow(a.value_, b.value_, &result)) Overflow(a, '-', b);
    return result;
  }
  friend Int operator*(Int a, Int b) {
    int64_t result = 0;
    if (__builtin_mul_overflow(a.value_, b.value_, &result)) Overflow(a, '*', b);
    return result;
  }
  friend Int operator/(Int a, Int b) {
    if (b.value_ == 0) DivisionByZero(a, '/');
    if (b.value_ == -1 && a.value_ == INT64_MIN) Overflow(a, '/', b);
    return a.value_ / b.value_;
  }
  friend Int operator%(Int a, Int b) {
    if (b.value_ == 0) DivisionByZero(a, '%');
    return b.value_ == -1 ? 0 : a.value_ % b.value_;
  }
  Int operator-() const { return Int(0) - *this; }
  friend bool operator==(Int a, Int b) { return a.value_ == b.value_; }
  friend bool operator!=(Int a, Int b) { return a.value_ != b.value_; }
  friend bool operator<(Int a, Int b) { return a.value_ < b.value_; }
  friend bool operator<=(Int a, Int b) { return a.value_ <= b.value_; }
  friend bool operator>(Int a, Int b) { return a.value_ > b.value_; }
  friend bool operator>=(Int a, Int b) { return a.value_ >= b.value_; }

 private:
  [[noreturn]] static void Overflow(Int a, char op, Int b) {
    Fail("E0601", std::to_string(a.value_) + " " + op + " " + std::to_string(b.value_) +
                      " does not fit in 64 bits");
  }
  [[noreturn]] static void DivisionByZero(Int a, char op) {
    Fail("E0602", "division by zero: " + std::to_string(a.value_) + " " + op + " 0");
  }

  int64_t value_;
};

/// "(1, 2)", "(1,)", "()".
inline std::string Text(const std::vector<int64_t>& values) {
  std::string text = "(";
  for (size_t i = 0; i < values.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(values[i]);
  }
  return text + (values.size() == 1 ? ",)" : ")");
}

/// Integers; the length is part of the value.
class Tuple {
 public:
  static constexpr int64_t kMaxLength = 65536;

  Tuple() = default;
  Tuple(std::initializer_list<Int> elements) {
    values_.reserve(elements.size());
    for (Int element : elements) values_.push_back(element.value());
  }
  explicit Tuple(std::vector<int64_t> values) : values_(std::move(values)) {}

  const std::vector<int64_t>& values() const { return values_; }
  Int len() const { return static_cast<int64_t>(values_.size()); }
  /// The product of the elements, 1 for ().
  Int volume() const {
    int64_t product = 1;
    for (int64_t value : values_) {
      if (__builtin_mul_overflow(product, value, &product))
        Fail("E0601", "the volume of " + Brief() + " does not fit in 64 bits");
    }
    return product;
  }
  /// A negative index counts from the end.
  Int operator[](Int index) const {
    const int64_t size = len().value(), at = index.value();
    if (at < -size || at >= size) {
      Fail("E0604", "index " + std::to_string(at) + " is outside the tuple " + Brief() +
                        ", which has " + std::to_string(size) + " element" +
                        (size == 1 ? "" : "s"));
    }
    return values_[static_cast<size_t>(at < 0 ? at + size : at)];
  }
  /// [low:high], [low:] and [:high]; bounds as in Python: negative ones count from the end, those
  /// beyond the ends are moved to them.
  Tuple slice(Int low, Int high) const {
    const int64_t from = Bound(low), to = Bound(high) < from ? from : Bound(high);
    return Tuple(std::vector<int64_t>(values_.begin() + from, values_.begin() + to));
  }
  Tuple from(Int low) const { return slice(low, len()); }
  Tuple to(Int high) const { return slice(0, high); }

  friend bool operator==(const Tuple& a, const Tuple& b) { return a.values_ == b.values_; }
  friend bool operator!=(const Tuple& a, const Tuple& b) { return a.values_ != b.values_; }

  /// As Text, but of a long tuple only the start: for messages.
  std::string Brief() const {
    constexpr size_t kShown = 8;
    if (values_.size() <= kShown) return Text(values_);
    std::string text = "(";
    for (size_t i = 0; i < kShown; ++i) text += std::to_string(values_[i]) + ", ";
    return text + "… " + std::to_string(values_.size()) + " elements)";
  }

 private:
  int64_t Bound(Int at) const {
    const int64_t size = len().value();
    if (at.value() < 0) return at.value() + size < 0 ? 0 : at.value() + size;
    return at.value() < size ? at.value() : size;
  }

  std::vector<int64_t> values_;
};

inline std::string Text(Int value) { return std::to_string(value.value()); }
inline std::string Text(int value) { return std::to_string(value); }
inline std::string Text(bool value) { return value ? "True" : "False"; }
inline std::string Text(const Tuple& value) { return Text(value.values()); }
inline std::string Text(std::string value) { return value; }

/// One side of element-by-element arithmetic: a tuple, or an integer that stands for a tuple of the
/// other side's length.
struct Side {
  Side(const Tuple& of) : tuple(&of) {}
  Side(Int of) : number(of) {}
  Int At(size_t i) const { return tuple ? Int(tuple->values()[i]) : number; }
  std::string Brief() const { return tuple ? tuple->Brief() : Text(number); }
  const Tuple* tuple = nullptr;
  Int number;
};

template <class Operation>
Tuple Elementwise(const Side& left, char op, const Side& right, Operation operation) {
  const auto text = [&] { return left.Brief() + " " + op + " " + right.Brief(); };
  const size_t size = (left.tuple ? left : right).tuple->values().size();
  if (left.tuple && right.tuple && right.tuple->values().size() != size)
    Fail("E0605", "tuples of different lengths: " + text());
  std::vector<int64_t> values(size);
  try {
    for (size_t i = 0; i < size; ++i) values[i] = operation(left.At(i), right.At(i)).value();
  } catch (Error& error) {
    error.message += ", in " + text();
    throw;
  }
  return Tuple(std::move(values));
}

#define GROMA_TUPLE_OPERATOR(op, symbol)                                   \
  inline Tuple operator op(const Tuple& a, const Tuple& b) {               \
    return Elementwise(a, symbol, b, [](Int x, Int y) { return x op y; }); \
  }                                                                        \
  inline Tuple operator op(const Tuple& a, Int b) {                        \
    return Elementwise(a, symbol, b, [](Int x, Int y) { return x op y; }); \
  }                                                                        \
  inline Tuple operator op(Int a, const Tuple& b) {                        \
    return Elementwise(a, symbol, b, [](Int x, Int y) { return x op y; }); \
  }
GROMA_TUPLE_OPERATOR(+, '+')
GROMA_TUPLE_OPERATOR(-, '-')
GROMA_TUPLE_OPERATOR(*, '*')
GROMA_TUPLE_OPERATOR(/, '/')
GROMA_TUPLE_OPERATOR(%, '%')
#undef GROMA_TUPLE_OPERATOR
inline Tuple operator-(const Tuple& a) { return Int(0) - a; }

/// In Joined and in the index of a space: the elements of a tuple one by one.
struct Spread {
  explicit Spread(Tuple of) : tuple(std::move(of)) {}
  Tuple tuple;
};

/// One element, or those of a spread tuple.
struct Part {
  Part(Int value) : values{value.value()} {}
  Part(int value) : values{value} {}
  Part(const Spread& spread) : values(spread.tuple.values()) {}
  std::vector<int64_t> values;
};

/// (a, *t, b)
inline Tuple Joined(std::initializer_list<Part> parts) {
  std::vector<int64_t> values;
  for (const Part& part : parts) {
    values.insert(values.end(), part.values.begin(), part.values.end());
  }
  if (values.size() > static_cast<size_t>(Tuple::kMaxLength))
    Fail("E0609", "a tuple of more than " + std::to_string(Tuple::kMaxLength) + " elements");
  return Tuple(std::move(values));
}

/// (0, 1, …, count − 1)
inline Tuple Range(Int count) {
  const std::string call = "range(" + Text(count) + "): ";
  if (count < 0) Fail("E0610", call + "the count is negative");
  if (count > Tuple::kMaxLength) {
    Fail("E0609", call + "a tuple has at most " + std::to_string(Tuple::kMaxLength) + " elements");
  }
  std::vector<int64_t> values(static_cast<size_t>(count.value()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i);
  return Tuple(std::move(values));
}

/// tuple(element(i) for i in sequence)
template <class Element>
Tuple ForEach(const Tuple& sequence, Element element) {
  std::vector<int64_t> values;
  for (int64_t value : sequence.values()) values.push_back(Int(element(Int(value))).value());
  return Tuple(std::move(values));
}

/// The arguments of a call that a spread tuple gave: as many as there are parameters left.
inline Tuple Arguments(Tuple spread, int64_t before, int64_t parameters, const char* function) {
  const int64_t given = before + spread.len().value();
  if (given != parameters) {
    Fail("E0611", "the call gives " + std::to_string(given) + " values to " + function +
                      ", which takes " + std::to_string(parameters) + " parameters");
  }
  return spread;
}

/// Whether `print` statements write.
inline bool& Printing() {
  static thread_local bool printing = true;
  return printing;
}

/// One line to stderr.
inline void Print(std::initializer_list<std::string> parts) {
  std::string line;
  for (const std::string& part : parts) line += part;
  line += '\n';
  if (Printing()) std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace groma::generated
