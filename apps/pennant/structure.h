// The mesh as arithmetic: which zones, sides and points there are, what belongs to which piece and
// every pointer between them, as pure functions of the options. Nothing here reads a region, so
// partitions do not depend on data.
//
// The mesh is a grid of quadrilaterals, cut into columns and rows of pieces. Zones are numbered
// piece by piece, along x first; a zone has four sides, anticlockwise from its lower edge. Points
// that several pieces use come first, by the lowest piece that uses them, then each piece's own.
#pragma once
#include <cstdint>
#include <vector>

#include "apps/pennant/options.h"

namespace groma::pennant {

constexpr int64_t kCorners = 4;  // of a zone, and its sides

/// Inclusive; empty when last < first.
struct Span {
  int64_t first = 0;
  int64_t last = -1;
  int64_t size() const { return last < first ? 0 : last - first + 1; }
  bool Contains(int64_t i) const { return first <= i && i <= last; }
};

/// Where a point lies, seen from a piece. The values are stored in the regions.
enum class Location : uint8_t { kPrivate = 1, kGhost = 2 };

/// A place in the grid of zones or points.
struct Place {
  int64_t x, y;
};

/// Of sides at ghost points: along rows of zones, where zones that follow each other use points
/// that do, and along columns.
struct GhostEnds {
  int64_t in_rows = 0, in_columns = 0;
  int64_t count() const { return in_rows + in_columns; }
};

class Structure {
 public:
  explicit Structure(const Options& options);

  /// Points that several pieces use, and all others.
  Span AllGhost() const { return {0, shared_.back() - 1}; }
  Span AllPrivate() const { return {shared_.back(), options_.points() - 1}; }

  Span Zones(int64_t piece) const { return {zones_[At(piece)], zones_[At(piece + 1)] - 1}; }
  Span Sides(int64_t piece) const;
  Span Private(int64_t piece) const;
  /// The points among AllGhost() that the piece answers for: it is the lowest that uses them.
  Span Shared(int64_t piece) const { return {shared_[At(piece)], shared_[At(piece + 1)] - 1}; }
  /// All points among AllGhost() that the piece uses, its own too; ascending, not touching.
  std::vector<Span> Ghost(int64_t piece) const;

  int64_t ZoneNumber(Place zone) const;
  int64_t PointNumber(Place point) const;
  Location Locate(int64_t point) const {
    return AllGhost().Contains(point) ? Location::kGhost : Location::kPrivate;
  }
  /// Where a zone lies in the grid. Logarithmic in the pieces.
  Place ZonePlace(int64_t zone) const;
  /// The point at which a zone's side begins.
  static Place Corner(Place zone, int64_t side);
  /// The places of the points in Private(piece) or Shared(piece), in the order of their numbers.
  std::vector<Place> Places(int64_t piece, Location location) const;

  /// How many of the piece's sides begin at a ghost point. As many end at one.
  GhostEnds Ends(int64_t piece) const;

 private:
  /// Zones of a piece, and which of its edges other pieces share.
  struct Piece {
    int64_t x, y, width, height;
    bool left, right, bottom, top;
    /// The points that it answers for begin here: lower pieces answer for its lower left edges.
    int64_t own_x() const { return x + (left ? 1 : 0); }
    int64_t own_y() const { return y + (bottom ? 1 : 0); }
    int64_t own_columns() const { return x + width - own_x() + 1; }
    int64_t own_rows() const { return y + height - own_y() + 1; }
    int64_t private_columns() const { return own_columns() - (right ? 1 : 0); }
    int64_t private_rows() const { return own_rows() - (top ? 1 : 0); }
  };
  static size_t At(int64_t i) { return static_cast<size_t>(i); }
  Piece PieceAt(int64_t piece) const;
  int64_t PieceOfZone(Place zone) const;
  int64_t OwnerOf(Place point) const;

  Options options_;
  // Where the zones, shared and private points of each piece begin, and at the end how many.
  std::vector<int64_t> zones_, shared_, private_;
};

}  // namespace groma::pennant
