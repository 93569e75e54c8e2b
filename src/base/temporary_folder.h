// A folder that is there only as long as its owner.
#pragma once
#include <filesystem>

#include "base/result.h"

namespace groma {

/// Removed with all that is in it when it is destroyed, unless kept.
class TemporaryFolder {
 public:
  /// A new empty folder below TMPDIR (or /tmp). Folders of earlier groma processes that were killed
  /// are removed on the way.
  static Result<TemporaryFolder> Make();

  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }
  /// Leaves the folder where it is.
  void Keep() { path_to_remove_.clear(); }

 private:
  explicit TemporaryFolder(std::filesystem::path path);
  std::filesystem::path path_;
  std::filesystem::path path_to_remove_;
};

}  // namespace groma
