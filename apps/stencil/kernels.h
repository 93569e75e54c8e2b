// The kernels by name, their host twins, and what each costs.
#pragma once
#include <span>
#include <vector>

#include "apps/common/device.h"
#include "apps/common/work.h"
#include "apps/stencil/model.h"

namespace groma::stencil {

inline constexpr char kStarKernel[] = "stencil_star";
inline constexpr char kIncrementKernel[] = "stencil_increment";
inline constexpr char kCopyKernel[] = "stencil_copy";
inline constexpr char kStampKernel[] = "stencil_stamp";

// Names of the tasks of a step.
inline constexpr char kStencilTask[] = "stencil";
inline constexpr char kIncrementTask[] = "increment";

/// The fat binary that nvcc made of kernels.cu; empty when there was no nvcc.
std::span<const unsigned char> KernelImage();

/// Every kernel with its twin, for KernelModule.
std::vector<apps::Kernel> Kernels();

// The loops over all points of the arguments, on the host.
void RunStar(const StarArguments& arguments);
void RunIncrement(const IncrementArguments& arguments);
void RunCopy(const CopyArguments& arguments);

// The work of one launch. No other task touches points in a modelled run: init_tiles is not
// launched, and check has no access to them.
apps::Work StarWork(const StarArguments& arguments);
apps::Work IncrementWork(const IncrementArguments& arguments);
/// `task` copies from regions to regions of these names, by side.
apps::Work CopyWork(const char* task, const CopyArguments& arguments,
                    const char* const (&from)[kSides], const char* const (&to)[kSides]);

}  // namespace groma::stencil
