#include "apps/stencil/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/common/run.h"

namespace groma::stencil {
namespace {

using testing::HasSubstr;

TEST(Options, ThePaperSizeIsParsedBetweenRuntimeOptions) {
  const auto options =
      ParseOptions({"-ll:gpu", "4", "-nx", "30000", "-ny", "30000", "-ntx", "2", "-nty", "2",
                    "-tsteps", "50", "-tprune", "30", "-lg:safe_mapper", "--modelled"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->tiles(), 4);
  EXPECT_EQ(options->all_steps(), 110);
  EXPECT_EQ(options->init, 1000);
  EXPECT_EQ(options->mode, static_cast<int>(apps::Mode::kModelled));
  EXPECT_FALSE(options->foreign_kernel);
}

TEST(Options, EveryMistakeIsInTheOneError) {
  const auto options = ParseOptions({"-nx", "9", "-ntx", "3", "-ny", "x", "--wat", "--undeclared",
                                     "--check", "--modelled", "-tsteps"});
  ASSERT_FALSE(options.ok());
  for (const char* part :
       {"-nx 9 has no room for -ntx 3", "-ny takes a whole number", "unknown option '--wat'",
        "give both", "--check needs computed values", "-tsteps needs a value"}) {
    EXPECT_THAT(options.error().message, HasSubstr(part));
  }
}

TEST(Options, TheCommonNumbersStandForTheProgramsOwn) {
  const auto options = ParseOptions({"--size", "300", "--steps", "5", "--pieces", "12"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->nx, 300);
  EXPECT_EQ(options->ny, 300);
  EXPECT_EQ(options->steps, 5);
  EXPECT_EQ(options->ntx, 4);
  EXPECT_EQ(options->nty, 3);
}

TEST(Options, TilesAreAtLeastAsWideAsAHalo) {
  EXPECT_TRUE(ParseOptions({"-nx", "10", "-ntx", "3"}).ok());  // 6 inner points: 2 each
  EXPECT_FALSE(ParseOptions({"-nx", "9", "-ntx", "3"}).ok());  // 5: one tile has 1
  EXPECT_TRUE(ParseOptions({"-nx", "6", "-ntx", "1"}).ok());
}

}  // namespace
}  // namespace groma::stencil
