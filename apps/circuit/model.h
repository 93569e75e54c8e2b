// The numerical model of a wire and a node, and the loops over them: one text for the CUDA kernels,
// their host twins and the CPU tasks. Single precision throughout.
//
// A wire is ten segments in a row, each with a resistance and an inductance, and nine capacitances
// to ground between them (Bauer et al., "Legion: expressing locality and independence with logical
// regions", SC 2012). For one time step, currents I and inner voltages V are iterated to satisfy
//   I[i] = ((V[i] - V[i+1]) - L * (I[i] - I_old[i]) / dt) / R
//   V[i] = V_old[i] + dt * (I[i-1] - I[i]) / C
// with the node voltages as V[0] and V[10].
#pragma once
#include "apps/common/field.h"

namespace groma::circuit {

constexpr int kSegments = 10;
constexpr float kTimeStep = 1e-6F;

// Operations by the published count: 6 for a segment's current, 4 for an inner voltage; 4 for a
// wire's charges; 4 for a node.
constexpr double kFlopsOfWireStep = kSegments * 6 + (kSegments - 1) * 4;
constexpr double kFlopsOfCharge = 4;
constexpr double kFlopsOfNode = 4;

using apps::Field;

/// The ends of wires: node numbers, and in which of the superpiece's three node regions (1 private,
/// 2 shared, 3 ghost) each lies.
struct WireEnds {
  Field<const int64_t> in_node, out_node;
  Field<const uint8_t> in_region, out_region;
};

/// Parameters of the three kernels, and of the loops on the CPU. `first` and `count` say which
/// elements.
struct CurrentsArguments {
  int64_t first, count;
  int64_t steps;
  WireEnds ends;
  Field<const float> inductance, resistance, capacitance;
  Field<float> current[kSegments];
  Field<float> voltage[kSegments - 1];
  Field<const float> node_voltage[3];  // private, shared, ghost
};

struct ChargeArguments {
  int64_t first, count;
  WireEnds ends;
  Field<const float> current_in, current_out;
  Field<float> charge[3];  // private, shared, ghost
};

/// Nodes of the private region and then those of the shared one.
struct VoltageArguments {
  int64_t first[2], count[2];
  Field<const float> capacitance[2], leakage[2];
  Field<float> charge[2], voltage[2];
};

GROMA_HOST_DEVICE inline void UpdateWire(const CurrentsArguments& a, int64_t wire) {
  float voltage[kSegments + 1];
  float current[kSegments];
  float old_voltage[kSegments + 1];
  float old_current[kSegments];
  voltage[0] = a.node_voltage[a.ends.in_region[wire] - 1][a.ends.in_node[wire]];
  voltage[kSegments] = a.node_voltage[a.ends.out_region[wire] - 1][a.ends.out_node[wire]];
  for (int i = 0; i < kSegments; ++i) old_current[i] = current[i] = a.current[i][wire];
  for (int i = 1; i < kSegments; ++i) old_voltage[i] = voltage[i] = a.voltage[i - 1][wire];

  const float inductance_over_dt = a.inductance[wire] * (1.0F / kTimeStep);
  const float conductance = 1.0F / a.resistance[wire];
  const float dt_over_capacitance = kTimeStep / a.capacitance[wire];
  for (int64_t step = 0; step < a.steps; ++step) {
    for (int i = 0; i < kSegments; ++i) {
      const float drop = voltage[i] - voltage[i + 1];
      current[i] = (drop - inductance_over_dt * (current[i] - old_current[i])) * conductance;
    }
    for (int i = 1; i < kSegments; ++i) {
      voltage[i] = old_voltage[i] + (current[i - 1] - current[i]) * dt_over_capacitance;
    }
  }
  for (int i = 0; i < kSegments; ++i) a.current[i][wire] = current[i];
  for (int i = 1; i < kSegments; ++i) a.voltage[i - 1][wire] = voltage[i];
}

/// `add(region, node, charge)` adds to the charge of a node; region 0 private, 1 shared, 2 ghost.
template <typename Add>
GROMA_HOST_DEVICE inline void MoveCharge(const ChargeArguments& a, int64_t wire, const Add& add) {
  add(a.ends.in_region[wire] - 1, a.ends.in_node[wire], -kTimeStep * a.current_in[wire]);
  add(a.ends.out_region[wire] - 1, a.ends.out_node[wire], kTimeStep * a.current_out[wire]);
}

/// `region` 0: private, 1: shared.
GROMA_HOST_DEVICE inline void UpdateNode(const VoltageArguments& a, int region, int64_t node) {
  const float charged =
      a.voltage[region][node] + a.charge[region][node] / a.capacitance[region][node];
  a.voltage[region][node] = charged * (1.0F - a.leakage[region][node]);
  a.charge[region][node] = 0.0F;
}

}  // namespace groma::circuit
