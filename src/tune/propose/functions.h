// Mapping functions that proposers write: from the points of a launch to processors.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/kinds.h"
#include "tune/propose/decisions.h"

namespace groma::tune {

/// A way to place the points of launches of a certain number of dimensions.
struct Placing {
  std::string name;     // "block2d": also the name of its function
  std::string meaning;  // for people: "blocks of consecutive points, row by row"
  std::string body;     // the function's statements; `{m}` stands for the space of processors
  bool single = false;  // for tasks launched on their own
};

/// Ways for index launches of that many dimensions, the most usual first. `nodes` > 1 adds those
/// that differ only on several nodes.
std::vector<Placing> IndexPlacings(size_t dimensions, int nodes);
/// Ways for tasks launched on their own.
std::vector<Placing> SinglePlacings();

/// Adds the machine space and the function to the decisions; returns the function's name.
std::string Define(Decisions& decisions, const Placing& placing, ProcessorKind kind);

}  // namespace groma::tune
