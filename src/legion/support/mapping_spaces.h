// Machine spaces of generated mappings: the processors of one kind as a grid that a mapping
// reshapes. Needs the standard library alone (C++17).
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapping_factors.h"
#include "mapping_values.h"

namespace groma::generated {

enum ProcessorKind { CPU, GPU, OMP, IO, PY, PROC };
enum MemoryKind { SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM, VIRTUAL };

inline std::string Text(ProcessorKind kind) {
  static const char* const kNames[] = {"CPU", "GPU", "OMP", "IO", "PY", "PROC"};
  return kNames[kind];
}

/// A processor: node, and index among its kind on the node.
struct Processor {
  int node = 0;
  int index = 0;
};

/// What a mapping knows of the machine.
struct Shape {
  int nodes = 1;
  int cpus = 0, gpus = 0, omps = 0;  // on each node
  bool zero_copy = true;

  int Count(ProcessorKind kind) const {
    return kind == CPU ? cpus : kind == GPU ? gpus : kind == OMP ? omps : 0;
  }
  /// CPU for OMP where there are no OpenMP processors.
  ProcessorKind Effective(ProcessorKind kind) const {
    return kind == OMP && omps == 0 ? CPU : kind;
  }
  /// Whether a processor of that kind can work on data in that memory.
  bool Sees(ProcessorKind kind, MemoryKind memory) const {
    if (Count(kind) == 0) return false;
    if (memory == VIRTUAL) return true;
    if (memory == ZCMEM) return gpus > 0 && zero_copy;
    return memory == (kind == GPU ? FBMEM : SYSMEM);
  }
};

class Space;

/// One index of a space: a number, all of the dimension, or the numbers of a spread tuple.
struct Coordinate {
  struct All {};
  Coordinate(Int value) : values{value.value()} {}
  Coordinate(int value) : values{value} {}
  Coordinate(All) : values{std::nullopt} {}
  Coordinate(const Spread& spread) {
    for (int64_t value : spread.tuple.values()) values.emplace_back(value);
  }
  std::vector<std::optional<int64_t>> values;
};
inline constexpr Coordinate::All kAll{};  // `*`

struct Point;

/// A grid whose points name processors. Immutable and cheap to copy.
class Space {
 public:
  static constexpr int64_t kMaxDimensions = 16;
  static constexpr int kMaxTransformations = 256;

  Space(ProcessorKind kind, int nodes, int per_node) : kind_(kind), size_{nodes, per_node} {}

  ProcessorKind kind() const { return kind_; }
  Tuple size() const { return Tuple(size_); }
  const Numbers& sizes() const { return size_; }
  Int len() const { return static_cast<int64_t>(size_.size()); }
  Int volume() const {
    int64_t product = 1;
    for (int64_t size : size_) product *= size;
    return product;
  }

  Space merge(Int p, Int q) const {
    Require("merge", p);
    Require("merge", q);
    if (p == q) Fail("E0606", "merge of dimension " + Text(p) + " with itself");
    Step step{Step::kMerge, At(p), At(q), {}, size_[At(q)], nullptr, {}};
    Numbers size = size_;
    size[step.p] *= size[step.q];
    size.erase(size.begin() + q.value());
    return Space(*this, std::move(size), std::move(step));
  }
  Space split(Int dimension, Int count) const {
    Require("split", dimension);
    const int64_t size = size_[At(dimension)];
    if (count < 1 || size % count.value() != 0) {
      Fail("E0606", "split of dimension " + Text(dimension) + " by " + Text(count) +
                        ", which does not divide its size " + std::to_string(size));
    }
    return Factored(dimension, {count.value(), size / count.value()});
  }
  Space swap(Int p, Int q) const {
    Require("swap", p);
    Require("swap", q);
    Numbers size = size_;
    std::swap(size[At(p)], size[At(q)]);
    return Space(*this, std::move(size), {Step::kSwap, At(p), At(q), {}, 0, nullptr, {}});
  }
  Space slice(Int dimension, Int low, Int high) const {
    Require("slice", dimension);
    Numbers size = size_;
    int64_t& cut = size[At(dimension)];
    if (low < 0 || low > high || high >= cut) {
      Fail("E0606", "slice of dimension " + Text(dimension) + " from " + Text(low) + " to " +
                        Text(high) + ", but it has size " + std::to_string(cut) +
                        " (both ends count, so 0 to " + std::to_string(cut - 1) + " is all of it)");
    }
    cut = high.value() - low.value() + 1;
    return Space(*this, std::move(size),
                 {Step::kSlice, At(dimension), 0, {}, low.value(), nullptr, {}});
  }
  Space reverse(Int dimension) const {
    Require("reverse", dimension);
    const size_t p = At(dimension);
    return Space(*this, size_, {Step::kReverse, p, 0, {}, size_[p] - 1, nullptr, {}});
  }
  Space balance_split(Int dimension, Int count) const {
    Require("balance_split", dimension);
    if (count < 1 || count > kMaxDimensions) {
      Fail("E0606", "balance_split into " + Text(count) + " dimensions; 1 to " +
                        std::to_string(kMaxDimensions) + " are possible");
    }
    const Numbers cube(static_cast<size_t>(count.value()), 1);
    return Factored(dimension, CheapestFactors(size_[At(dimension)], cube));
  }
  Space decompose(Int dimension, const Tuple& extents) const {
    RequireExtents("decompose", dimension, extents);
    return Factored(dimension, CheapestFactors(size_[At(dimension)], extents.values()));
  }
  Space greedy_split(Int dimension, const Tuple& extents) const {
    RequireExtents("greedy_split", dimension, extents);
    return Factored(dimension, GreedyFactors(size_[At(dimension)], extents.values()));
  }

  /// One processor, or a set of them.
  Point operator[](std::initializer_list<Coordinate> coordinates) const;
  Point operator[](const Tuple& coordinates) const;
  /// The same where the coordinates stand on lines of their own.
  Point At(std::initializer_list<Coordinate> coordinates, std::initializer_list<int> lines) const;

  /// The processor at a point inside the space.
  Processor ProcessorAt(Numbers point) const {
    for (const Step* step = last_.get(); step; step = step->previous.get()) step->ToOld(point);
    return {static_cast<int>(point[0]), static_cast<int>(point[1])};
  }
  /// The point of a processor; none when the space leaves it out.
  std::optional<Numbers> PointOf(Processor processor) const {
    std::vector<const Step*> steps;
    for (const Step* step = last_.get(); step; step = step->previous.get()) steps.push_back(step);
    Numbers point = {processor.node, processor.index};
    for (size_t i = steps.size(); i-- > 0;) {
      if (!Inside(point, steps[i]->old_size)) return std::nullopt;
      steps[i]->ToNew(point);
    }
    if (!Inside(point, size_)) return std::nullopt;
    return point;
  }

 private:
  /// One transformation and the space that it was made from.
  struct Step {
    enum Kind { kMerge, kFactor, kSwap, kSlice, kReverse };
    Kind kind;
    size_t p, q;
    Numbers factors;
    int64_t offset;  // kSlice: low; kReverse: size − 1; kMerge: size of q
    std::shared_ptr<const Step> previous;
    Numbers old_size;
    int depth = 1;

    void ToOld(Numbers& point) const {
      const auto at = [&point](size_t i) { return point.begin() + static_cast<long>(i); };
      if (kind == kSwap) std::swap(point[p], point[q]);
      if (kind == kSlice) point[p] += offset;
      if (kind == kReverse) point[p] = offset - point[p];
      if (kind == kMerge) {
        const size_t merged = p < q ? p : p - 1;
        const int64_t x = point[merged];
        point[merged] = x / offset;
        point.insert(at(q), x % offset);
      }
      if (kind == kFactor) {
        int64_t x = 0;
        for (size_t i = factors.size(); i-- > 0;) x = x * factors[i] + point[p + i];
        point.erase(at(p) + 1, at(p + factors.size()));
        point[p] = x;
      }
    }
    void ToNew(Numbers& point) const {
      const auto at = [&point](size_t i) { return point.begin() + static_cast<long>(i); };
      if (kind == kSwap) std::swap(point[p], point[q]);
      if (kind == kSlice) point[p] -= offset;
      if (kind == kReverse) point[p] = offset - point[p];
      if (kind == kMerge) {
        point[p] = point[p] * offset + point[q];
        point.erase(at(q));
      }
      if (kind == kFactor) {
        int64_t x = point[p];
        point.insert(at(p), factors.size() - 1, 0);
        for (size_t i = 0; i < factors.size(); x /= factors[i++]) point[p + i] = x % factors[i];
      }
    }
  };

  Space(const Space& old, Numbers size, Step step) : kind_(old.kind_), size_(std::move(size)) {
    step.depth = old.last_ ? old.last_->depth + 1 : 1;
    step.old_size = old.size_;
    step.previous = old.last_;
    last_ = std::make_shared<const Step>(std::move(step));
  }
  static size_t At(Int dimension) { return static_cast<size_t>(dimension.value()); }
  static bool Inside(const Numbers& point, const Numbers& size) {
    for (size_t i = 0; i < size.size(); ++i) {
      if (point[i] < 0 || point[i] >= size[i]) return false;
    }
    return true;
  }
  void Require(const char* what, Int dimension) const {
    if (last_ && last_->depth >= kMaxTransformations) {
      Fail("E0606", "more than " + std::to_string(kMaxTransformations) +
                        " transformations of one machine space");
    }
    if (dimension >= 0 && dimension < len()) return;
    std::string sizes;
    for (int64_t size : size_) sizes += (sizes.empty() ? "" : ", ") + std::to_string(size);
    Fail("E0606", std::string(what) + " of dimension " + Text(dimension) + ", but the space has " +
                      Text(len()) + " dimensions (0 to " +
                      std::to_string(static_cast<int64_t>(size_.size()) - 1) + "), of sizes (" +
                      sizes + ")");
  }
  void RequireExtents(const std::string& what, Int dimension, const Tuple& extents) const {
    Require(what.c_str(), dimension);
    if (extents.len() == 0) Fail("E0606", what + " over an empty tuple");
    if (extents.len() > kMaxDimensions) Fail("E0606", what + " over more than 16 dimensions");
  }
  Space Factored(Int dimension, Numbers factors) const {
    const auto dimensions = static_cast<int64_t>(size_.size() + factors.size() - 1);
    if (dimensions > kMaxDimensions) {
      Fail("E0606", "a machine space of " + std::to_string(dimensions) + " dimensions; " +
                        std::to_string(kMaxDimensions) + " is the most");
    }
    Numbers size = size_;
    size.erase(size.begin() + dimension.value());
    size.insert(size.begin() + dimension.value(), factors.begin(), factors.end());
    return Space(*this, std::move(size),
                 {Step::kFactor, At(dimension), 0, std::move(factors), 0, nullptr, {}});
  }

  ProcessorKind kind_;
  Numbers size_;
  std::shared_ptr<const Step> last_;
};

/// m[…]: one processor of a space, or a set of them: no number stands for all of that dimension.
struct Point {
  Space space;
  std::vector<std::optional<int64_t>> coordinates;
  ProcessorKind kind() const { return space.kind(); }
};

inline Point Space::At(std::initializer_list<Coordinate> parts,
                       std::initializer_list<int> lines) const {
  std::vector<std::optional<int64_t>> coordinates;
  std::vector<int> at;
  const int* line = lines.begin();
  for (const Coordinate& part : parts) {
    coordinates.insert(coordinates.end(), part.values.begin(), part.values.end());
    at.resize(coordinates.size(), line < lines.end() ? *line++ : Line::Current());
  }
  if (coordinates.size() != size_.size()) {
    Fail("E0607", std::to_string(coordinates.size()) +
                      (coordinates.size() == 1 ? " index" : " indices") +
                      " for a machine space, which has " + Text(len()) + " dimensions, of sizes " +
                      Text(size()));
  }
  for (size_t i = 0; i < size_.size(); ++i) {
    const int64_t index = coordinates[i].value_or(0);
    if (index >= 0 && index < size_[i]) continue;
    if (size_[i] == 0) {
      Fail("E0603", "dimension " + std::to_string(i) + " has size 0: the machine has no " +
                        Text(kind_) + " processors");
    }
    const Line coordinate(at[i]);
    Fail("E0603", "Slice processor index out of bound: index " + std::to_string(index) +
                      " of dimension " + std::to_string(i) + ", which has size " +
                      std::to_string(size_[i]) + " (0 to " + std::to_string(size_[i] - 1) + ")");
  }
  return {*this, std::move(coordinates)};
}

inline Point Space::operator[](std::initializer_list<Coordinate> parts) const {
  return At(parts, {});
}
inline Point Space::operator[](const Tuple& coordinates) const {
  return At({Spread(coordinates)}, {});
}

inline std::string Text(const Space& space) {
  return "Machine(" + Text(space.kind()) + ") of size " + Text(space.size());
}
inline std::string Text(const Point& point) {
  std::string text;
  for (const auto& coordinate : point.coordinates) {
    text += (text.empty() ? "" : ", ") + (coordinate ? std::to_string(*coordinate) : "*");
  }
  return "[" + text + "]";
}

}  // namespace groma::generated
