#include "guide/guide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guide/advice.h"

namespace groma::guide {
namespace {

using eval::Outcome;
using eval::OutcomeStatus;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

Outcome Failed(OutcomeStatus status, std::string output) {
  Outcome outcome;
  outcome.status = status;
  outcome.output = std::move(output);
  return outcome;
}

/// A text as it is really printed, and what AutoGuide must make of it.
struct Case {
  const char* name;
  OutcomeStatus status;
  const char* output;
  const char* rule;
  const char* suggests;
  const char* action;  // of the first action, as ToString says it; empty: none
};

class TextRules : public ::testing::TestWithParam<Case> {};

TEST_P(TextRules, AreRecognised) {
  const Feedback feedback = Explain(Failed(GetParam().status, GetParam().output));
  EXPECT_THAT(feedback.rules, Contains(GetParam().rule));
  EXPECT_THAT(feedback.suggest, HasSubstr(GetParam().suggests));
  const std::string first = feedback.actions.empty() ? "" : ToString(feedback.actions.front());
  EXPECT_EQ(first, GetParam().action);
}

constexpr auto kMapping = OutcomeStatus::kMappingError;
constexpr auto kRuntime = OutcomeStatus::kRuntimeError;
constexpr auto kMemory = OutcomeStatus::kOutOfMemory;

// Table A3, word for word.
INSTANTIATE_TEST_SUITE_P(
    TableA3, TextRules,
    ::testing::Values(
        Case{"Case1", kMapping, "Compile Error: Syntax error, unexpected :, expecting {", "A3.1",
             "There should be no colon : in function definition.",
             "no ':' in function definitions"},
        Case{"Case2", kMapping, "Compile Error: IndexTaskMap's function undefined", "A3.2",
             "Define the IndexTaskMap function first before using it.", "def (Task task) { … }"},
        Case{"Case3", kMapping, "Compile Error: mgpu not found", "A3.3",
             "Include mgpu = Machine(GPU); in the generated code", "mgpu = Machine();"},
        Case{"Case4", kRuntime,
             "Execution Error: Assertion failed: stride does not match expected value.", "A3.4",
             "Adjust the layout constraints or move tasks to different processor types.",
             "Layout * * * F_order;"},
        Case{"Case5", kRuntime, "Execution Error: DGEMM parameter number 8 had an illegal value",
             "A3.5", "Adjust the layout constraint.", "Layout * * * SOA F_order;"},
        Case{"Case6", kRuntime, "Execution Error: Slice processor index out of bound", "A3.6",
             "Ensure that the first index of mgpu ends with % mgpu.size[0], and the second element "
             "ends with % mgpu.size[1].",
             "indices of mgpu that end with % mgpu.size[d]"},
        Case{"Case7", kRuntime, "Execution Error: Assertion 'event.exists()' failed", "A3.7",
             "Avoid generating InstanceLimit statements.", "without InstanceLimit for *"}),
    [](const auto& info) { return info.param.name; });

// The same mistakes and others in today's Legion, as it printed them.
#define MAPPER_EXCEPTION "[0 - 7f0c5c7b2000] 0.31 {5}{legion}: LEGION MAPPER EXCEPTION: "
INSTANTIATE_TEST_SUITE_P(
    Legion, TextRules,
    ::testing::Values(
        Case{"LayoutOfVariant", kRuntime,
             MAPPER_EXCEPTION
             "Invalid mapper output. Mapper BadMapperselected variant inc_cpu for inc (UID: 17), "
             "but instance selected for region requirement 0 fails to satisfy the corresponding "
             "Ordering layout constraint.",
             "A3.4", "Adjust the layout constraints of region 0 of inc",
             "Layout inc 0 * SOA F_order;"},
        Case{"AffineAccessor", kRuntime,
             "LEGION API USAGE EXCEPTION: Unable to create Realm AffineAccessor for field 1 of "
             "instance 4611686018427387906 in task inc(UID: 18).",
             "A3.4", "Adjust the layout constraints of inc", "Layout inc * * SOA;"},
        Case{"DensePointer", kRuntime,
             "LEGION API USAGE EXCEPTION: Illegal request for non-dense rectangle pointer. Use the "
             "version of 'ptr' for a rectangle that also returns strides.",
             "A3.4", "Use SOA", "Layout * * * SOA;"},
        Case{"BlasSpacing", kRuntime,
             " ** On entry to DGEMM  parameter number  8 had an illegal value", "A3.5",
             "Adjust the layout constraint.", "Layout * * * SOA F_order;"},
        Case{"InvalidProcessor", kRuntime,
             MAPPER_EXCEPTION
             "Invalid mapper output from invocation of 'slice_task' on mapper BadMapper. Mapper "
             "returned a slice for task inc (ID 5) with an invalid processor 0.",
             "A3.6", "ends with % size[0]", "indices that end with % size[d]"},
        Case{"IllegalShard", kRuntime,
             "LEGION PROGRAMMING MODEL EXCEPTION: Illegal output shard 5 from sharding functor 55. "
             "Shards for this index space launch must be between 0 and 2 (exclusive).",
             "A3.6", "ends with % size[0]", "indices that end with % size[d]"},
        Case{"NoMapperEvent", kRuntime,
             MAPPER_EXCEPTION
             "Mapper BadMapper failed to specify an output MapperEvent when returning from a call "
             "to 'select_tasks_to_map' that performed no other actions.",
             "A3.7", "Avoid generating InstanceLimit statements.", "without InstanceLimit for *"},
        Case{
            "FramebufferFull", kMemory,
            "{5}{default_mapper}: Default mapper failed allocation of size 4000000 bytes for region"
            "  requirement 0 of task inc (UID 19) in memory 1e00000000000002 (GPU_FB_MEM) for "
            "processor 1d00000000000003 (TOC_PROC). This means the working set of your application "
            "is too big",
            "out-of-memory", "spill to zero-copy", "Region inc 0 GPU FBMEM,ZCMEM;"},
        Case{"LeafPool", kMemory,
             "LEGION RESOURCE EXCEPTION: Failed to reserve a dynamic memory pool of 99 bytes for "
             "leaf task inc (UID: 19) in GPU_FB_MEM memory.",
             "out-of-memory", "or run inc on the CPU", "Region inc * GPU ZCMEM;"},
        Case{
            "NotVisible", kRuntime,
            MAPPER_EXCEPTION
            "Invalid mapper output from invocation of 'map_task' on mapper BadMapper. Mapper "
            "selected an instance for region requirement 0 in memory 1e00000000000002 which is not "
            "visible from the target processors for inc (UID: 19).",
            "memory-not-visible", "or use ZCMEM", "Region inc 0 GPU FBMEM,ZCMEM;"},
        Case{"VirtualLeaf", kRuntime,
             "LEGION PROGRAMMING MODEL EXCEPTION: Illegal implicit mapping of a virtual mapped "
             "region "
             "in task inc(UID: 22).",
             "virtual-region", "Give the regions of inc a real memory",
             "Region inc * GPU FBMEM,ZCMEM;"},
        Case{
            "NoVariant", kRuntime,
            "{5}{default_mapper}: Failed to find any valid variants for task inc on the current "
            "machine. All variants (LOC_PROC ) for this task are for processor kinds which are not "
            "present on this machine.",
            "no-variant", "Task inc GPU,CPU;", "Task inc GPU,CPU;"},
        Case{"NotRegistered", kRuntime, "{6}{taskreg}: task 11 not registered on 1d00000000000001",
             "no-variant", "Task * GPU,CPU;", "Task * GPU,CPU;"},
        Case{"BadHandle", kRuntime,
             "proc_impl.cc:103: Assertion 'p != nullptr && \"invalid processor handle\"' failed.",
             "bad-processor", "% size", "indices that end with % size[d]"},
        Case{"SliceVolume", kRuntime,
             MAPPER_EXCEPTION
             "Mapper returned slices with a total volume 2 that does not match the expected volume "
             "of 4 when slicing task inc (ID 5).",
             "bad-slices", "leave out the IndexTaskMap",
             "without IndexTaskMap and SingleTaskMap for inc"},
        Case{"Throws", OutcomeStatus::kCrashed,
             "terminate called after throwing an instance of 'std::out_of_range'", "program-threw",
             "undo the last change", ""},
        Case{"NoPrivilege", kRuntime,
             "LEGION PROGRAMMING MODEL EXCEPTION: Accessor construction for field 2 in task "
             "inc(UID: 19) without privileges.",
             "wrong-privilege", "Mend the program.", ""},
        Case{"NoInstance", OutcomeStatus::kCrashed,
             "killed by signal 6 (Aborted): the mapper gave no usable instance for a region "
             "requirement: none chosen, too few, or one that lacks a field of the requirement",
             "no-instance", "mend the program's mapper", ""},
        Case{"NoMapper", OutcomeStatus::kCrashed,
             "killed by signal 11 (Segmentation fault): a launcher names a mapper id under which "
             "no mapper is registered",
             "no-mapper", "Mend the program.", ""},
        Case{"EndlessSlicing", OutcomeStatus::kCrashed,
             "killed by signal 11 (Segmentation fault): the stack is full: the mapper's slice_task "
             "asks to be called again without end (recurse)",
             "endless-slicing", "mend the program's mapper", ""},
        Case{"ProgramDied", OutcomeStatus::kCrashed,
             "killed by signal 8 (Floating point exception): the program's own code divided an "
             "integer by zero in foreign+0xcb3b",
             "program-died", "mend the program", ""},
        Case{"Hang", OutcomeStatus::kTimeout,
             "the run hangs: no thread did anything for 1.5 s: 14 in futex", "hang",
             "leave out InstanceLimit", "without InstanceLimit for *"},
        Case{"Assertion", kRuntime,
             "transfer.cc:1944: void f(): Assertion `layout_piece != 0' failed.",
             "runtime-assertion", "Undo the last change.", ""}),
    [](const auto& info) { return info.param.name; });

// groma's checker and mapper library.
INSTANTIATE_TEST_SUITE_P(
    Groma, TextRules,
    ::testing::Values(
        Case{"Colon", kMapping, "f.map:2:17: error: no ':' in a function definition [E0107]",
             "A3.1", "There should be no colon", "no ':' in function definitions"},
        Case{"Function", kMapping,
             "f.map:1:19: error: IndexTaskMap's function 'cyclic' is not defined [E0203]", "A3.2",
             "Define the IndexTaskMap function first before using it.",
             "def cyclic(Task task) { … }"},
        Case{"MachineSpace", kMapping,
             "f.map:2:10: error: 'mgpu' is not defined [E0201]\nhelp: add `mgpu = Machine(GPU);`",
             "A3.3", "Include mgpu = Machine(GPU); in the generated code.", "mgpu = Machine(GPU);"},
        Case{"LayoutOfVariant", kMapping,
             "f.map:9:1: error: layout AOS F_order of region 'cells' (argument 0) of task 'inc' at "
             "(1, 0) on CPU 0 is not what variant 'inc_cpu' was registered with: the ordering "
             "differs [E0707]",
             "A3.4", "Adjust the layout constraints of inc", "Layout inc * CPU SOA F_order;"},
        Case{"Index", kMapping,
             "f.map:4:15: error: Slice processor index out of bound: index 4 of dimension 1 of "
             "mgpu, "
             "which has size 4 (0 to 3) [E0603]",
             "A3.6", "Ensure that the first index of mgpu ends with % mgpu.size[0]",
             "indices of mgpu that end with % mgpu.size[d]"},
        Case{"NoSuchProcessor", kMapping,
             "f.map:4:15: error: task 'inc' at (4) is mapped to node 0, GPU 4, which this machine "
             "does not have [E0709]",
             "A3.6", "ends with % size[0]", "indices that end with % size[d]"},
        Case{
            "Limit", kMapping,
            "f.map:2:1: error: InstanceLimit 2 for task 'inc', whose 4 points must all run at once "
            "[E0710]",
            "A3.7", "Avoid generating InstanceLimit statements for inc.",
            "without InstanceLimit for inc"},
        Case{"FramebufferFull", kMemory,
             "f.map:3:1: error: out of memory: none of FBMEM has room for region 'cells' (argument "
             "1) "
             "of task 'inc' at (0) on GPU 0 [E0706]",
             "out-of-memory", "Region inc 1 GPU FBMEM,ZCMEM;", "Region inc 1 GPU FBMEM,ZCMEM;"},
        Case{"HostFull", kMemory,
             "f.map:3:1: error: out of memory: none of SOCKMEM, SYSMEM has room for argument 1 of "
             "task 'inc' on CPU 0 [E0706]",
             "out-of-memory", "CollectMemory inc *;", "Task inc GPU,CPU;"},
        Case{"ProcessMemory", kMemory, "it held 1.1 GiB of memory, the limit is 1.1 GiB",
             "process-memory", "Put less into SYSMEM and ZCMEM", "CollectMemory * *;"},
        Case{"NotVisible", kMapping,
             "f.map:3:1: error: none of SYSMEM can hold region 'cells' (argument 0) of task 'inc' "
             "on "
             "GPU 0 [E0705]",
             "memory-not-visible", "Region statement for inc on GPU",
             "Region inc 0 GPU FBMEM,ZCMEM;"},
        Case{"Virtual", kMapping,
             "f.map:3:1: error: region 'cells' (argument 0) of task 'inc' on CPU 0 cannot be "
             "VIRTUAL: "
             "variant 'inc' is not inner, so the task may use the data [E0708]",
             "virtual-region", "real memory", "Region inc * GPU FBMEM,ZCMEM;"},
        Case{"NoVariant", kMapping,
             "f.map:1:1: error: task 'inc' cannot run on GPU: it has variants for CPU [E0704]",
             "no-variant", "Task inc GPU,CPU;", "Task inc GPU,CPU;"},
        Case{"NoVariantInTheText", kMapping,
             "f.map:1:6: error: task 'inc' can run on none of these processor kinds [E0501]",
             "no-variant", "Task inc GPU,CPU;", "Task inc GPU,CPU;"},
        Case{"OtherKind", kMapping,
             "f.map:9:1: error: the map gives task inc a GPU processor, but its Task statement "
             "makes "
             "it run on CPU [E0613]",
             "map-over-other-kind", "leave out the map of inc",
             "without IndexTaskMap and SingleTaskMap for inc"}),
    [](const auto& info) { return info.param.name; });

TEST(Rules, AreFoundInTheMiddleOfLongOutput) {
  std::string output(3'000'000, 'x');
  output[1'000'000] = '\n';
  output += "\nExecution Error: Slice processor index out of bound\n" + std::string(100'000, 'y');
  EXPECT_THAT(Explain(Failed(kRuntime, output)).rules, Contains("A3.6"));
}

TEST(Failures, WithoutAKnownTextAreExplainedByTheirStatus) {
  EXPECT_THAT(Explain(Failed(OutcomeStatus::kTimeout, "")).suggest, HasSubstr("InstanceLimit"));
  EXPECT_THAT(Explain(Failed(OutcomeStatus::kWrongResult, "")).actions,
              Contains(Field(&Action::layout, "SOA C_order")));
  EXPECT_THAT(Explain(Failed(OutcomeStatus::kOutOfMemory, "")).suggest, HasSubstr("FBMEM,ZCMEM"));
  EXPECT_FALSE(Explain(Failed(OutcomeStatus::kCrashed, "")).explain.empty());
}

TEST(Failures, ShowTheMapperLibrarysWordsFirst) {
  Outcome outcome = Failed(kMapping, "noise");
  outcome.diagnostics = "f.map:3:1: error: something";
  EXPECT_EQ(Explain(outcome).raw, "Mapping Error: f.map:3:1: error: something");
}

// ---- successful runs ----

app::Description TwoTasks() {
  app::Description app;
  app.name = "two";
  app::Task slow;
  slow.name = "slow";
  slow.index_launched = true;
  slow.variants = {{.name = "slow_cpu", .processor = ProcessorKind::kCpu},
                   {.name = "slow_gpu", .processor = ProcessorKind::kGpu}};
  app::Task cpu_only;
  cpu_only.name = "cpu_only";
  cpu_only.variants = {{.name = "c", .processor = ProcessorKind::kCpu}};
  app.tasks = {slow, cpu_only};
  return app;
}

machine::Description FourGpus() {
  machine::Description machine;
  machine.processors = {.cpu = 4, .utility = 2, .gpu = 4};
  machine.gpu.zero_copy_bandwidth = {12e9};
  return machine;
}

Outcome Ok() {
  Outcome outcome;
  outcome.status = OutcomeStatus::kOk;
  outcome.throughput = 4877;
  outcome.unit = "GFLOP/s";
  outcome.seconds = 0.03;
  return outcome;
}

class Advising : public ::testing::Test {
 protected:
  app::Description app_ = TwoTasks();
  machine::Description machine_ = FourGpus();
  Context context_{.app = &app_, .machine = &machine_};
};

TEST_F(Advising, Case8NamesTheTaskThatCouldRunOnGpus) {
  Outcome outcome = Ok();
  outcome.breakdown.tasks = {{"slow", "CPU", 4, {80'000'000}}, {"cpu_only", "CPU", 4, {9'000'000}}};
  const Feedback feedback = Explain(outcome, context_);
  EXPECT_THAT(feedback.rules, Contains("A3.8"));
  EXPECT_THAT(feedback.suggest, HasSubstr("Move more tasks to GPU to reduce execution time"));
  EXPECT_THAT(feedback.suggest, HasSubstr("slow ran on CPUs for 80.000 ms, 67 % of the run"));
  EXPECT_THAT(feedback.suggest, Not(HasSubstr("cpu_only")));
  EXPECT_EQ(ToString(feedback.actions.front()), "Task slow GPU,CPU;");
}

TEST_F(Advising, Case8WithoutABreakdownIsThePapersSentence) {
  Outcome outcome = Ok();
  outcome.unit = "1/s";
  const Feedback feedback = Explain(outcome);
  EXPECT_EQ(feedback.raw, "Performance Metric: Execution time is 0.03s.");
  EXPECT_EQ(feedback.suggest, "Move more tasks to GPU to reduce execution time.");
}

TEST_F(Advising, Case9AsksForOtherMaps) {
  const Feedback feedback = Explain(Ok(), context_);
  EXPECT_THAT(feedback.raw, HasSubstr("Achieved throughput = 4877 GFLOP/s"));
  EXPECT_THAT(feedback.suggest,
              HasSubstr("Try using different IndexTaskMap or SingleTaskMap statements to maximize "
                        "throughput."));
  EXPECT_THAT(feedback.actions, Contains(Field(&Action::kind, ActionKind::kChangeIndexMap)));
}

TEST_F(Advising, RemoteAccessOfKernelsBelongsInTheFramebuffer) {
  Outcome outcome = Ok();
  outcome.breakdown.traffic = {{.kind = eval::Traffic::Kind::kAccess,
                                .from = "ZCMEM",
                                .to = "GPU",
                                .copies = 40,
                                .bytes = {1'200'000'000},
                                .time = {100'000'000},
                                .task = "slow",
                                .region = "rp_shared"}};
  const Feedback feedback = Explain(outcome, context_);
  EXPECT_EQ(ToString(feedback.actions.front()), "Region slow rp_shared GPU FBMEM,ZCMEM;");
  EXPECT_DOUBLE_EQ(feedback.actions.front().seconds, 0.025);  // 100 ms over four GPUs
  EXPECT_THAT(feedback.suggest, AllOf(HasSubstr("1.1 GiB"),
                                      HasSubstr("(slow 1.1 GiB): 100.000 ms, 83 % of the run")));
}

TEST_F(Advising, RemoteAccessNamesTheStatementThatPutTheRegionThere) {
  app::Argument shared;
  shared.names = {"rp_shared", "all"};
  shared.privilege = app::Privilege::kReduce;
  app_.tasks[0].arguments = {shared};
  app::Task other = app_.tasks[0];
  other.name = "other";
  app_.tasks.push_back(other);
  context_.mapping = "Task * GPU,CPU;\nRegion * rp_shared GPU  ZCMEM;\n";
  Outcome outcome = Ok();
  for (const char* task : {"slow", "other"})
    outcome.breakdown.traffic.push_back({.kind = eval::Traffic::Kind::kAccess,
                                         .from = "ZCMEM",
                                         .to = "GPU",
                                         .copies = 40,
                                         .time = {50'000'000},
                                         .task = task,
                                         .region = "rp_shared"});
  const Feedback feedback = Explain(outcome, context_);
  // One statement is behind both: one is to be written.
  EXPECT_EQ(ToString(feedback.actions.front()), "Region * rp_shared GPU FBMEM,ZCMEM;");
  EXPECT_DOUBLE_EQ(feedback.actions.front().seconds, 0.025);
  EXPECT_THAT(feedback.suggest, HasSubstr("by `Region * rp_shared GPU ZCMEM;` (line 2)"));
  EXPECT_THAT(feedback.suggest, HasSubstr("(slow atomic updates, other atomic updates)"));
}

TEST_F(Advising, RemoteAccessOfUnknownRegionsIsReadFromTheMapping) {
  app::Argument shared;
  shared.names = {"rp_shared", "all"};
  shared.privilege = app::Privilege::kReadOnly;
  app_.tasks[0].arguments = {shared};
  context_.mapping = "Task * GPU,CPU;\nRegion * * GPU ZCMEM;\n";
  Outcome outcome = Ok();
  outcome.breakdown.traffic = {{.kind = eval::Traffic::Kind::kAccess,
                                .from = "ZCMEM",
                                .to = "GPU",
                                .bytes = {1'000'000},
                                .time = {50'000'000},
                                .task = "some_kernel"}};
  EXPECT_EQ(ToString(Explain(outcome, context_).actions.front()),
            "Region * rp_shared GPU FBMEM,ZCMEM;");
}

TEST_F(Advising, CopiesBetweenGpusAreWeighedAgainstZeroCopy) {
  Outcome outcome = Ok();
  // 240 MB over 12 GB/s are 20 ms, the copies took 60 ms: 40 ms on four GPUs are 10 ms saved.
  outcome.breakdown.traffic = {{.from = "FBMEM",
                                .to = "FBMEM",
                                .copies = 100,
                                .bytes = {240'000'000},
                                .time = {60'000'000},
                                .task = "slow",
                                .region = "rp_ghost"}};
  const Feedback feedback = Explain(outcome, context_);
  EXPECT_EQ(ToString(feedback.actions.front()), "Region * rp_ghost GPU ZCMEM;");
  EXPECT_NEAR(feedback.actions.front().seconds, 0.010, 1e-9);
  EXPECT_THAT(feedback.suggest, HasSubstr("copied 100 times from FBMEM to FBMEM"));
}

TEST_F(Advising, IdleGpusWantAnotherIndexMap) {
  Outcome outcome = Ok();
  outcome.breakdown.processor_busy = {
      {"CPU 0", 0.0}, {"GPU 0", 0.8}, {"GPU 1", 0.8}, {"GPU 2", 0.0}, {"GPU 3", 0.01}};
  const Feedback feedback = Explain(outcome, context_);
  EXPECT_EQ(feedback.actions.front().kind, ActionKind::kSpreadPoints);
  EXPECT_THAT(feedback.suggest, HasSubstr("Idle: GPU 2 (0 %), GPU 3 (1 %); GPU 0 is busy 80 %"));
}

TEST_F(Advising, FullMemoriesAreNamed) {
  Outcome outcome = Ok();
  outcome.breakdown.memories = {{"GPU 0 FBMEM", {15'500}, {16'000}}, {"SYSMEM", {1}, {16'000}}};
  const std::string suggest = Explain(outcome, context_).suggest;
  EXPECT_THAT(suggest, HasSubstr("GPU 0 FBMEM was 97 % full"));
  EXPECT_THAT(suggest, Not(HasSubstr("SYSMEM was")));
}

TEST_F(Advising, TheMostPromisingComesFirstAndTriflesAreLeftOut) {
  Outcome outcome = Ok();
  outcome.breakdown.tasks = {{"slow", "CPU", 4, {10'000'000}}};  // 2.5 ms on four CPUs
  outcome.breakdown.traffic = {{.kind = eval::Traffic::Kind::kAccess,
                                .from = "ZCMEM",
                                .to = "GPU",
                                .bytes = {1},
                                .time = {40'000'000},
                                .task = "slow",
                                .region = "large"},
                               {.kind = eval::Traffic::Kind::kAccess,
                                .from = "ZCMEM",
                                .to = "GPU",
                                .bytes = {1},
                                .time = {100'000},
                                .task = "slow",
                                .region = "trifle"}};
  const std::vector<Advice> advice = Advise(outcome, context_);
  ASSERT_EQ(advice.size(), 2u);
  EXPECT_EQ(advice[0].rule, "remote-access");
  EXPECT_EQ(advice[1].rule, "A3.8");
}

TEST_F(Advising, AnInvalidTimeIsSaid) {
  Outcome outcome = Ok();
  outcome.time_valid = false;
  outcome.reason = "thread 12 slept";
  EXPECT_THAT(Explain(outcome, context_).explain, HasSubstr("thread 12 slept"));
}

}  // namespace
}  // namespace groma::guide
