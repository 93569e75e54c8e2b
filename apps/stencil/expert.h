// The expert's mapping of Stencil as a mapper in C++.
#pragma once

namespace groma::stencil {

/// Makes Legion ask the expert's mapper instead of its default one. Before Runtime::start.
void RegisterExpertMapper();

}  // namespace groma::stencil
