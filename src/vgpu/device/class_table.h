// Virtual functions of classes in loaded libraries, found by the class's name and replaceable.
//
// Libraries hide the symbols of their classes, but not the run-time type information that points to
// their tables of virtual functions (Itanium C++ ABI, 2.5 and 2.9.5).
#pragma once
#include <optional>
#include <string>

#include "base/result.h"

namespace groma::vgpu {

/// The primary table of one class. Slots count from 0 in the order of the ABI: two for a virtual
/// destructor, then one for each virtual function as declared, bases first.
class ClassTable {
 public:
  /// By the mangled name as typeid(…).name() gives it. None when no loaded library has the class
  /// or its type information takes another form than single inheritance.
  static std::optional<ClassTable> Find(const std::string& mangled_name);

  void* Get(int slot) const { return slots_[slot]; }
  /// Every later virtual call takes `function`, which must have the same type with the object
  /// first.
  Status Replace(int slot, void* function);

 private:
  explicit ClassTable(void** slots) : slots_(slots) {}
  void** slots_;
};

}  // namespace groma::vgpu
