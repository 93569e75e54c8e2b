#include "apps/pennant/structure.h"

#include <algorithm>

namespace groma::pennant {
namespace {

/// Part `i` of `count` cut into `parts` as equal as can be begins here.
int64_t Begin(int64_t count, int64_t parts, int64_t i) { return i * count / parts; }

/// The part that holds element `e`.
int64_t PartOf(int64_t count, int64_t parts, int64_t e) { return ((e + 1) * parts - 1) / count; }

}  // namespace

Structure::Structure(const Options& options)
    : options_(options), zones_(1, 0), shared_(1, 0), private_(1, 0) {
  for (int64_t i = 0; i < options.pieces; ++i) {
    const Piece piece = PieceAt(i);
    const int64_t own = piece.own_columns() * piece.own_rows();
    const int64_t alone = piece.private_columns() * piece.private_rows();
    zones_.push_back(zones_.back() + piece.width * piece.height);
    shared_.push_back(shared_.back() + own - alone);
    private_.push_back(private_.back() + alone);
  }
}

Structure::Piece Structure::PieceAt(int64_t piece) const {
  const int64_t column = piece % options_.pieces_x;
  const int64_t row = piece / options_.pieces_x;
  const int64_t x = Begin(options_.zones_x, options_.pieces_x, column);
  const int64_t y = Begin(options_.zones_y, options_.pieces_y, row);
  return {.x = x,
          .y = y,
          .width = Begin(options_.zones_x, options_.pieces_x, column + 1) - x,
          .height = Begin(options_.zones_y, options_.pieces_y, row + 1) - y,
          .left = column > 0,
          .right = column + 1 < options_.pieces_x,
          .bottom = row > 0,
          .top = row + 1 < options_.pieces_y};
}

Span Structure::Sides(int64_t piece) const {
  const Span zones = Zones(piece);
  return {kCorners * zones.first, kCorners * (zones.last + 1) - 1};
}

Span Structure::Private(int64_t piece) const {
  const int64_t begin = AllPrivate().first;
  return {begin + private_[At(piece)], begin + private_[At(piece + 1)] - 1};
}

int64_t Structure::PieceOfZone(Place zone) const {
  return PartOf(options_.zones_y, options_.pieces_y, zone.y) * options_.pieces_x +
         PartOf(options_.zones_x, options_.pieces_x, zone.x);
}

// The zones around a point lie to its lower left, and so does the lowest piece.
int64_t Structure::OwnerOf(Place point) const {
  return PieceOfZone({std::max<int64_t>(point.x - 1, 0), std::max<int64_t>(point.y - 1, 0)});
}

int64_t Structure::ZoneNumber(Place zone) const {
  const int64_t number = PieceOfZone(zone);
  const Piece piece = PieceAt(number);
  return zones_[At(number)] + (zone.y - piece.y) * piece.width + zone.x - piece.x;
}

Place Structure::ZonePlace(int64_t zone) const {
  const auto after = std::upper_bound(zones_.begin(), zones_.end(), zone);
  const int64_t number = after - zones_.begin() - 1;
  const Piece piece = PieceAt(number);
  const int64_t index = zone - zones_[At(number)];
  return {piece.x + index % piece.width, piece.y + index / piece.width};
}

// Shared points of a piece: the one at the end of each of its lower rows when there is a piece to
// the right, and its whole top row when there is one above.
int64_t Structure::PointNumber(Place point) const {
  const int64_t number = OwnerOf(point);
  const Piece piece = PieceAt(number);
  const int64_t x = point.x - piece.own_x();
  const int64_t y = point.y - piece.own_y();
  const bool in_top_row = y >= piece.private_rows();
  if (in_top_row) {
    return shared_[At(number)] + (piece.right ? piece.private_rows() : 0) + x;
  }
  if (x >= piece.private_columns()) return shared_[At(number)] + y;
  return AllPrivate().first + private_[At(number)] + y * piece.private_columns() + x;
}

Place Structure::Corner(Place zone, int64_t side) {
  return {zone.x + (side == 1 || side == 2 ? 1 : 0), zone.y + (side >= 2 ? 1 : 0)};
}

std::vector<Place> Structure::Places(int64_t piece, Location location) const {
  const Piece p = PieceAt(piece);
  std::vector<Place> places;
  for (int64_t y = 0; y < p.own_rows(); ++y) {
    for (int64_t x = 0; x < p.own_columns(); ++x) {
      const bool alone = x < p.private_columns() && y < p.private_rows();
      if (alone == (location == Location::kPrivate)) {
        places.push_back({p.own_x() + x, p.own_y() + y});
      }
    }
  }
  return places;
}

std::vector<Span> Structure::Ghost(int64_t piece) const {
  const Piece p = PieceAt(piece);
  std::vector<int64_t> points;
  for (int64_t i = 0; i <= p.width; ++i) {
    if (p.bottom) points.push_back(PointNumber({p.x + i, p.y}));
    if (p.top) points.push_back(PointNumber({p.x + i, p.y + p.height}));
  }
  for (int64_t i = 0; i <= p.height; ++i) {
    if (p.left) points.push_back(PointNumber({p.x, p.y + i}));
    if (p.right) points.push_back(PointNumber({p.x + p.width, p.y + i}));
  }
  std::sort(points.begin(), points.end());
  std::vector<Span> spans;
  for (const int64_t point : points) {
    if (!spans.empty() && point <= spans.back().last + 1) {
      spans.back().last = point;
    } else {
      spans.push_back({point, point});
    }
  }
  return spans;
}

// A side begins at each corner of each zone. Along an edge every zone has two corners; a corner of
// the piece between two shared edges is on both.
GhostEnds Structure::Ends(int64_t piece) const {
  const Piece p = PieceAt(piece);
  const int64_t upright = (p.left ? 1 : 0) + (p.right ? 1 : 0);
  const int64_t level = (p.bottom ? 1 : 0) + (p.top ? 1 : 0);
  return {2 * p.width * level, 2 * p.height * upright - upright * level};
}

}  // namespace groma::pennant
