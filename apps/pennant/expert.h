// The expert's mapping of Pennant as a mapper in C++.
#pragma once

namespace groma::pennant {

/// Makes Legion ask the expert's mapper instead of its default one. Before Runtime::start.
void RegisterExpertMapper();

}  // namespace groma::pennant
