#include "mapping/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const app::Description& Circuit() {
  static const app::Description kCircuit =
      app::Read(GROMA_SOURCE_DIR "/tests/golden/decisions/circuit.app.json").value();
  return kCircuit;
}

std::vector<Difference> Between(const std::string& a, const std::string& b, int nodes = 2) {
  return Diff(DecisionsOf(Bound(a, Nodes(nodes, 4)), Circuit()),
              DecisionsOf(Bound(b, Nodes(nodes, 4)), Circuit()));
}

constexpr const char* kBlocks =
    "m = Machine(GPU).merge(0, 1);\n"
    "def f(Task t) { return m[t.ipoint[0] * m.size[0] / t.ispace[0]]; }\n"
    "IndexTaskMap GPU f;\n";

TEST(Diff, DifferentTextsOfOneMeaningAreTheSame) {
  EXPECT_THAT(Between("", "Task * GPU,CPU;\nRegion * * GPU FBMEM,ZCMEM;\nLayout * * * SOA;\n"),
              IsEmpty());
  EXPECT_THAT(Between("", kBlocks), IsEmpty());
  EXPECT_THAT(Between("Region * * CPU SYSMEM;", "Region * * CPU SOCKMEM,SYSMEM;"), IsEmpty());
}

TEST(Diff, EachKindOfDecisionIsCompared) {
  const auto only = [](const std::vector<Difference>& all) {
    EXPECT_EQ(all.size(), 1u) << ToText(all);
    return all.empty() ? Difference{} : all[0];
  };
  Difference found = only(Between("", "InstanceLimit update_voltages 4;"));
  EXPECT_EQ(found.task, "update_voltages");
  EXPECT_EQ(found.decision, "instance limit");
  EXPECT_EQ(found.a, "none");
  EXPECT_EQ(found.b, "4");
  found = only(Between("", "Region distribute_charge 1 GPU ZCMEM;"));
  EXPECT_EQ(found.region, 1);
  EXPECT_EQ(found.region_name, "rp_shared");
  EXPECT_EQ(found.a, "FBMEM,ZCMEM");
  EXPECT_EQ(found.b, "ZCMEM");
  found = only(Between("", "Layout distribute_charge 1 * Align==64;"));
  EXPECT_EQ(found.b, "SOA C_order Align==64");
  found = only(Between("", "CollectMemory distribute_charge *;"));
  EXPECT_EQ(found.decision, "collect");
  EXPECT_EQ(found.region, 3);  // the only one that it reads alone
}

TEST(Diff, PlacementsTellHowManyPointsAndTheFirst) {
  const auto found = Between("",
                             "m = Machine(GPU);\ndef f(Task t) { return m[t.ipoint[0] % m.size[0], "
                             "0]; }\nIndexTaskMap update_voltages f;\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].domain, std::vector<int64_t>{8});
  EXPECT_EQ(found[1].point, std::vector<int64_t>{1});
  EXPECT_EQ(found[1].points, 7);
  EXPECT_EQ(found[1].a, "GPU 1 of node 0");
  EXPECT_EQ(found[1].b, "GPU 0 of node 1");
  EXPECT_THAT(ToText(found),
              HasSubstr("7 of 8 points over (8): point (1): GPU 1 of node 0 | GPU 0 of node 1"));
}

TEST(Diff, AFailureIsADecision) {
  const auto found = Between("",
                             "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0]]; }\n"
                             "IndexTaskMap update_voltages f;\n");
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found.back().b, HasSubstr("E0603: "));
  EXPECT_EQ(found.back().points, 4);
}

TEST(Diff, AsJsonKeysThatDoNotApplyAreLeftOut) {
  const auto json = ToJson(Between("", "Task calculate_new_currents CPU;"));
  EXPECT_EQ(json["same"], false);
  EXPECT_EQ(json["differences"][0].dump(),
            "{\"task\":\"calculate_new_currents\",\"decision\":\"processor\",\"a\":\"GPU\",\"b\":"
            "\"CPU\"}");
  EXPECT_EQ(ToJson(Between("", ""))["same"], true);
}

}  // namespace
}  // namespace groma::mapping
