// The expert's mapping of Circuit as a mapper in C++.
#pragma once

namespace groma::circuit {

/// Makes Legion ask the expert's mapper instead of its default one. Before Runtime::start.
void RegisterExpertMapper();

}  // namespace groma::circuit
