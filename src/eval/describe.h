// Making an application description from one run of a program.
#pragma once
#include <string>

#include "base/result.h"
#include "eval/evaluate.h"

namespace groma::eval {

/// What a run of the recorder gave.
struct Described {
  std::string text;   // the description file's (JSON, app/description.h)
  std::string fault;  // why the program left none: its run did not end well, or it starts no Legion
};

/// Runs the program with the recorder, under the options' mapping or else its own mapper. An error
/// when it could not be run.
Result<Described> DescribeProgram(const Program& program, const EvaluateOptions& options,
                                  const Installation& installation);

}  // namespace groma::eval
