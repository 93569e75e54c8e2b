// What the tasks that build the mesh write, and what that costs.
#pragma once
#include "apps/pennant/work.h"

namespace groma::pennant {

/// Places and flags of the points of one partition.
struct NewPoints {
  Part points;
  Vectors position;
  Field<uint8_t> fixed_x, fixed_y;
};

/// The ends of sides, as they are written: see SideEnds.
struct NewEnds {
  Field<int64_t> first, second;
  Field<uint8_t> first_in, second_in;
};

/// Pointers of sides.
struct NewSides {
  Part sides;
  Field<int64_t> zone;
  NewEnds ends;
  Field<int64_t> before, after;
};

struct NewTopology {
  Part zones;
  Field<uint8_t> corners;  // of each zone: how many
  NewPoints own, shared;
  NewSides sides;
};

// The work of one task, named as in the program.
apps::Work InitializeTopologyWork(const NewTopology& mesh);
apps::Work InitPointersWork(const Part& sides, const NewEnds& ends);

}  // namespace groma::pennant
