#include "legion/preload/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace groma::preload {

Record::Record(const char* kind) {
  Append("{\"record\":\"");
  Append(kind);
  Append("\"");
}

void Record::Append(const char* text, size_t length) {
  if (used_ + length + kReserve > kSize)
    length = used_ + kReserve < kSize ? kSize - used_ - kReserve : 0;
  memcpy(buffer_ + used_, text, length);
  used_ += length;
}

void Record::Append(const char* text) { Append(text, strlen(text)); }

void Record::Escaped(const char* text, size_t length) {
  for (size_t i = 0; i < length; ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (used_ + 8 + kReserve > kSize) return;
    char escape[8];
    if (c == '"' || c == '\\') {
      escape[0] = '\\';
      escape[1] = static_cast<char>(c);
      Append(escape, 2);
    } else if (c < 0x20 || c == 0x7f) {
      snprintf(escape, sizeof escape, "\\u%04x", c);
      Append(escape, 6);
    } else {
      Append(text + i, 1);
    }
  }
}

void Record::Text(const char* key, const char* text, size_t length) {
  Append(",\"");
  Append(key);
  Append("\":\"");
  Escaped(text, length);
  buffer_[used_++] = '"';
}

void Record::Text(const char* key, const char* text) { Text(key, text, strlen(text)); }

void Record::Number(const char* key, long long number) {
  char text[96];
  snprintf(text, sizeof text, ",\"%s\":%lld", key, number);
  Append(text);
}

void Record::BeginArray(const char* key) {
  Append(",\"");
  Append(key);
  Append("\":[");
  first_element_ = true;
}

void Record::Element(const char* text) {
  if (!first_element_) Append(",");
  first_element_ = false;
  Append("\"");
  Escaped(text, strlen(text));
  buffer_[used_++] = '"';
}

void Record::EndArray() { buffer_[used_++] = ']'; }

void Record::Write() {
  buffer_[used_++] = '}';
  buffer_[used_++] = '\n';
  const char* path = getenv("GROMA_MAPPER_LOG");
  if (!path || !*path) return;
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  if (write(file, buffer_, used_) < 0) {
    // A full disk must not change how the program ends.
  }
  close(file);
}

}  // namespace groma::preload
