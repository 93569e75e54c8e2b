// What the kernels are made of: vectors, fields of vectors, and the pointers of the mesh. Shared by
// host code and CUDA device code. Double precision throughout.
//
// A zone is a polygon whose sides follow each other in the region of sides, anticlockwise. A side
// is the triangle between two points of the zone and the zone's centre; its edge is the line
// between the points. A corner belongs to a point of a zone and bears the number of the side that
// begins there.
#pragma once
#include <math.h>

#include "apps/common/field.h"

namespace groma::pennant {

using apps::Field;

struct Vector {
  double x, y;
};
GROMA_HOST_DEVICE inline Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y}; }
GROMA_HOST_DEVICE inline Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y}; }
GROMA_HOST_DEVICE inline Vector operator*(double f, Vector a) { return {f * a.x, f * a.y}; }
GROMA_HOST_DEVICE inline double Dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y; }
GROMA_HOST_DEVICE inline double Cross(Vector a, Vector b) { return a.x * b.y - a.y * b.x; }
GROMA_HOST_DEVICE inline double Length(Vector a) { return sqrt(Dot(a, a)); }
GROMA_HOST_DEVICE inline Vector Middle(Vector a, Vector b) { return 0.5 * (a + b); }
/// A quarter turn anticlockwise.
GROMA_HOST_DEVICE inline Vector Turned(Vector a) { return {-a.y, a.x}; }

template <typename T>
struct VectorField {
  Field<T> x, y;
  GROMA_HOST_DEVICE Vector operator[](int64_t i) const { return {x[i], y[i]}; }
  GROMA_HOST_DEVICE void Set(int64_t i, Vector v) const {
    x[i] = v.x;
    y[i] = v.y;
  }
};
using Vectors = VectorField<double>;
using VectorsIn = VectorField<const double>;
using Doubles = Field<double>;
using DoublesIn = Field<const double>;

/// Elements of a launch.
struct Range {
  int64_t first, count;
};

/// A field of vectors on points, in a piece's private and ghost points.
struct PointVectors {
  VectorsIn in[2];
  GROMA_HOST_DEVICE Vector At(uint8_t location, int64_t point) const {
    return in[location - 1][point];
  }
};

/// The points at which sides begin and end: numbers, and in which of a piece's two point regions (1
/// private, 2 ghost) each lies.
struct SideEnds {
  Field<const int64_t> first, second;
  Field<const uint8_t> first_in, second_in;
  GROMA_HOST_DEVICE Vector First(const PointVectors& points, int64_t side) const {
    return points.At(first_in[side], first[side]);
  }
  GROMA_HOST_DEVICE Vector Second(const PointVectors& points, int64_t side) const {
    return points.At(second_in[side], second[side]);
  }
};

/// The zones of a range of sides. The first side of each zone leads: its thread does what the zone
/// does, so that sums over a zone need no atomic updates and are the same on every processor.
struct ZoneOf {
  Range sides;
  Field<const int64_t> zone;
  GROMA_HOST_DEVICE int64_t operator[](int64_t side) const { return zone[side]; }
  GROMA_HOST_DEVICE bool Leads(int64_t side) const {
    return side == sides.first || zone[side - 1] != zone[side];
  }
  /// One past the last side of a leading side's zone.
  GROMA_HOST_DEVICE int64_t End(int64_t side) const {
    int64_t end = side + 1;
    while (end < sides.first + sides.count && zone[end] == zone[side]) ++end;
    return end;
  }
};

/// Where something would be divided by zero.
constexpr double kTiny = 1e-99;

}  // namespace groma::pennant
