// Ranges and rectangles, and how a range is cut into tiles.
#pragma once
#include <algorithm>
#include <cstdint>

namespace groma::gemm {

/// How many pieces of `length` elements, the last one maybe shorter, `size` elements make.
constexpr int64_t Pieces(int64_t size, int64_t length) { return (size + length - 1) / length; }

/// From `first` to `last`; empty when last < first.
struct Span {
  int64_t first = 0;
  int64_t last = -1;

  int64_t size() const { return last < first ? 0 : last - first + 1; }
  bool operator==(const Span&) const = default;

  /// Part `i` of `parts`, each ⌈size / parts⌉ long; the last ones are shorter or empty when that
  /// does not divide.
  Span Part(int64_t i, int64_t parts) const {
    const int64_t length = Pieces(size(), parts);
    const int64_t begin = std::min(first + i * length, last + 1);
    return {begin, std::min(begin + length - 1, last)};
  }
};

/// Rows and columns of a matrix.
struct Tile {
  Span rows, columns;

  int64_t size() const { return rows.size() * columns.size(); }
  bool operator==(const Tile&) const = default;
};

/// m x n, m x k and k x n elements of A, B and C.
struct Sizes {
  int64_t m = 0, n = 0, k = 0;

  Span rows() const { return {0, m - 1}; }
  Span columns() const { return {0, n - 1}; }
  Span inner() const { return {0, k - 1}; }
  /// Of a multiplication: a product and a sum for each of the m·n·k.
  double flops() const {
    return 2 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
};

}  // namespace groma::gemm
