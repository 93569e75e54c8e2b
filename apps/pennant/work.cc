#include "apps/pennant/work.h"

namespace groma::pennant {

// How bytes are counted.
//
// Threads follow each other along sides (or zones, or points), so a field of sides is a stream. So
// are the zones of sides that follow each other: neighbours' reads of one zone meet in one line,
// and a zone's field moves once. The private points are used by two rows of zones; a row's points
// (at the published size 321, 5 kB of two fields) are still in the second-level cache when the next
// row needs them, so they too move once, in order. A side's neighbours in its zone are beside it,
// and move with it.
//
// Ghost points along a row of zones are used in order, by two sides of every zone: a stream for
// each of a side's ends. Those along a column of zones are used once a row: scattered.
//
// A field that is read and written in one launch is two passes. Operations count one for each
// addition, multiplication, division, square root, minimum and absolute value.

void Statement::GathersGhosts(const Piece& piece, int64_t ends, const VectorsIn& field) {
  if (piece.ghost.range.count == 0) return;
  for (const DoublesIn& part : {field.x, field.y}) {
    const apps::FieldUse use = apps::UseOf(part, piece.ghost.range.first, piece.ghost.region);
    work_.AddStreamed({use}, ends * piece.ends.in_rows, 1);
    work_.AddScattered(use, ends * piece.ends.in_columns);
  }
}

// Of ghost points always atomic: other pieces may add to them. Of private points where threads
// share the piece; else they are read and written in order.
Statement& Statement::Adds(const Piece& piece, const Doubles& own, const Doubles& ghost) {
  const int64_t ghosts = piece.ends.count();
  if (ghosts > 0) {
    work_.AddAtomics(apps::UseOf(ghost, piece.ghost.range.first, piece.ghost.region), ghosts);
  }
  if (piece.own.range.count == 0) return *this;
  if (piece.atomic) {
    work_.AddAtomics(apps::UseOf(own, piece.own.range.first, piece.own.region),
                     piece.sides.range.count - ghosts);
    return *this;
  }
  return Streams(piece.own, own).Streams(piece.own, own);
}

apps::Work WorkOf(const char* task, const Part& part, const ZeroField& k) {
  Statement statement(task);
  if (k.bytes == 1) return statement.Streams(part, k.flags).Done();
  return statement.Streams(part, k.words).Done();
}

// |x| 4, one division, two products.
apps::Work WorkOf(const char* task, const Part& points, const InitRadialVelocity& k) {
  return Statement(task)
      .Flops(k.range.count, 7)
      .Streams(points, k.position)
      .Streams(points, k.velocity)
      .Done();
}

apps::Work WorkOf(const char* task, const Part& points, const InitStepPoints& k) {
  return Statement(task).Streams(points, k.force, k.mass).Done();
}

// x + (dt / 2) u.
apps::Work WorkOf(const char* task, const Part& points, const AdvPosHalf& k) {
  return Statement(task)
      .Flops(k.range.count, 5)
      .Streams(points, k.position, k.velocity)
      .Streams(points, k.position_before, k.position_half, k.velocity_before)
      .Done();
}

// Reads both flags of every point; the few points on the mesh's outer edges that are written are
// not counted.
apps::Work WorkOf(const char* task, const Part& points, const ApplyBoundaryConditions& k) {
  return Statement(task).Streams(points, k.fixed_x, k.fixed_y).Done();
}

// dt / max(m): 2, u: 4, x: 7.
apps::Work WorkOf(const char* task, const Part& points, const AdvPosFull& k) {
  return Statement(task)
      .Flops(k.range.count, 13)
      .Streams(points, k.position_before, k.velocity_before, k.force, k.mass)
      .Streams(points, k.position, k.velocity)
      .Done();
}

apps::Work WorkOf(const char* task, const Piece& piece, const InitMeshZones& k) {
  return Statement(task).Streams(piece.zones, k.centre, k.area, k.volume).Done();
}

// Mass and energy.
apps::Work WorkOf(const char* task, const Piece& piece, const InitHydro& k) {
  return Statement(task)
      .Flops(k.range.count, 2)
      .Streams(piece.zones, k.centre, k.volume)
      .Streams(piece.zones, k.mass, k.density, k.energy, k.total_energy, k.heating)
      .Done();
}

apps::Work WorkOf(const char* task, const Piece& piece, const InitStepZones& k) {
  return Statement(task)
      .Streams(piece.zones, k.volume)
      .Streams(piece.zones, k.volume_before)
      .Done();
}

apps::Work WorkOf(const char* task, const Piece& piece, const CalcRhoHalf& k) {
  return Statement(task)
      .Flops(k.range.count, 1)
      .Streams(piece.zones, k.volume_half, k.mass)
      .Streams(piece.zones, k.density_half)
      .Done();
}

// max(e) 1, (g - 1) r 2, sound speed 4 with its root, 1 / m 2, dv 2, heat 3, change 5, pressure 6.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcStateAtHalf& k) {
  return Statement(task)
      .Flops(k.range.count, 25)
      .Streams(piece.zones, k.volume_before, k.volume_half, k.mass, k.density, k.energy, k.heating)
      .Streams(piece.zones, k.pressure, k.sound_speed)
      .Done();
}

// max(m) 1, heating 4, energy 1, density 1.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcWorkRateEnergyRhoFull& k) {
  return Statement(task)
      .Flops(k.range.count, 7)
      .Streams(piece.zones, k.volume_before, k.volume, k.mass, k.total_energy, k.work, k.pressure)
      .Streams(piece.zones, k.density, k.energy, k.heating)
      .Done();
}

// Two maxima, the change 4, the bounds 5. (One update of the minimum for each block of threads is
// not counted: at most 512.)
apps::Work WorkOf(const char* task, const Piece& piece, const CalcDtHydro& k) {
  return Statement(task)
      .Flops(k.range.count, 11)
      .Streams(piece.zones, k.volume_before, k.volume, k.length, k.sound_speed, k.viscous_speed)
      .Done();
}

// A side: the middle of its edge 4, its part of the zone's sum 2. A zone: 3.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcCenters& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 6)
      .Flops(piece.zones.range.count, 3)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in)
      .Gathers(piece, 2, k.position)
      .Streams(piece.zones, k.points)
      .Streams(piece.sides, k.edge_centre)
      .Streams(piece.zones, k.zone_centre)
      .Done();
}

// A side: its area 8, the rotation 4 and both sums 2, the length of its edge 6.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcVolumes& k) {
  Statement statement(task);
  statement.Flops(piece.sides.range.count, k.lengths ? 20 : 14)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in)
      .Gathers(piece, 2, k.position)
      .Streams(piece.zones, k.zone_centre)
      .Streams(piece.zones, k.zone_area, k.zone_volume);
  if (k.lengths) return statement.Streams(piece.sides, k.side_area, k.edge_length).Done();
  return statement.Streams(piece.sides, k.side_area).Done();
}

apps::Work WorkOf(const char* task, const Piece& piece, const InitSideFracs& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 1)
      .Streams(piece.sides, k.zone_of.zone, k.side_area)
      .Streams(piece.zones, k.zone_area)
      .Streams(piece.sides, k.fraction)
      .Done();
}

// A side: factor, division, minimum.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcCharLen& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 3)
      .Streams(piece.sides, k.zone_of.zone, k.side_area, k.edge_length)
      .Streams(piece.zones, k.points)
      .Streams(piece.zones, k.length)
      .Done();
}

// A side: half the sum of two fractions 2, times density and area 2, the update 1.
apps::Work WorkOf(const char* task, const Piece& piece, const SumPointMass& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 5)
      .Streams(piece.sides, k.zone_of.zone, k.first, k.first_in, k.before, k.fraction)
      .Streams(piece.zones, k.zone_area, k.density_half)
      .Adds(piece, k.mass[0], k.mass[1])
      .Done();
}

// A side: the turned line 3, the triangle's excess density 4, the larger speed 1, the pressure's
// force 3, the subzonal one 7.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcForcePgasTts& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 18)
      .Streams(piece.sides, k.zone_of.zone, k.side_area, k.fraction, k.edge_centre)
      .Streams(piece.zones, k.zone_centre, k.zone_area, k.density_half, k.pressure, k.sound_speed)
      .Streams(piece.sides, k.pressure_force, k.force)
      .Done();
}

// A side: three vector sums 6, two updates.
apps::Work WorkOf(const char* task, const Piece& piece, const SumPointForce& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 8)
      .Streams(piece.sides, k.first, k.first_in, k.before, k.force, k.viscous_force)
      .Adds(piece, k.sum[0].x, k.sum[1].x)
      .Adds(piece, k.sum[0].y, k.sum[1].y)
      .Done();
}

// A side: the force 2, two sums of velocities 4, two products with it 6, with the radii 2, both
// sums 2. A zone: 3.
apps::Work WorkOf(const char* task, const Piece& piece, const CalcWork& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 16)
      .Flops(piece.zones.range.count, 3)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in, k.pressure_force, k.viscous_force)
      .Gathers(piece, 2, k.position_half, k.velocity_before, k.velocity)
      .Streams(piece.zones, k.total_energy)
      .Streams(piece.zones, k.total_energy, k.work)
      .Done();
}

// A side: 2. A zone: 3.
apps::Work WorkOf(const char* task, const Piece& piece, const QcsZoneCenterVelocity& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 2)
      .Flops(piece.zones.range.count, 3)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.first_in)
      .Gathers(piece, 1, k.velocity)
      .Streams(piece.zones, k.points)
      .Streams(piece.zones, k.centre_velocity)
      .Done();
}

// A corner: two mean velocities 8, area 8, shorter edge 1, cosine 10, divergence 13; and, since a
// thread that need not waits for those beside it that must, extent 50 (its two directions 20, mean
// velocity 8, lengths 8, along which 8, the extent itself 6) and jump 20.
apps::Work WorkOf(const char* task, const Piece& piece, const QcsCornerDivergence& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 110)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in, k.before, k.edge_centre, k.edge_length)
      .Gathers(piece, 2, k.position, k.velocity)
      .Streams(piece.zones, k.zone_centre, k.centre_velocity)
      .Streams(piece.sides, k.area, k.extent, k.jump, k.divergence, k.cosine)
      .Done();
}

// A corner: the quadratic part 4, the linear part 1, together 5, the viscosity 2; a stress 5, two
// of them.
apps::Work WorkOf(const char* task, const Piece& piece, const QcsQcnForce& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 22)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in, k.before, k.edge_length, k.extent, k.jump, k.divergence)
      .Gathers(piece, 2, k.velocity)
      .Streams(piece.zones, k.density_half, k.sound_speed)
      .Streams(piece.sides, k.stress_in, k.stress_out)
      .Done();
}

// A side: the weights of its two corners 3 each, their mixed stresses 6 each, the sum over the
// edge's length 5.
apps::Work WorkOf(const char* task, const Piece& piece, const QcsForce& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 23)
      .Streams(piece.sides, k.after, k.edge_length, k.area, k.cosine, k.stress_in, k.stress_out)
      .Streams(piece.sides, k.force)
      .Done();
}

// A side: two differences 4, their product 3, its size over the length 2, the maximum 1. A zone: 4.
apps::Work WorkOf(const char* task, const Piece& piece, const QcsVelDiff& k) {
  return Statement(task)
      .Flops(piece.sides.range.count, 10)
      .Flops(piece.zones.range.count, 4)
      .Streams(piece.sides, k.zone_of.zone, k.ends.first, k.ends.second, k.ends.first_in,
               k.ends.second_in, k.edge_length)
      .Gathers(piece, 2, k.position, k.velocity)
      .Streams(piece.zones, k.sound_speed)
      .Streams(piece.zones, k.speed, k.fastest_edge)
      .Done();
}

}  // namespace groma::pennant
