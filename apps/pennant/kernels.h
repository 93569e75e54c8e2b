// The kernels by name, and their host twins.
#pragma once
#include <algorithm>
#include <atomic>
#include <span>
#include <vector>

#include "apps/common/device.h"
#include "apps/pennant/point_kernels.h"
#include "apps/pennant/side_kernels.h"
#include "apps/pennant/viscosity_kernels.h"
#include "apps/pennant/zero_kernel.h"
#include "apps/pennant/zone_kernels.h"

namespace groma::pennant {

/// The fat binary that nvcc made of kernels.cu; empty when there was no nvcc.
std::span<const unsigned char> KernelImage();

/// Every kernel with its twin, for KernelModule.
std::vector<apps::Kernel> Kernels();

/// The elements that a kernel goes over.
template <typename Body>
Range ElementsOf(const Body& body) {
  if constexpr (requires { body.zone_of; }) {
    return body.zone_of.sides;
  } else {
    return body.range;
  }
}

/// The loop over all elements, on the host.
template <typename Body>
void Run(const Body& body) {
  const Range elements = ElementsOf(body);
  for (int64_t i = elements.first; i < elements.first + elements.count; ++i) body(i);
}

// Other pieces may add to a ghost point at the same time, to a private point none.
template <typename Body>
void RunSum(const Body& body) {
  const Range elements = ElementsOf(body);
  for (int64_t i = elements.first; i < elements.first + elements.count; ++i) {
    body.Do(i, [](bool ghost, const Doubles& to, int64_t point, double value) {
      if (ghost) {
        std::atomic_ref(to[point]).fetch_add(value, std::memory_order_relaxed);
      } else {
        to[point] += value;
      }
    });
  }
}
template <>
inline void Run(const SumPointMass& body) {
  RunSum(body);
}
template <>
inline void Run(const SumPointForce& body) {
  RunSum(body);
}

template <>
inline void Run(const CalcVolumes& body) {
  const Range elements = ElementsOf(body);
  for (int64_t i = elements.first; i < elements.first + elements.count; ++i) {
    body.Do(i, [](int64_t& tangled) { ++tangled; });
  }
}

template <>
inline void Run(const CalcDtHydro& body) {
  for (int64_t thread = 0; thread < body.threads; ++thread) {
    body.minimum[0] = std::min(body.minimum[0], body.Smallest(thread));
  }
}

}  // namespace groma::pennant
