#include "apps/gemm/partitions.h"

#include <map>

#include "apps/common/launch.h"

namespace groma::gemm {
namespace {

using Legion::DomainPoint;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Runtime;

/// A part of a tile of the matrix, by its outer dimensions: of A rows and columns, of B rows, of C
/// columns.
Tile OuterPart(int matrix, const Tile& t, int64_t row, int64_t rows, int64_t column,
               int64_t columns) {
  return {matrix == kC ? t.rows : t.rows.Part(row, rows),
          matrix == kB ? t.columns : t.columns.Part(column, columns)};
}

/// A part of a tile of B or C by the common dimension.
Tile InnerPart(int matrix, const Tile& t, int64_t block, int64_t blocks) {
  return matrix == kB ? Tile{t.rows, t.columns.Part(block, blocks)}
                      : Tile{t.rows.Part(block, blocks), t.columns};
}

class Cutter {
 public:
  Cutter(Legion::Context context, Runtime* runtime) : context_(context), runtime_(runtime) {}

  /// Cuts `region` into `part(tile of the region, color)` for each color from 0 to `extents` - 1.
  template <typename Part>
  LogicalPartition Cut(LogicalRegion region, PartitionColor color, const DomainPoint& extents,
                       bool disjoint, const Part& part) {
    DomainPoint last = extents;
    for (int d = 0; d < last.get_dim(); ++d) last[d] -= 1;
    DomainPoint first = last;
    for (int d = 0; d < first.get_dim(); ++d) first[d] = 0;
    const Legion::Domain colors(first, last);
    const Tile tile = TileOf(runtime_->get_index_space_domain(context_, region.get_index_space()));
    std::map<DomainPoint, Legion::Domain> parts;
    for (Legion::Domain::DomainPointIterator i(colors); i; ++i)
      parts[*i] = Legion::Domain(RectOf(part(tile, *i)));
    const Legion::IndexPartition partition = runtime_->create_partition_by_domain(
        context_, region.get_index_space(), parts, runtime_->create_index_space(context_, colors),
        /*perform_intersections=*/false,
        disjoint ? LEGION_DISJOINT_COMPLETE_KIND : LEGION_ALIASED_COMPLETE_KIND, color);
    return runtime_->get_logical_partition(context_, region, partition);
  }

  std::vector<LogicalRegion> Parts(LogicalPartition partition) {
    const Legion::Domain colors =
        runtime_->get_index_partition_color_space(context_, partition.get_index_partition());
    std::vector<LogicalRegion> parts;
    for (Legion::Domain::DomainPointIterator i(colors); i; ++i)
      parts.push_back(runtime_->get_logical_subregion_by_color(context_, partition, *i));
    return parts;
  }

  /// Into `rows` x `columns`, and with `blocks` each part of B and C into that many blocks.
  LogicalPartition CutOuter(int matrix, LogicalRegion region, int64_t rows, int64_t columns) {
    const bool disjoint = matrix == kA || (matrix == kB ? columns : rows) == 1;
    return Cut(region, kCompute, Legion::Point<2>(rows, columns), disjoint,
               [=](const Tile& tile, const DomainPoint& p) {
                 return OuterPart(matrix, tile, p[0], rows, p[1], columns);
               });
  }
  LogicalPartition CutInner(int matrix, LogicalRegion region, int64_t blocks) {
    return Cut(region, kCompute, Legion::Point<1>(blocks), true,
               [=](const Tile& tile, const DomainPoint& p) {
                 return InnerPart(matrix, tile, p[0], blocks);
               });
  }

 private:
  Legion::Context context_;
  Runtime* runtime_;
};

/// Nodes, and of B and C a node's blocks; GPUs, and of B and C a GPU's blocks.
LogicalPartition CutForNodes(Cutter& cutter, int matrix, LogicalRegion region,
                             const Options& options) {
  const LogicalPartition nodes = cutter.CutOuter(matrix, region, options.gx, options.gy);
  for (const LogicalRegion node : cutter.Parts(nodes)) {
    if (matrix == kA) {
      cutter.CutOuter(matrix, node, kGpusAcross, kGpusAcross);
      continue;
    }
    for (const LogicalRegion block : cutter.Parts(cutter.CutInner(matrix, node, options.gx))) {
      for (const LogicalRegion gpu :
           cutter.Parts(cutter.CutOuter(matrix, block, kGpusAcross, kGpusAcross)))
        cutter.CutInner(matrix, gpu, kGpusAcross);
    }
  }
  return nodes;
}

/// Places of all layers, and of B and C the blocks of a place's steps.
LogicalPartition CutForLayers(Cutter& cutter, int matrix, LogicalRegion region,
                              const Options& options) {
  const int64_t r = options.rpoc;
  const bool disjoint = matrix == kA ? options.c == 1 : r == 1;
  const LogicalPartition places =
      cutter.Cut(region, kCompute, Legion::Point<3>(r, r, options.c), disjoint,
                 [&](const Tile& tile, const DomainPoint& p) {
                   const Tile outer = OuterPart(matrix, tile, p[0], r, p[1], r);
                   return matrix == kA ? outer : InnerPart(matrix, outer, p[2], options.c);
                 });
  if (matrix == kA) return places;
  for (const LogicalRegion place : cutter.Parts(places))
    cutter.CutInner(matrix, place, options.rpoc3);
  return places;
}

LogicalPartition CutForCube(Cutter& cutter, int matrix, LogicalRegion region,
                            const Options& options) {
  const int64_t* const g = options.cube;
  const int64_t shared_by[] = {g[2], g[1], g[0]};  // places that use the same tile of A, B, C
  return cutter.Cut(region, kCompute, Legion::Point<3>(g[0], g[1], g[2]), shared_by[matrix] == 1,
                    [&](const Tile& tile, const DomainPoint& p) {
                      const Tile outer = OuterPart(matrix, tile, p[0], g[0], p[1], g[1]);
                      return matrix == kA ? outer : InnerPart(matrix, outer, p[2], g[2]);
                    });
}

LogicalPartition CutForCompute(Cutter& cutter, int matrix, LogicalRegion region,
                               const Options& options) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return CutForNodes(cutter, matrix, region, options);
    case Family::kLayers:
      return CutForLayers(cutter, matrix, region, options);
    case Family::kCube:
      return CutForCube(cutter, matrix, region, options);
  }
  return LogicalPartition::NO_PART;
}

/// The launch domain over a matrix's tiles where it is placed, and which coordinates of a point
/// number its tile's row and column.
struct PlacedGrid {
  DomainPoint extents;
  int row = 0, column = 1;
};

/// The domain has as many dimensions as the multiplication's: over a cube's place (i, j, k) the
/// tile of A is (i, j), that of B (i, k), that of C (k, j).
PlacedGrid PlacedGridOf(int matrix, const Options& options) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return {Legion::Point<2>(kGpusAcross * options.gx, kGpusAcross * options.gy)};
    case Family::kLayers:
      return {Legion::Point<3>(options.rpoc, options.rpoc, 1)};
    case Family::kCube:
      break;
  }
  const int64_t* const g = options.cube;
  PlacedGrid grid{Legion::Point<3>(g[0], g[1], g[2]), matrix == kC ? 2 : 0, matrix == kB ? 2 : 1};
  const int unused = 3 - grid.row - grid.column;  // 0 + 1 + 2 = 3
  grid.extents[unused] = 1;
  return grid;
}

LogicalPartition CutForPlacing(Cutter& cutter, int matrix, LogicalRegion region,
                               const Options& options) {
  const PlacedGrid grid = PlacedGridOf(matrix, options);
  return cutter.Cut(region, kPlace, grid.extents, true,
                    [=](const Tile& tile, const DomainPoint& p) {
                      return Tile{tile.rows.Part(p[grid.row], grid.extents[grid.row]),
                                  tile.columns.Part(p[grid.column], grid.extents[grid.column])};
                    });
}

}  // namespace

Matrices MakeMatrices(Legion::Context context, Runtime* runtime, const Options& options) {
  const Sizes& sizes = options.sizes;
  const Tile wholes[] = {{sizes.rows(), sizes.columns()},
                         {sizes.rows(), sizes.inner()},
                         {sizes.inner(), sizes.columns()}};
  Cutter cutter(context, runtime);
  Matrices matrices;
  for (int matrix = kA; matrix <= kC; ++matrix) {
    const LogicalRegion region =
        apps::MakeRegion(context, runtime, kMatrixNames[matrix],
                         runtime->create_index_space(context, RectOf(wholes[matrix])),
                         {{kVals, sizeof(double), "vals"}});
    matrices.regions[matrix] = region;
    matrices.compute[matrix] = CutForCompute(cutter, matrix, region, options);
    matrices.place[matrix] = CutForPlacing(cutter, matrix, region, options);
  }
  return matrices;
}

}  // namespace groma::gemm
