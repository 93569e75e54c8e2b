#include "eval/outcome.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace groma::eval {
namespace {

TEST(Outcome, JsonHasTheKeysThatOtherProgramsRelyOn) {
  Outcome outcome;
  outcome.status = OutcomeStatus::kOutOfMemory;
  outcome.throughput = 2.5;
  outcome.unit = "GFLOP/s";
  outcome.seconds = 0.25;
  outcome.fidelity = Fidelity::kModelled;
  outcome.output = "text \xff\n";
  outcome.breakdown.traffic.push_back(
      {Traffic::Kind::kAccess, "ZCMEM", "GPU", 3, Bytes{1000}, Nanoseconds{500}, "t", "r"});
  auto json = nlohmann::json::parse(WriteJson(outcome));
  EXPECT_EQ(json["status"], "out_of_memory");
  EXPECT_EQ(json["throughput"], 2.5);
  EXPECT_EQ(json["unit"], "GFLOP/s");
  EXPECT_EQ(json["seconds"], 0.25);
  EXPECT_EQ(json["fidelity"], "modelled");
  EXPECT_EQ(json["output"], "text \xEF\xBF\xBD\n");
  EXPECT_EQ(json["breakdown"]["traffic"][0]["kind"], "access");
  EXPECT_EQ(json["breakdown"]["traffic"][0]["bytes"], 1000);
}

}  // namespace
}  // namespace groma::eval
