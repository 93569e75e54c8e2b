// What the reader and the writer of application descriptions share (docs/formats/app.md).
#pragma once
#include <array>
#include <string_view>
#include <utility>

#include "app/description.h"

namespace groma::app {

inline constexpr std::string_view kFormatName = "groma application description";
inline constexpr int kFormatVersion = 1;

inline constexpr std::array<std::pair<Privilege, std::string_view>, 5> kPrivilegeNames = {{
    {Privilege::kNoAccess, "no_access"},
    {Privilege::kReadOnly, "read_only"},
    {Privilege::kReadWrite, "read_write"},
    {Privilege::kWriteDiscard, "write_discard"},
    {Privilege::kReduce, "reduce"},
}};

/// Legion's names for the dimensions of a layout, lowest first, and 'F' for the field.
inline constexpr std::string_view kLayoutDimensions = "XYZWVUTSRF";

}  // namespace groma::app
