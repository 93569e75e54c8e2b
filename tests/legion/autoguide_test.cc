// AutoGuide on real runs: the cases of Table A3 that are mistakes of a mapping. Case 7 needs a
// mapper that is broken on purpose (deaths_test.cc, "event"), case 8 a time (on_cpus.map).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foreign_program.h"
#include "guide/guide.h"

namespace groma {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AutoGuide : public ForeignProgram {
 protected:
  guide::Feedback Refused(const std::string& mapping) {
    const Outcome outcome = Run(mapping);
    EXPECT_EQ(outcome.status, OutcomeStatus::kMappingError) << outcome.reason << outcome.output;
    return guide::Explain(outcome, {nullptr, &options_.machine, mapping});
  }
};

TEST_F(AutoGuide, Case1IsAColonInAFunctionDefinition) {
  const guide::Feedback said =
      Refused("Task * CPU;\nm = Machine(CPU);\ndef f(Task task):\n  return m[0, 0];\n");
  EXPECT_THAT(said.raw, HasSubstr("no ':' in a function definition [E0107]"));
  EXPECT_THAT(said.suggest, StartsWith("There should be no colon : in function definition."));
}

TEST_F(AutoGuide, Case2IsAFunctionThatIsNotDefined) {
  const guide::Feedback said = Refused("Task * CPU;\nIndexTaskMap smooth f;\n");
  EXPECT_THAT(said.raw, HasSubstr("IndexTaskMap's function 'f' is not defined [E0203]"));
  EXPECT_THAT(said.suggest, StartsWith("Define the IndexTaskMap function first before using it."));
}

TEST_F(AutoGuide, Case3IsAMachineSpaceThatIsNotDefined) {
  const guide::Feedback said =
      Refused("Task * GPU,CPU;\ndef f(Task task) { return mgpu[0, 0]; }\nIndexTaskMap smooth f;\n");
  EXPECT_THAT(said.raw, HasSubstr("'mgpu' is not defined [E0201]"));
  EXPECT_THAT(said.suggest, StartsWith("Include mgpu = Machine(GPU); in the generated code."));
}

TEST_F(AutoGuide, Case6IsAnIndexOutOfBound) {
  const guide::Feedback said = Refused(
      "Task * GPU,CPU;\nmgpu = Machine(GPU);\n"
      "def f(Task task) { return mgpu[0, task.ipoint[0] + 1]; }\nIndexTaskMap smooth f;\n");
  EXPECT_THAT(said.raw, HasSubstr("Slice processor index out of bound: index 4 of dimension 1"));
  EXPECT_EQ(said.explain, "IndexTaskMap statements cause error.");
  EXPECT_THAT(said.suggest,
              StartsWith("Ensure that the first index of mgpu ends with % mgpu.size[0], and the "
                         "second element ends with % mgpu.size[1]."));
}

}  // namespace
}  // namespace groma
