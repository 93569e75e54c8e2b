// What the tasks that build the circuit write, and what that costs.
#pragma once
#include "apps/circuit/model.h"
#include "apps/circuit/structure.h"
#include "apps/common/work.h"

namespace groma::circuit {

/// Values of nodes of one partition.
struct NewNodes {
  const char* region;  // the partition's name, for reports
  Span nodes;
  Field<float> capacitance, leakage, charge, voltage;
};

/// The ends of wires, as they are written: see WireEnds.
struct NewEnds {
  Field<int64_t> in_node, out_node;
  Field<uint8_t> in_region, out_region;
};

/// Values of a superpiece's wires.
struct NewWires {
  Span wires;
  NewEnds ends;
  Field<float> inductance, resistance, capacitance;
  Field<float> current[kSegments];
  Field<float> voltage[kSegments - 1];
};

// The work of one task, named as in the program.
apps::Work InitNodesWork(const NewNodes& nodes);
/// `options` tell how many wires leave their piece; `range`: where the superpiece's ghost nodes
/// are written down.
apps::Work InitWiresWork(const Options& options, const NewWires& wires,
                         const apps::FieldUse& range);
apps::Work InitPointersWork(const Span& wires, const NewEnds& ends);
/// Reads `count` superpieces' ranges.
apps::Work CreateGhostPartitionWork(const apps::FieldUse& ranges, int64_t count);

}  // namespace groma::circuit
