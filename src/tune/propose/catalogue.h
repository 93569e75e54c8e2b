// Which mappings have been seen: by what they decide, not by their bytes.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tune/propose/view.h"

namespace groma::tune {

/// Remembers mappings of one problem. The problem must outlive it.
class Catalogue {
 public:
  explicit Catalogue(const Problem& problem) : problem_(problem) {}

  /// Counts the text as seen.
  void Add(const std::string& text);
  /// Whether the text is legal for the problem and decides otherwise than every one that was added.
  bool IsNewAndLegal(const std::string& text);
  /// Whether it decides otherwise than every one that was added; a text that is not legal: whether
  /// it reads otherwise.
  bool IsNew(const std::string& text);

 private:
  /// The text's fingerprint, remembered; empty when it is not legal.
  const std::optional<std::string>& FingerprintOf(const std::string& text);

  const Problem& problem_;
  std::map<std::string, std::optional<std::string>> fingerprints_;
  std::set<std::string> seen_;       // fingerprints
  std::set<std::string> seen_text_;  // canonical texts
};

}  // namespace groma::tune
