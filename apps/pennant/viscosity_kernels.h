// The tensor artificial viscosity of Campbell and Shashkov (JCP 172, 2001), corner by corner and
// side by side. Every structure is a kernel's parameter; calling it with an element's number does
// that element.
#pragma once
#include "apps/pennant/model.h"

namespace groma::pennant {

/// Velocities of zone centres: the means of the points'.
struct QcsZoneCenterVelocity {
  static constexpr char kKernel[] = "pennant_qcs_zone_center_velocity";
  ZoneOf zone_of;
  SideEnds ends;
  PointVectors velocity;
  Field<const uint8_t> points;  // of a zone
  Vectors centre_velocity;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    if (!zone_of.Leads(s)) return;
    Vector sum = {0, 0};
    for (int64_t t = s; t < zone_of.End(s); ++t) sum = sum + ends.First(velocity, t);
    const int64_t z = zone_of[s];
    centre_velocity.Set(z, (1.0 / points[z]) * sum);
  }
};

/// Of the quadrilateral between a corner's point, the middles of its two edges and the zone's
/// centre: area, cosine of the angle at the point, divergence of the velocity and, where that is
/// negative, the extent along the flow and the jump in velocity.
struct QcsCornerDivergence {
  static constexpr char kKernel[] = "pennant_qcs_corner_divergence";
  ZoneOf zone_of;
  SideEnds ends;
  Field<const int64_t> before;  // the previous side of a side
  PointVectors position, velocity;
  VectorsIn zone_centre, centre_velocity, edge_centre;
  DoublesIn edge_length;
  Doubles area, extent, jump, divergence, cosine;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    const int64_t t = before[s];
    const int64_t z = zone_of[s];
    const Vector u = ends.First(velocity, s);
    // Anticlockwise: the point, the edge that begins there, the centre, the edge that ends there.
    const Vector x[4] = {ends.First(position, s), edge_centre[s], zone_centre[z], edge_centre[t]};
    const Vector v[4] = {u, Middle(u, ends.Second(velocity, s)), centre_velocity[z],
                         Middle(ends.First(velocity, t), u)};
    const double a = 0.5 * Cross(x[2] - x[0], x[3] - x[1]);
    const double shorter = fmin(edge_length[s], edge_length[t]);
    area[s] = a;
    cosine[s] =
        shorter < 1e-12 ? 0 : 4 * Dot(x[3] - x[0], x[1] - x[0]) / (edge_length[s] * edge_length[t]);
    const double d = (Cross(v[2] - v[0], x[3] - x[1]) - Cross(v[3] - v[1], x[2] - x[0])) / (2 * a);
    divergence[s] = d;
    const bool shrinks = d < 0;
    extent[s] = shrinks ? Extent(x, v, a, shorter) : 0;
    jump[s] = shrinks ? Jump(v) : 0;
  }

 private:
  GROMA_HOST_DEVICE static double Extent(const Vector (&x)[4], const Vector (&v)[4], double a,
                                         double shorter) {
    const Vector one = Middle(x[1], x[2]) - Middle(x[0], x[3]);
    const Vector other = Middle(x[2], x[3]) - Middle(x[0], x[1]);
    const Vector mean = 0.25 * (v[0] + v[1] + v[2] + v[3]);
    const double one_length = Length(one);
    const double other_length = Length(other);
    const bool along_one =
        fabs(Dot(one, mean)) * other_length > fabs(Dot(other, mean)) * one_length;
    const double ratio = along_one ? one_length / other_length : other_length / one_length;
    return fmin(sqrt(4 * a * ratio), 2 * shorter);
  }
  GROMA_HOST_DEVICE static double Jump(const Vector (&v)[4]) {
    const Vector one = v[1] + v[2] - v[0] - v[3];
    const Vector other = v[2] + v[3] - v[0] - v[1];
    return sqrt(fmax(Dot(one, one), Dot(other, other)));
  }
};

/// Stresses along a corner's two edges, by a viscosity in Kuropatenko's form.
struct QcsQcnForce {
  static constexpr char kKernel[] = "pennant_qcs_qcn_force";
  ZoneOf zone_of;
  double linear, quadratic, gamma;
  SideEnds ends;
  Field<const int64_t> before;
  PointVectors velocity;
  DoublesIn density_half, sound_speed;
  DoublesIn edge_length, extent, jump, divergence;
  Vectors stress_in, stress_out;  // along the edge that ends at the point, and the one that begins
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    const int64_t t = before[s];
    const int64_t z = zone_of[s];
    const double by_jump = 0.25 * quadratic * (gamma + 1) * jump[s];
    const double by_sound = linear * sound_speed[z];
    const double speed = by_jump + sqrt(by_jump * by_jump + by_sound * by_sound);
    const double viscosity = divergence[s] > 0 ? 0 : speed * density_half[z] * extent[s];
    const Vector u = ends.First(velocity, s);
    stress_in.Set(s, (viscosity / edge_length[t]) * (u - ends.First(velocity, t)));
    stress_out.Set(s, (viscosity / edge_length[s]) * (ends.Second(velocity, s) - u));
  }
};

/// Forces across sides, from the stresses in the corners at both ends of each.
struct QcsForce {
  static constexpr char kKernel[] = "pennant_qcs_force";
  Range range;
  Field<const int64_t> after;  // the next side of a side
  DoublesIn edge_length, area, cosine;
  VectorsIn stress_in, stress_out;
  Vectors force;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    const int64_t t = after[s];
    const Vector here = Weight(s) * (stress_out[s] + Cosine(s) * stress_in[s]);
    const Vector there = Weight(t) * (stress_in[t] + Cosine(t) * stress_out[t]);
    force.Set(s, (1 / edge_length[s]) * (here + there));
  }

 private:
  GROMA_HOST_DEVICE double SineSquared(int64_t corner) const {
    return 1 - cosine[corner] * cosine[corner];
  }
  GROMA_HOST_DEVICE double Weight(int64_t corner) const {
    const double sine_squared = SineSquared(corner);
    return sine_squared < 1e-4 ? 0 : area[corner] / sine_squared;
  }
  GROMA_HOST_DEVICE double Cosine(int64_t corner) const {
    return SineSquared(corner) < 1e-4 ? 0 : cosine[corner];
  }
};

/// The speed by which the viscosity bounds the time step: that of the fastest change of an edge's
/// length.
struct QcsVelDiff {
  static constexpr char kKernel[] = "pennant_qcs_vel_diff";
  ZoneOf zone_of;
  double linear, quadratic;
  SideEnds ends;
  PointVectors position, velocity;
  DoublesIn sound_speed, edge_length;
  Doubles speed, fastest_edge;
  GROMA_HOST_DEVICE void operator()(int64_t s) const {
    if (!zone_of.Leads(s)) return;
    double fastest = 0;
    for (int64_t t = s; t < zone_of.End(s); ++t) {
      const Vector dx = ends.Second(position, t) - ends.First(position, t);
      const Vector du = ends.Second(velocity, t) - ends.First(velocity, t);
      const double length = edge_length[t];
      if (length > 0) fastest = fmax(fastest, fabs(Dot(du, dx)) / length);
    }
    const int64_t z = zone_of[s];
    fastest_edge[z] = fastest;
    speed[z] = linear * sound_speed[z] + 2 * quadratic * fastest;
  }
};

}  // namespace groma::pennant
