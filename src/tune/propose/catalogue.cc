#include "tune/propose/catalogue.h"

#include "tune/propose/canonical.h"

namespace groma::tune {

void Catalogue::Add(const std::string& text) {
  seen_text_.insert(Canonical(text));
  if (const auto& fingerprint = FingerprintOf(text)) seen_.insert(*fingerprint);
}

bool Catalogue::IsNewAndLegal(const std::string& text) {
  return FingerprintOf(text) && IsNew(text);
}

bool Catalogue::IsNew(const std::string& text) {
  const auto& fingerprint = FingerprintOf(text);
  return !(fingerprint && seen_.contains(*fingerprint)) && !seen_text_.contains(Canonical(text));
}

const std::optional<std::string>& Catalogue::FingerprintOf(const std::string& text) {
  const auto known = fingerprints_.find(text);
  if (known != fingerprints_.end()) return known->second;
  const std::optional<View> view = View::Of(text, problem_);
  return fingerprints_.emplace(text, view ? std::optional(view->fingerprint()) : std::nullopt)
      .first->second;
}

}  // namespace groma::tune
