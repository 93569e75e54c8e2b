// A line of the mapper log (docs/formats/mapper-log.md), built in a fixed buffer so that a signal
// handler may write one: no allocation, no locks, nothing of the C++ library.
#pragma once
#include <cstddef>

namespace groma::preload {

class Record {
 public:
  /// Begins `{"record":"KIND"`.
  explicit Record(const char* kind);
  /// Adds `,"key":"text"`, escaped; cut when the buffer is full.
  void Text(const char* key, const char* text, size_t length);
  void Text(const char* key, const char* text);
  void Number(const char* key, long long number);
  /// Adds one element to the array `key`; call BeginArray first, EndArray after the last.
  void BeginArray(const char* key);
  void Element(const char* text);
  void EndArray();
  /// Ends the line and appends it to the file that GROMA_MAPPER_LOG names, in one write. Does
  /// nothing when the variable is not set.
  void Write();

 private:
  void Append(const char* text, size_t length);
  void Append(const char* text);
  void Escaped(const char* text, size_t length);

  static constexpr size_t kSize = 16384;
  static constexpr size_t kReserve = 64;  // for what ends the line
  char buffer_[kSize];
  size_t used_ = 0;
  bool first_element_ = true;
};

}  // namespace groma::preload
