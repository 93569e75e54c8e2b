// Making an application description from one run of a program.
#pragma once
#include <string>

#include "base/result.h"
#include "eval/evaluate.h"

namespace groma::eval {

/// Runs the program with the recorder and returns the description file's text (JSON,
/// app/description.h). An error when the run did not end well, with the outcome's reason.
Result<std::string> DescribeProgram(const Program& program, const EvaluateOptions& options,
                                    const Installation& installation);

}  // namespace groma::eval
