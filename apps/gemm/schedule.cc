#include "apps/gemm/schedule.h"

namespace groma::gemm {
namespace {

std::vector<Leaf> Systolic(const Options& o) {
  std::vector<Leaf> leaves;
  const int64_t places = o.gx * o.gy * kGpus * kGpus;
  for (int64_t place = 0; place < places; ++place) {
    const int64_t jl = place % kGpus;
    const int64_t il = place / kGpus % kGpus;
    const int64_t jn = place / (kGpus * kGpus) % o.gy;
    const int64_t in = place / (kGpus * kGpus) / o.gy;
    for (int64_t node_step = 0; node_step < o.gx; ++node_step) {
      const Span node_block =
          o.sizes.inner().Part(NodeBlock(o.algorithm, in, jn, node_step, o.gx), o.gx);
      for (int64_t step = 0; step < kGpus; ++step) {
        leaves.push_back({{in, jn, il, jl},
                          o.sizes.rows().Part(in, o.gx).Part(il, kGpus),
                          o.sizes.columns().Part(jn, o.gy).Part(jl, kGpus),
                          node_block.Part(GpuBlock(o.algorithm, il, jl, step, kGpus), kGpus)});
      }
    }
  }
  return leaves;
}

std::vector<Leaf> Layers(const Options& o) {
  std::vector<Leaf> leaves;
  for (int64_t place = 0; place < o.rpoc * o.rpoc * o.c; ++place) {
    const int64_t layer = place % o.c;
    const int64_t column = place / o.c % o.rpoc;
    const int64_t row = place / o.c / o.rpoc;
    const Span part = o.sizes.inner().Part(layer, o.c);
    for (int64_t step = 0; step < o.rpoc3; ++step) {
      leaves.push_back({{row, column, layer, 0},
                        o.sizes.rows().Part(row, o.rpoc),
                        o.sizes.columns().Part(column, o.rpoc),
                        part.Part(NodeBlock(o.algorithm, row, column, step, o.rpoc3), o.rpoc3)});
    }
  }
  return leaves;
}

std::vector<Leaf> Cube(const Options& o) {
  std::vector<Leaf> leaves;
  for (int64_t i = 0; i < o.cube[0]; ++i) {
    for (int64_t j = 0; j < o.cube[1]; ++j) {
      for (int64_t k = 0; k < o.cube[2]; ++k) {
        leaves.push_back({{i, j, k, 0},
                          o.sizes.rows().Part(i, o.cube[0]),
                          o.sizes.columns().Part(j, o.cube[1]),
                          o.sizes.inner().Part(k, o.cube[2])});
      }
    }
  }
  return leaves;
}

}  // namespace

std::vector<Leaf> Leaves(const Options& options) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return Systolic(options);
    case Family::kLayers:
      return Layers(options);
    case Family::kCube:
      return Cube(options);
  }
  return {};
}

std::array<PlacedGrid, 3> PlacedGrids(const Options& options) {
  const int64_t* const g = options.cube;
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic: {
      const PlacedGrid grid = {kGpus * options.gx, kGpus * options.gy};
      return {grid, grid, grid};
    }
    case Family::kLayers: {
      const PlacedGrid grid = {options.rpoc, options.rpoc};
      return {grid, grid, grid};
    }
    case Family::kCube:
      return {PlacedGrid{g[0], g[1]}, PlacedGrid{g[0], g[2]}, PlacedGrid{g[2], g[1]}};
  }
  return {};
}

}  // namespace groma::gemm
