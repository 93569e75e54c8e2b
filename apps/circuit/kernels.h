// The kernels by name, their host twins, and what each costs.
#pragma once
#include <span>
#include <vector>

#include "apps/circuit/model.h"
#include "apps/circuit/structure.h"
#include "apps/common/device.h"
#include "apps/common/work.h"

namespace groma::circuit {

inline constexpr char kCurrentsKernel[] = "circuit_currents";
inline constexpr char kChargeKernel[] = "circuit_charge";
inline constexpr char kVoltagesKernel[] = "circuit_voltages";
inline constexpr char kStampKernel[] = "circuit_stamp";

// Names of the tasks of a loop.
inline constexpr char kCurrentsTask[] = "calculate_new_currents";
inline constexpr char kChargeTask[] = "distribute_charge";
inline constexpr char kVoltagesTask[] = "update_voltages";

/// The fat binary that nvcc made of kernels.cu; empty when there was no nvcc.
std::span<const unsigned char> KernelImage();

/// Every kernel with its twin, for KernelModule.
std::vector<apps::Kernel> Kernels();

// The loops over all elements of the arguments, on the host.
void RunCurrents(const CurrentsArguments& arguments);
/// Atomic where tasks or threads may add to the same node.
void RunCharge(const ChargeArguments& arguments);
void RunVoltages(const VoltageArguments& arguments);

// The work of one launch. `ends` are the superpiece's.
apps::Work CurrentsWork(const CurrentsArguments& arguments, const EndCounts& ends,
                        const Span (&nodes)[3]);
apps::Work ChargeWork(const ChargeArguments& arguments, const EndCounts& ends,
                      const Span (&nodes)[3]);
apps::Work VoltagesWork(const VoltageArguments& arguments);

}  // namespace groma::circuit
