#include "apps/circuit/options.h"

#include <gtest/gtest.h>

namespace groma::circuit {
namespace {

TEST(Options, ThePaperSizeIsParsedBetweenRuntimeOptions) {
  const auto options = ParseOptions({"-ll:gpu", "4", "-npp", "5000", "-wpp", "20000", "-l", "50",
                                     "-lg:safe_mapper", "-p", "40", "-pps", "10", "-prune", "30"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->superpieces(), 4);
  EXPECT_EQ(options->shared_per_piece(), 50);
  EXPECT_EQ(options->nodes(), 200000);
  EXPECT_EQ(options->wires(), 800000);
  EXPECT_EQ(options->loops, 50);
  EXPECT_EQ(options->prune, 30);
  EXPECT_EQ(options->steps, 10000);
}

TEST(Options, EveryMistakeIsInTheOneError) {
  const auto options = ParseOptions({"-p", "10", "-pps", "3", "-npp", "x", "--wat", "-l"});
  ASSERT_FALSE(options.ok());
  for (const char* part : {"-pps 3 does not divide -p 10", "-npp takes a whole number",
                           "unknown option '--wat'", "-l needs a value"}) {
    EXPECT_NE(options.error().message.find(part), std::string::npos) << part;
  }
}

TEST(Options, TheCommonNumbersStandForTheProgramsOwn) {
  const auto options = ParseOptions({"--size", "5000", "--steps", "50", "--pieces", "40"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->nodes_per_piece, 5000);
  EXPECT_EQ(options->wires_per_piece, 20000);
  EXPECT_EQ(options->loops, 50);
  EXPECT_EQ(options->pieces, 40);
  EXPECT_EQ(options->steps, 10000);  // -i: of the wire model
}

}  // namespace
}  // namespace groma::circuit
