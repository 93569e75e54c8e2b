#include "apps/circuit/init_work.h"

namespace groma::circuit {
namespace {

constexpr char kWires[] = "rp_wires";

// Operations of structure.cc, in double precision; what random bits, numbers of nodes and
// comparisons take is none. A random number is one product, of a choice from a number of things
// another. A node: capacitance 3, leakage 2, voltage 3 (the scale is the same for all). A wire: its
// first node 2, whether it stays 2, its other node 2, resistance 3, inductance 4, capacitance 4;
// where it leaves its piece, that node's piece 2.
constexpr double kFlopsOfNewNode = 8;
constexpr double kFlopsOfNewWire = 17;
constexpr double kFlopsOfLeaving = 2;

}  // namespace

// Per node: four values are written.
apps::Work InitNodesWork(const NewNodes& nodes) {
  apps::Work work("init_nodes");
  const int64_t first = nodes.nodes.first;
  const int64_t count = nodes.nodes.size();
  work.AddDoubleFlops(static_cast<double>(count) * kFlopsOfNewNode);
  work.AddStreamed({apps::UseOf(nodes.capacitance, first, nodes.region),
                    apps::UseOf(nodes.leakage, first, nodes.region),
                    apps::UseOf(nodes.charge, first, nodes.region),
                    apps::UseOf(nodes.voltage, first, nodes.region)},
                   count, 1);
  return work;
}

// Per wire: both ends' numbers and regions, three constants, ten currents and nine voltages are
// written. The superpiece's range once.
apps::Work InitWiresWork(const Options& options, const NewWires& wires,
                         const apps::FieldUse& range) {
  apps::Work work("init_wires");
  const int64_t first = wires.wires.first;
  const int64_t count = wires.wires.size();
  const double leaving =
      options.pieces > 1 ? static_cast<double>(100 - options.percent_in_piece) / 100 : 0;
  work.AddDoubleFlops(static_cast<double>(count) * (kFlopsOfNewWire + leaving * kFlopsOfLeaving));
  std::vector<apps::FieldUse> uses = {apps::UseOf(wires.ends.in_node, first, kWires),
                                      apps::UseOf(wires.ends.in_region, first, kWires),
                                      apps::UseOf(wires.ends.out_node, first, kWires),
                                      apps::UseOf(wires.ends.out_region, first, kWires)};
  for (const auto& field : {wires.inductance, wires.resistance, wires.capacitance})
    uses.push_back(apps::UseOf(field, first, kWires));
  for (const auto& field : wires.current) uses.push_back(apps::UseOf(field, first, kWires));
  for (const auto& field : wires.voltage) uses.push_back(apps::UseOf(field, first, kWires));
  work.AddStreamed(uses, count, 1);
  work.AddStreamed({range}, 1, 1);
  return work;
}

// Per wire: both ends' numbers are read and their regions written. Only comparisons.
apps::Work InitPointersWork(const Span& wires, const NewEnds& ends) {
  apps::Work work("init_pointers");
  work.AddStreamed({apps::UseOf(ends.in_node, wires.first, kWires),
                    apps::UseOf(ends.out_node, wires.first, kWires)},
                   wires.size(), 1);
  work.AddStreamed({apps::UseOf(ends.in_region, wires.first, kWires),
                    apps::UseOf(ends.out_region, wires.first, kWires)},
                   wires.size(), 1);
  return work;
}

apps::Work CreateGhostPartitionWork(const apps::FieldUse& ranges, int64_t count) {
  apps::Work work("create_ghost_partition");
  work.AddStreamed({ranges}, count, 1);
  return work;
}

}  // namespace groma::circuit
