#include "apps/pennant/topology.h"

namespace groma::pennant {

// Every element is written once, in order. Whole numbers and comparisons are no operations; a
// point's place in the grid times the widths of a zone are 2.
apps::Work InitializeTopologyWork(const NewTopology& mesh) {
  Statement statement("initialize_topology");
  statement.Streams(mesh.zones, mesh.corners);
  for (const NewPoints& points : {mesh.own, mesh.shared}) {
    statement.Flops(points.points.range.count, 2)
        .Streams(points.points, points.position, points.fixed_x, points.fixed_y);
  }
  const NewSides& sides = mesh.sides;
  return statement
      .Streams(sides.sides, sides.zone, sides.ends.first, sides.ends.second, sides.ends.first_in,
               sides.ends.second_in, sides.before, sides.after)
      .Done();
}

// A side: both points are read, where they lie is written. Only comparisons.
apps::Work InitPointersWork(const Part& sides, const NewEnds& ends) {
  return Statement("init_pointers")
      .Streams(sides, ends.first, ends.second)
      .Streams(sides, ends.first_in, ends.second_in)
      .Done();
}

}  // namespace groma::pennant
