// Mistakes that one statement causes in many places: told once, with the first place and a note of
// the others. Private to src/mapping.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diagnostics/diagnostic.h"

namespace groma::mapping {

class Findings {
 public:
  /// `diagnostic` as met by `who` ("region 2 of task step"). Of several with one code at one place
  /// the first is kept, with the edits of all that insert at its place.
  void Add(Diagnostic diagnostic, std::string who);
  bool Has(std::string_view code, Span span) const;
  /// Reports all, by place; to be called once.
  void Report(DiagnosticSink& sink);

 private:
  struct Finding {
    Diagnostic diagnostic;
    std::vector<std::string> others;
  };
  std::map<std::pair<Span, std::string>, Finding> found_;
};

}  // namespace groma::mapping
