#include "apps/gemm/expert_places.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "mapping/test_support.h"

namespace groma::gemm {
namespace {

using enum Algorithm;

mapping::Mapping ExpertOf(Algorithm algorithm, const Nodes& nodes) {
  const auto text =
      ReadFile(std::string(GROMA_SOURCE_DIR "/apps/") + NameOf(algorithm) + "/expert.map");
  EXPECT_TRUE(text.ok());
  return mapping::Bound(
      *text, mapping::Nodes(static_cast<int>(nodes.count), static_cast<int>(nodes.processors)));
}

/// "node.processor" of each point of a launch in row-major order, spaces between.
std::string PlacesOf(Rule rule, const Nodes& nodes, const Coordinates& extents) {
  std::string text;
  Coordinates point(extents.size(), 0);
  for (size_t i = 0; i < extents.size();) {
    const Place place = PlaceOf(rule, nodes, point, extents);
    text += (text.empty() ? "" : " ") + fmt::format("{}.{}", place.node, place.processor);
    for (i = 0; i < extents.size(); ++i) {
      const size_t d = extents.size() - 1 - i;
      if (++point[d] < extents[d]) break;
      point[d] = 0;
    }
  }
  return text;
}

void ExpectAgreement(Algorithm algorithm, const std::vector<std::string>& tasks,
                     const std::vector<Coordinates>& domains) {
  for (const Nodes& nodes : {Nodes{1, 1}, Nodes{1, 4}, Nodes{2, 4}, Nodes{4, 2}, Nodes{3, 6}}) {
    const mapping::Mapping mapping = ExpertOf(algorithm, nodes);
    for (const std::string& task : tasks) {
      for (const Coordinates& extents : domains) {
        const Rule rule = RuleOf(algorithm, task);
        const bool cpus = task == "task_7";  // of which the machine has two a node
        const auto kind = cpus ? ProcessorKind::kCpu : ProcessorKind::kGpu;
        EXPECT_EQ(PlacesOf(rule, cpus ? Nodes{nodes.count, 2} : nodes, extents),
                  mapping::Places(mapping, mapping::PointOf(task, {}, extents, kind)))
            << NameOf(algorithm) << ' ' << task << ' ' << fmt::format("{}", fmt::join(extents, "x"))
            << " on " << nodes.count << " nodes";
      }
    }
  }
}

TEST(ExpertPlaces, AreThoseOfTheMappingsOnGridsOfNodes) {
  for (const Algorithm algorithm : {kCannon, kSumma, kPumma}) {
    ExpectAgreement(
        algorithm, {"task_1", "task_2", "task_3", "task_5", "task_7", "taco_fill", "taco_validate"},
        {{2, 2}, {4, 2}, {2, 6}, {6, 10}, {1, 1}});
    ExpectAgreement(algorithm, {"init_cublas"}, {{4}, {8}, {18}});
  }
}

TEST(ExpertPlaces, AreThoseOfTheMappingInLayers) {
  ExpectAgreement(kSolomonik, {"task_1", "task_2", "task_3", "task_5", "taco_validate"},
                  {{2, 2, 1}, {2, 2, 2}, {4, 4, 1}, {3, 3, 2}});
}

TEST(ExpertPlaces, AreThoseOfTheMappingsInACube) {
  for (const Algorithm algorithm : {kJohnson, kCosma}) {
    ExpectAgreement(algorithm, {"task_1", "task_2", "task_3", "task_4", "taco_validate"},
                    {{2, 2, 2}, {2, 1, 2}, {3, 3, 3}, {1, 2, 4}, {4, 1, 4}});
  }
}

// 2 x 2 tiles on 2 x 2 GPUs, the first dimension first.
TEST(ExpertPlaces, ATileAGpu) {
  EXPECT_EQ(PlacesOf(Rule::kGrid, {1, 4}, {2, 2}), "0.0 0.2 0.1 0.3");
}

}  // namespace
}  // namespace groma::gemm
