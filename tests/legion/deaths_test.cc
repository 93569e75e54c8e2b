// Deaths of which Legion says nothing, each made by the foreign program's own mapper or task: the
// outcome names the cause and AutoGuide has a word for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foreign_program.h"
#include "guide/guide.h"

namespace groma {
namespace {

using testing::Contains;
using testing::HasSubstr;

struct Death {
  const char* fault;
  OutcomeStatus status;
  const char* cause;
  const char* rule;
};

class Deaths : public ForeignProgram, public testing::WithParamInterface<Death> {};

TEST_P(Deaths, AreNamed) {
  const Outcome outcome = Run(std::nullopt, {"-fault", GetParam().fault});
  EXPECT_EQ(outcome.status, GetParam().status) << outcome.output;
  EXPECT_THAT(outcome.reason, HasSubstr(GetParam().cause)) << outcome.output;
  EXPECT_THAT(guide::Explain(outcome).rules, Contains(GetParam().rule));
}

constexpr auto kCrashed = OutcomeStatus::kCrashed;

INSTANTIATE_TEST_SUITE_P(
    Foreign, Deaths,
    testing::Values(
        Death{"processor", kCrashed, "processor is not a Legion-managed one", "bad-processor"},
        Death{"instance", kCrashed, "the mapper gave no usable instance", "no-instance"},
        Death{"null", kCrashed, "the mapper gave no usable instance", "no-instance"},
        Death{"fewer", kCrashed, "the mapper gave no usable instance", "no-instance"},
        Death{"single", kCrashed, "the mapper gave no usable instance", "no-instance"},
        Death{"event", OutcomeStatus::kMappingError, "failed to specify an output MapperEvent",
              "A3.7"},
        Death{"crash", kCrashed, "the program's own code used memory that it may not use",
              "program-died"},
        Death{"divide", kCrashed, "the program's own code divided an integer by zero",
              "program-died"},
        Death{"recurse", kCrashed, "slice_task asks to be called again without end",
              "endless-slicing"},
        Death{"missing", kCrashed, "a mapper id under which no mapper is registered", "no-mapper"}),
    [](const auto& info) { return std::string(info.param.fault); });

}  // namespace
}  // namespace groma
