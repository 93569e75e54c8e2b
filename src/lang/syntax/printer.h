// Parts of the tree as text; lang::Print prints all of it.
#pragma once
#include <string>

#include "lang/syntax/tree.h"

namespace groma::lang {

/// One statement in the usual form, without a newline at its end.
std::string PrintStatement(const tree::Statement& statement);

}  // namespace groma::lang
