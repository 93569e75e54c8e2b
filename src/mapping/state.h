// What a Mapping holds. Private to src/mapping.
#pragma once
#include <memory>
#include <vector>

#include "mapping/evaluate.h"
#include "mapping/mapping.h"
#include "mapping/rules.h"

namespace groma::mapping {

/// Immutable once bound.
struct Mapping::State {
  State(std::shared_ptr<const lang::Program> checked, machine::Shape of)
      : program(std::move(checked)), shape(of), rules(*program) {}

  /// `steps` counts what the evaluations take.
  Environment MakeEnvironment(bool print, int64_t* steps) const {
    return {program.get(), &shape, globals, print, steps};
  }

  std::shared_ptr<const lang::Program> program;
  machine::Shape shape;
  std::vector<Value> globals;
  Rules rules;
  bool prints = false;  // any function does
};

}  // namespace groma::mapping
