// What the language costs: reading a mapping, placing points, factoring.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "lang/lang.h"
#include "mapping/factor.h"
#include "mapping/mapping.h"

namespace groma {
namespace {

constexpr int kStatementsPerTask = 8;

/// A mapping of that many statements, every keyword among them.
std::string Statements(int count) {
  std::string text = "m = Machine(GPU);\n";
  for (int i = 0; i < count / kStatementsPerTask; ++i) {
    text += fmt::format(
        "def map_{0}(Task task) {{\n  at = task.ipoint * m.size / task.ispace;\n"
        "  return m[at[0] % m.size[0], *];\n}}\n"
        "Task task_{0} GPU,CPU;\nRegion task_{0} region_{0} GPU FBMEM,ZCMEM;\n"
        "Region task_{0} 1 CPU SYSMEM;\nLayout task_{0} * * SOA C_order Align==64;\n"
        "InstanceLimit task_{0} 4;\nCollectMemory task_{0} region_{0};\n"
        "IndexTaskMap task_{0} map_{0};\n",
        i);
  }
  return text;
}

void ParseAndCheck(benchmark::State& state) {
  auto source =
      std::make_shared<const SourceFile>("bench.map", Statements(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    DiagnosticSink sink;
    auto program = lang::Compile(source, sink);
    if (!program) std::abort();
    benchmark::DoNotOptimize(program);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ParseAndCheck)->Arg(10'000)->Unit(benchmark::kMillisecond);

constexpr const char* kLinearBlock =
    "m = Machine(GPU).merge(0, 1);\n"
    "def f(Task task) { return m[task.ipoint[0] * m.size[0] / task.ispace[0]]; }\n"
    "IndexTaskMap t f;\n";
constexpr const char* kCyclic =
    "m = Machine(GPU);\n"
    "def f(Task task) { ip = task.ipoint;\n"
    "  return m[ip[0] % m.size[0], ip[0] / m.size[0] % m.size[1]]; }\n"
    "IndexTaskMap t f;\n";
constexpr const char* kHierarchicalBlock =
    "m = Machine(GPU);\n"
    "def f(Task task) {\n"
    "  m4 = m.decompose(0, task.ispace);\n"
    "  m6 = m4.decompose(3, task.ispace / m4[:-1]);\n"
    "  return m6[*(task.ipoint * m6[:3] / task.ispace), *(task.ipoint % m6[3:])];\n"
    "}\nIndexTaskMap t f;\n";

mapping::Mapping Bound(const std::string& text) {
  auto source = std::make_shared<const SourceFile>("bench.map", text);
  DiagnosticSink sink;
  auto program = lang::Compile(source, sink);
  if (!program) std::abort();
  auto mapping =
      mapping::Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                             machine::Shape(4, {.cpu = 2, .utility = 1, .gpu = 8}), sink);
  if (!mapping) std::abort();
  return std::move(*mapping);
}

mapping::PointQuery Launch(std::vector<int64_t> extents) {
  mapping::PointQuery query{.task = "t", .kind = ProcessorKind::kGpu};
  query.point.assign(extents.size(), 0);
  query.extents = std::move(extents);
  return query;
}

int64_t Volume(const std::vector<int64_t>& extents) {
  int64_t volume = 1;
  for (int64_t extent : extents) volume *= extent;
  return volume;
}

/// All points of a launch, one question each.
void PlacePoints(benchmark::State& state, const char* text, const std::vector<int64_t>& extents) {
  const mapping::Mapping mapping = Bound(text);
  mapping::PointQuery query = Launch(extents);
  const int64_t points = Volume(extents);
  for (auto _ : state) {
    for (int64_t number = 0; number < points; ++number) {
      int64_t rest = number;
      for (size_t d = extents.size(); d-- > 0; rest /= extents[d]) {
        query.point[d] = rest % extents[d];
      }
      const mapping::Placement placement = mapping.Place(query);
      if (!placement.processor) std::abort();
      benchmark::DoNotOptimize(placement);
    }
  }
  state.SetItemsProcessed(state.iterations() * points);
}

/// The same in one question.
void PlaceLaunch(benchmark::State& state, const char* text, const std::vector<int64_t>& extents) {
  const mapping::Mapping mapping = Bound(text);
  mapping::LaunchQuery launch{.about = Launch(extents)};
  for (int64_t extent : extents) {
    launch.low.push_back(0);
    launch.high.push_back(extent - 1);
  }
  for (auto _ : state) {
    const mapping::LaunchPlacement placement = mapping.PlaceLaunch(launch);
    if (placement.failure) std::abort();
    benchmark::DoNotOptimize(placement);
  }
  state.SetItemsProcessed(state.iterations() * launch.Volume());
}

const std::vector<int64_t> kLine = {100'000};
const std::vector<int64_t> kCube = {40, 50, 50};
BENCHMARK_CAPTURE(PlacePoints, linearblock, kLinearBlock, kLine);
BENCHMARK_CAPTURE(PlacePoints, cyclic, kCyclic, kLine);
BENCHMARK_CAPTURE(PlacePoints, hierarchical_block_3d, kHierarchicalBlock, kCube);
BENCHMARK_CAPTURE(PlacePoints, default_blocks_3d, "", kCube);
BENCHMARK_CAPTURE(PlaceLaunch, linearblock, kLinearBlock, kLine);
BENCHMARK_CAPTURE(PlaceLaunch, cyclic, kCyclic, kLine);
BENCHMARK_CAPTURE(PlaceLaunch, hierarchical_block_3d, kHierarchicalBlock, kCube);
BENCHMARK_CAPTURE(PlaceLaunch, default_blocks_3d, "", kCube);
BENCHMARK_CAPTURE(PlaceLaunch, hierarchical_block_3d_of_64, kHierarchicalBlock, {4, 4, 4});

/// The numbers of processors up to 4,096 that are hardest: most divisors, and most primes.
void Decompose(benchmark::State& state, const std::vector<int64_t>& extents) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(mapping::CheapestFactors(state.range(0), extents));
  }
}
BENCHMARK_CAPTURE(Decompose, cube, {100, 100, 100, 100, 100, 100})->Arg(4096)->Arg(2520)->Arg(3600);
BENCHMARK_CAPTURE(Decompose, box, {1000, 30, 7, 510, 2, 99})->Arg(4096)->Arg(2520)->Arg(3600);

}  // namespace
}  // namespace groma

BENCHMARK_MAIN();
