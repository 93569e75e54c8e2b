// Mapping functions that proposers write: from the points of a launch to processors.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/kinds.h"
#include "tune/space/decisions.h"

namespace groma::tune {

/// A parameter of a family of placings and the values that it can have.
struct Parameter {
  std::string name;     // "order"
  std::string meaning;  // "dimensions, the one that runs fastest last"
  std::vector<std::string> values;
};

/// Ways to place points that differ in parameters alone.
struct PlacingFamily {
  std::string name;     // "block"
  std::string meaning;  // for people: "blocks of consecutive points"
  std::vector<Parameter> parameters;
  size_t dimensions = 0;  // of the launches that it is for; 0: for tasks launched on their own
  double prior = 1;       // how often one of its members is what helps, next to the usual families
};

/// Families for index launches of that many dimensions, the most usual first. `nodes` > 1 adds
/// those that differ only on several nodes. All members check without an application; those of
/// "one_each" leave the machine where a launch has more points than it has processors.
std::vector<PlacingFamily> IndexFamilies(size_t dimensions, int nodes);
/// Families for tasks launched on their own, on a machine with so many processors of the kind.
std::vector<PlacingFamily> SingleFamilies(int processors);

/// A way to place the points of launches of a certain number of dimensions.
struct Placing {
  std::string name;     // "block2d": also the name of its function
  std::string meaning;  // for people: "blocks of consecutive points, row by row"
  std::string body;     // the function's statements; `{m}` stands for the space of processors
  bool single = false;  // for tasks launched on their own
  double prior = 1;     // its family's
};

/// The member of the family with those values, one a parameter, each one of the parameter's.
Placing Member(const PlacingFamily& family, const std::vector<std::string>& values);
/// Every member, the first parameter's values changing slowest.
std::vector<Placing> Members(const PlacingFamily& family);

/// Every member of every family of IndexFamilies, of SingleFamilies.
std::vector<Placing> IndexPlacings(size_t dimensions, int nodes);
std::vector<Placing> SinglePlacings(int processors);

/// Adds the machine space and the function to the decisions; returns the function's name.
std::string Define(Decisions& decisions, const Placing& placing, ProcessorKind kind);

}  // namespace groma::tune
