// What tasks do with each side: geometry, masses and forces of points, work. Every structure is a
// kernel's parameter; calling it with an element's number does that element. The first side of a
// zone does what the whole zone does.
#pragma once
#include "apps/pennant/model.h"

namespace groma::pennant {

/// Centres of zones and middles of edges.
struct CalcCenters {
  static constexpr char kKernel[] = "pennant_calc_centers";
  ZoneOf zone_of;
  SideEnds ends;
  PointVectors position;
  Field<const uint8_t> points;  // of a zone
  Vectors zone_centre, edge_centre;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    edge_centre.Set(s, Middle(ends.First(position, s), ends.Second(position, s)));
    if (!zone_of.Leads(s)) return;
    Vector sum = {0, 0};
    for (int64_t t = s; t < zone_of.End(s); ++t) sum = sum + ends.First(position, t);
    const int64_t z = zone_of[s];
    zone_centre.Set(z, (1.0 / points[z]) * sum);
  }
};

/// Areas of sides; areas and volumes of zones, the latter by rotation about the y axis.
struct CalcVolumes {
  static constexpr char kKernel[] = "pennant_calc_volumes";
  ZoneOf zone_of;
  SideEnds ends;
  PointVectors position;
  VectorsIn zone_centre;
  Doubles zone_area, zone_volume, side_area;
  bool lengths;  // whether edge lengths are wanted:
  Doubles edge_length;
  Field<int64_t> tangled;  // element 0 counts sides that are turned inside out
  GROMA_HOST_DEVICE double Area(int64_t s, Vector centre) const {
    const Vector first = ends.First(position, s);
    return 0.5 * Cross(ends.Second(position, s) - first, centre - first);
  }
  /// `count(tangled)` adds one.
  template <typename Count>
  GROMA_HOST_DEVICE void Do(int64_t s, const Count& count) const {
    const int64_t z = zone_of[s];
    const Vector centre = zone_centre[z];
    side_area[s] = Area(s, centre);
    if (!(side_area[s] > 0)) count(tangled[0]);
    if (lengths) edge_length[s] = Length(ends.Second(position, s) - ends.First(position, s));
    if (!zone_of.Leads(s)) return;
    double area = 0;
    double volume = 0;
    for (int64_t t = s; t < zone_of.End(s); ++t) {
      const double side = Area(t, centre);
      area += side;
      volume += side * (ends.First(position, t).x + ends.Second(position, t).x + centre.x) / 3;
    }
    zone_area[z] = area;
    zone_volume[z] = volume;
  }
};

/// The part of a zone's mass that a side has; it keeps it.
struct InitSideFracs {
  static constexpr char kKernel[] = "pennant_init_side_fracs";
  ZoneOf zone_of;
  DoublesIn zone_area, side_area;
  Doubles fraction;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    fraction[s] = side_area[s] / zone_area[zone_of[s]];
  }
};

/// The smallest distance across a zone: of a quadrilateral twice the height of its flattest side.
struct CalcCharLen {
  static constexpr char kKernel[] = "pennant_calc_char_len";
  ZoneOf zone_of;
  Field<const uint8_t> points;  // of a zone
  DoublesIn side_area, edge_length;
  Doubles length;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    if (!zone_of.Leads(s)) return;
    const int64_t z = zone_of[s];
    const double factor = points[z] == 3 ? 3 : 4;
    double smallest = 1e99;
    for (int64_t t = s; t < zone_of.End(s); ++t) {
      smallest = fmin(smallest, factor * side_area[t] / edge_length[t]);
    }
    length[z] = smallest;
  }
};

/// Adds a corner's mass to its point: `add(ghost, to, point, value)`, where `ghost` says that other
/// pieces may add to the same point.
struct SumPointMass {
  static constexpr char kKernel[] = "pennant_sum_point_mass";
  ZoneOf zone_of;
  Field<const int64_t> first, before;  // point and previous side of a side
  Field<const uint8_t> first_in;
  DoublesIn fraction, zone_area, density_half;
  Doubles mass[2];  // private, ghost
  template <typename Add>
  GROMA_HOST_DEVICE void Do(int64_t s, const Add& add) const {
    const int64_t z = zone_of[s];
    const double part = 0.5 * (fraction[s] + fraction[before[s]]);
    const int location = first_in[s] - 1;
    add(location == 1, mass[location], first[s], density_half[z] * zone_area[z] * part);
  }
};

/// Forces across the line from a zone's centre to the middle of a side's edge, on the point where
/// the side begins (the point where it ends gets the opposite): of the zone's pressure, and with
/// that of the subzonal pressure, by which a side resists being squeezed more than its zone
/// (Caramana and Shashkov, JCP 142, 1998).
struct CalcForcePgasTts {
  static constexpr char kKernel[] = "pennant_calc_force_pgas_tts";
  ZoneOf zone_of;
  double subzonal, least_sound_speed;
  VectorsIn zone_centre;
  DoublesIn zone_area, density_half, pressure, sound_speed;
  DoublesIn side_area, fraction;
  VectorsIn edge_centre;
  Vectors pressure_force, force;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    const int64_t z = zone_of[s];
    const Vector outward = Turned(edge_centre[s] - zone_centre[z]);
    const double r = density_half[z];
    const double speed = fmax(sound_speed[z], least_sound_speed);
    const double excess = r * fraction[s] * zone_area[z] / side_area[s] - r;
    const double p = pressure[z];
    pressure_force.Set(s, -p * outward);
    force.Set(s, -(p + subzonal * speed * speed * excess) * outward);
  }
};

/// Adds a corner's force to its point: that across the side, and against that across the one
/// before. `add` as for SumPointMass.
struct SumPointForce {
  static constexpr char kKernel[] = "pennant_sum_point_force";
  ZoneOf zone_of;
  Field<const int64_t> first, before;
  Field<const uint8_t> first_in;
  VectorsIn force, viscous_force;
  Vectors sum[2];  // private, ghost
  template <typename Add>
  GROMA_HOST_DEVICE void Do(int64_t s, const Add& add) const {
    const int64_t t = before[s];
    const Vector corner = (force[s] + viscous_force[s]) - (force[t] + viscous_force[t]);
    const int location = first_in[s] - 1;
    add(location == 1, sum[location].x, first[s], corner.x);
    add(location == 1, sum[location].y, first[s], corner.y);
  }
};

/// Takes the work that a zone's forces do on its points, which move with the mean of the velocities
/// before and after, from the zone's energy.
struct CalcWork {
  static constexpr char kKernel[] = "pennant_calc_work";
  ZoneOf zone_of;
  double dt;
  SideEnds ends;
  PointVectors position_half, velocity_before, velocity;
  VectorsIn pressure_force, viscous_force;
  Doubles total_energy, work;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    if (!zone_of.Leads(s)) return;
    double gain = 0;
    for (int64_t t = s; t < zone_of.End(s); ++t) {
      const Vector f = pressure_force[t] + viscous_force[t];
      const Vector u1 = ends.First(velocity_before, t) + ends.First(velocity, t);
      const Vector u2 = ends.Second(velocity_before, t) + ends.Second(velocity, t);
      gain += Dot(f, u2) * ends.Second(position_half, t).x -
              Dot(f, u1) * ends.First(position_half, t).x;
    }
    const int64_t z = zone_of[s];
    work[z] = 0.5 * dt * gain;
    total_energy[z] += work[z];
  }
};

}  // namespace groma::pennant
