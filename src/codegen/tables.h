// The statements of a program as tables. Private to src/codegen.
#pragma once
#include <string>
#include <vector>

#include "codegen/body_writer.h"

namespace groma::codegen {

/// One member function a keyword that the program uses, with the table of its statements.
std::vector<std::string> WriteTables(const lang::Program& program);

/// IndexTaskMap and SingleTaskMap of the class, and a function for each map of the older form.
std::vector<std::string> WriteMaps(ProgramNames& names, const std::string& class_name);

}  // namespace groma::codegen
