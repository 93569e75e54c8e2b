// What is known of expressions without computing them. Private to src/codegen.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/program.h"

namespace groma::codegen {

/// Lengths of tuples and dimensions of machine spaces, where the program alone says them.
class Lengths {
 public:
  explicit Lengths(const lang::Program& program);

  /// Of a tuple or a machine space. `slots`: those of the function's variables so far.
  using Slots = std::map<int, int64_t>;
  std::optional<int64_t> Of(const lang::Expression& expression, const Slots& slots) const;
  /// Whether the tuple surely has the element.
  bool HasElement(const lang::TupleIndex& index, const Slots& slots) const;

 private:
  std::vector<std::optional<int64_t>> globals_;
};

/// How often each variable of a function is read and assigned.
struct SlotUse {
  int reads = 0;
  int assigned = 0;
};
std::vector<SlotUse> CountUses(const lang::Function& function);
std::vector<SlotUse> CountUses(const lang::Global& global);

/// By index: the function is the map of index launches alone, so that its task has a point.
std::vector<bool> FindIndexMaps(const lang::Program& program);

/// The name of the variable that the statement `name = …;` assigns.
std::string AssignedName(const lang::Program& program, const lang::BodyStatement& statement);
/// The name in `for NAME in`; "i" when it cannot be found.
std::string ComprehensionName(const lang::Program& program, const lang::Comprehension& node);

/// 1-based.
int LineOf(const lang::Program& program, Span span);

/// "Int", "bool", …: the C++ type of values.
std::string_view TypeName(lang::Type type);

}  // namespace groma::codegen
