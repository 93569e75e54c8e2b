#include "apps/circuit/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace groma::circuit {
namespace {

constexpr double kDt = 1e-6;

struct Circuit {
  std::vector<WireValues> wires;
  std::vector<NodeValues> nodes;
};

Circuit Build(const Options& options) {
  const Structure structure(options);
  Circuit circuit;
  for (int64_t piece = 0; piece < options.pieces; ++piece) {
    const std::vector<int64_t> neighbours = structure.Neighbours(piece);
    for (int64_t i = 0; i < options.wires_per_piece; ++i) {
      circuit.wires.push_back(structure.Wire(piece * options.wires_per_piece + i, neighbours));
    }
  }
  for (int64_t node = 0; node < options.nodes(); ++node) {
    circuit.nodes.push_back(structure.Node(node));
  }
  return circuit;
}

/// One time step of a wire between fixed end voltages; `current` and `inner` are its state.
void StepWire(const WireValues& wire, double from, double to, int64_t steps, double* current,
              double* inner) {
  const std::vector<double> before(current, current + 10);
  const std::vector<double> inner_before(inner, inner + 9);
  for (int64_t step = 0; step < steps; ++step) {
    double left = from;
    for (int segment = 0; segment < 10; ++segment) {
      const double right = segment == 9 ? to : inner[segment];
      const double induced = wire.inductance * (current[segment] - before[segment]) / kDt;
      current[segment] = (left - right - induced) / wire.resistance;
      left = right;
    }
    for (int joint = 0; joint < 9; ++joint) {
      inner[joint] =
          inner_before[joint] + kDt * (current[joint] - current[joint + 1]) / wire.capacitance;
    }
  }
}

double Difference(const std::vector<double>& computed, const std::vector<double>& expected) {
  if (computed.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double scale = std::numeric_limits<double>::min();
  double worst = 0;
  for (const double value : expected) scale = std::max(scale, std::abs(value));
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(computed[i] - expected[i]);
    if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, difference);
  }
  return worst / scale;
}

}  // namespace

State Reference(const Options& options, int64_t loops) {
  const Circuit circuit = Build(options);
  State state;
  for (const NodeValues& node : circuit.nodes) state.node_voltage.push_back(node.voltage);
  state.current.assign(circuit.wires.size() * 10, 0);
  state.voltage.assign(circuit.wires.size() * 9, 0);
  for (int64_t loop = 0; loop < loops; ++loop) {
    std::vector<double> charge(circuit.nodes.size(), 0);
    for (size_t i = 0; i < circuit.wires.size(); ++i) {
      const WireValues& wire = circuit.wires[i];
      const auto in = static_cast<size_t>(wire.in_node);
      const auto out = static_cast<size_t>(wire.out_node);
      double* const current = &state.current[i * 10];
      StepWire(wire, state.node_voltage[in], state.node_voltage[out], options.steps, current,
               &state.voltage[i * 9]);
      charge[in] -= kDt * current[0];
      charge[out] += kDt * current[9];
    }
    for (size_t i = 0; i < circuit.nodes.size(); ++i) {
      const NodeValues& node = circuit.nodes[i];
      state.node_voltage[i] =
          (state.node_voltage[i] + charge[i] / node.capacitance) * (1 - node.leakage);
    }
  }
  return state;
}

double RelativeError(const State& computed, const State& expected) {
  return std::max({Difference(computed.node_voltage, expected.node_voltage),
                   Difference(computed.current, expected.current),
                   Difference(computed.voltage, expected.voltage)});
}

}  // namespace groma::circuit
