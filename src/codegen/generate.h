// The C++ generator: a checked program as the source of a mapper that a person would read.
#pragma once
#include <string>

#include "lang/check/program.h"

namespace groma::codegen {

struct Options {
  /// The class that holds the decisions; the mapper is this and "Mapper". A C++ identifier.
  std::string class_name = "Generated";
  /// Whether the mapper for Legion comes with it; else the decisions alone, which need no Legion.
  bool legion = true;
};

/// A C++17 source file for the headers of src/legion/support. It decides as mapping::Mapping does
/// on every machine, errors included, but for the bounds on steps and nesting (E0609), which it
/// does not count. Linear in the program. The program must have its source.
std::string Generate(const lang::Program& program, const Options& options);

/// Whether the generated class may be called so: a C++ identifier that means nothing else there.
bool IsClassName(std::string_view name);

/// A class name from a file name: "circuit_expert.map" → "CircuitExpert".
std::string ClassNameOf(std::string_view file_name);

}  // namespace groma::codegen
