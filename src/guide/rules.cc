#include "guide/rules.h"

#include <array>

namespace groma::guide {
namespace {

using enum ActionKind;

// The texts of the language's older implementation and of the runtime of 2023 are those of Table
// A3. "Today" is Legion 25.12 with -lg:safe_mapper, as tried on broken mappers.
const std::array kRules = std::to_array<Rule>({
    // ---- Table A3: the mapping's text ----
    {"A3.1",
     {{"unexpected :, expecting {", ""}, {"no ':' in a function definition", ""}},
     "A function definition has a colon: functions are written with braces, not indented.",
     "There should be no colon : in function definition.",
     {{.kind = kDropColon}}},
    {"A3.2",
     {{"function undefined", "(?:Index|Single)TaskMap's function undefined"},
      {"is not defined", "(?:Index|Single)TaskMap's function '([^']+)' is not defined"}},
     "An IndexTaskMap or SingleTaskMap statement names a function that the file does not define.",
     "Define the IndexTaskMap function first before using it.",
     {{.kind = kDefineFunction, .name = "{1}"}}},
    {"A3.3",
     {{"= Machine(", "add ['`]?(\\w+) = Machine\\((\\w+)\\)"}},
     "A machine space is used that the file does not define.",
     "Include {1} = Machine({2}); in the generated code.",
     {{.kind = kAddMachineGlobal, .processor = "{2}", .name = "{1}"}}},
    {"A3.3",
     {{"not found", "(?:^|: )(m\\w+) not found$"}},
     "A machine space is used that the file does not define.",
     "Include {1} = Machine(GPU); in the generated code (Machine(CPU) for a space of CPUs).",
     {{.kind = kAddMachineGlobal, .name = "{1}"}}},
    // ---- Table A3: the run ----
    {"A3.4",
     {{"stride does not match expected value", ""}},
     "Memory layout is unexpected.",
     "Adjust the layout constraints or move tasks to different processor types.",
     {{.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "F_order"},
      {.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "C_order"},
      {.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "SOA"}}},
    {"A3.4",
     {{"layout constraint",
       "selected variant \\S+ for (\\S+) \\(UID: \\d+\\), but instance selected "
       "for region requirement (\\d+) fails to satisfy the corresponding "
       "Ordering layout constraint"}},
     "Memory layout is unexpected: the variant of {1} that runs asks for another order of region "
     "{2} "
     "than the Layout statements give it.",
     "Adjust the layout constraints of region {2} of {1}, or move {1} to a different processor "
     "type.",
     {{.kind = kSetLayout,
       .task = "{1}",
       .region = "{2}",
       .processor = "*",
       .layout = "SOA F_order"},
      {.kind = kSetLayout,
       .task = "{1}",
       .region = "{2}",
       .processor = "*",
       .layout = "SOA C_order"},
      {.kind = kSetLayout, .task = "{1}", .region = "{2}", .processor = "*", .layout = "AOS"}}},
    {"A3.4",
     {{"AffineAccessor",
       "Unable to create Realm AffineAccessor for field (\\d+) of instance \\S+ in "
       "task ([^ (]+)"}},
     "Memory layout is unexpected: {2} reads field {1} in a way that its instance does not allow.",
     "Adjust the layout constraints of {2}'s regions (SOA, Exact), or move {2} to a different "
     "processor type.",
     {{.kind = kSetLayout, .task = "{2}", .region = "*", .processor = "*", .layout = "SOA"}}},
    {"A3.4",
     {{"Illegal request for non-dense rectangle pointer", ""}},
     "Memory layout is unexpected: the task asks for a dense array and the instance has other "
     "fields "
     "between the elements (AOS).",
     "Use SOA for the regions of that task, or move it to a different processor type.",
     {{.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "SOA"}}},
    {"A3.5",
     {{"DGEMM parameter number", ""},
      {"DGEMM", "DGEMM +parameter +number +\\d+ +had +an +illegal +value"}},
     "Memory layout is unexpected: BLAS takes matrices whose columns (or rows) are dense.",
     "Adjust the layout constraint.",
     {{.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "SOA F_order"},
      {.kind = kSetLayout, .task = "*", .region = "*", .processor = "*", .layout = "SOA C_order"}}},
    {"A3.6",
     {{"[E0603]", "of dimension \\d+ of ([A-Za-z_]\\w*), which has size"}},
     "IndexTaskMap statements cause error.",
     "Ensure that the first index of {1} ends with % {1}.size[0], and the second element ends with "
     "% {1}.size[1].",
     {{.kind = kWrapIndex, .task = "*", .name = "{1}"}}},
    {"A3.6",
     {{"Slice processor index out of bound", ""}},
     "IndexTaskMap statements cause error.",
     "Ensure that the first index of mgpu ends with % mgpu.size[0], and the second element ends "
     "with "
     "% mgpu.size[1].",
     {{.kind = kWrapIndex, .task = "*", .name = "mgpu"}}},
    {"A3.6",
     {{"invalid processor",
       "Mapper returned a slice for task (\\S+) \\(ID \\d+\\) with an invalid "
       "processor"},
      {"Illegal output shard", ""}},
     "IndexTaskMap statements cause error: a point is sent to a processor that does not exist.",
     "Ensure that the first index of the machine space ends with % size[0], and the second element "
     "ends with % size[1].",
     {{.kind = kWrapIndex, .task = "{1}"}}},
    {"A3.7",
     {{"Assertion 'event.exists()' failed", ""},
      {"event.exists()", ""},
      {"failed to specify an output MapperEvent", ""}},
     "InstanceLimit statements cause error.",
     "Avoid generating InstanceLimit statements.",
     {{.kind = kDropInstanceLimit, .task = "*"}}},
    // ---- the same mistakes and others as groma's checker and mapper library tell them ----
    {"A3.4",
     {{"[E0707]", "layout (.+) of .*\\(argument (\\d+)\\) of task '([^']+)'.* on (\\w+) "},
      {"[E0707]", "layout (.+) of (?:argument (\\d+)|a region) of task '([^']+)'.* on (\\w+) "}},
     "Memory layout is unexpected: the variant of {3} that runs asks for another layout than {1}.",
     "Adjust the layout constraints of {3}, or move it to a different processor type.",
     {{.kind = kSetLayout,
       .task = "{3}",
       .region = "{2}",
       .processor = "{4}",
       .layout = "SOA F_order"},
      {.kind = kSetLayout,
       .task = "{3}",
       .region = "{2}",
       .processor = "{4}",
       .layout = "SOA C_order"},
      {.kind = kSetLayout, .task = "{3}", .region = "{2}", .processor = "{4}", .layout = "AOS"}}},
    {"A3.6",
     {{"[E0709]", "task '([^']+)'"}, {"[E0603]", ""}},
     "IndexTaskMap statements cause error: a point is sent to a processor that does not exist.",
     "Ensure that the first index of the machine space ends with % size[0], and the second element "
     "ends with % size[1].",
     {{.kind = kWrapIndex, .task = "*"}}},
    {"A3.7",
     {{"[E0710]", "InstanceLimit \\d+ for task '([^']+)'"}},
     "InstanceLimit statements cause error: all points of {1} must run at once.",
     "Avoid generating InstanceLimit statements for {1}.",
     {{.kind = kDropInstanceLimit, .task = "{1}"}}},
    {"out-of-memory",
     {{"[E0706]", "has room for .*\\(argument (\\d+)\\) of task '([^']+)'.* on GPU"},
      {"[E0706]", "has room for argument (\\d+) of task '([^']+)'.* on GPU"}},
     "The framebuffer has no room for a region of {2}. Legion never moves valid data out to make "
     "room.",
     "Let it spill to zero-copy memory (Region {2} {1} GPU FBMEM,ZCMEM;), put less into the "
     "framebuffer, or spread the points over more GPUs.",
     {{.kind = kMoveRegion,
       .task = "{2}",
       .region = "{1}",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kMoveRegion,
       .task = "*",
       .region = "*",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kSpreadPoints, .task = "*"}}},
    {"out-of-memory",
     {{"[E0706]", "has room for .*of task '([^']+)'.* on CPU"}},
     "The host memory that Legion was given has no room for a region of {1}.",
     "Run {1} on GPUs, or collect what it only reads: CollectMemory {1} *;",
     {{.kind = kMoveTask, .task = "{1}", .processors = {"GPU", "CPU"}},
      {.kind = kCollectMemory, .task = "{1}", .region = "*"}}},
    {"memory-not-visible",
     {{"[E0705]", "can hold .*\\(argument (\\d+)\\) of task '([^']+)'.* on (\\w+) "},
      {"[E0705]", "can hold argument (\\d+) of task '([^']+)'.* on (\\w+) "}},
     "Region {1} of {2} was put into a memory that the processor of {2} cannot use: a GPU sees "
     "FBMEM and ZCMEM, a CPU sees SYSMEM and ZCMEM.",
     "Write a Region statement for {2} on {3} whose memory fits, or use ZCMEM, which both see.",
     {{.kind = kMoveRegion,
       .task = "{2}",
       .region = "{1}",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kMoveRegion,
       .task = "{2}",
       .region = "{1}",
       .processor = "CPU",
       .memories = {"SYSMEM"}}}},
    {"virtual-region",
     {{"[E0708]", "of task '([^']+)'.* cannot be VIRTUAL"}},
     "{1} may use a region that the mapping gives no instance (VIRTUAL).",
     "Give the regions of {1} a real memory.",
     {{.kind = kMoveRegion,
       .task = "{1}",
       .region = "*",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kMoveRegion,
       .task = "{1}",
       .region = "*",
       .processor = "CPU",
       .memories = {"SYSMEM"}}}},
    {"no-variant",
     {{"[E0704]", "task '([^']+)'"}, {"[E0501]", "task '([^']+)'"}},
     "{1} has no variant for the kinds of processor that the mapping lists for it.",
     "Let {1} run on what it was written for: Task {1} GPU,CPU;",
     {{.kind = kMoveTask, .task = "{1}", .processors = {"GPU", "CPU"}},
      {.kind = kDropMap, .task = "{1}"}}},
    {"map-over-other-kind",
     {{"[E0613]", "the map gives task (\\S+) a"}},
     "An IndexTaskMap or SingleTaskMap statement returns processors of another kind than Task "
     "chose "
     "for {1}.",
     "Let both say the same kind, or leave out the map of {1}.",
     {{.kind = kDropMap, .task = "{1}"}}},
    // ---- what the table lacks: memory ----
    {"process-memory",
     {{"it held ", "^it held (.+) of memory, the limit is (.+)$"}},
     "The program's processes took {1} of this computer's memory and were ended; they may take "
     "{2}. "
     "What lies in SYSMEM and ZCMEM is part of it, and so is what the program allocates itself.",
     "Put less into SYSMEM and ZCMEM, collect what is only read (CollectMemory), or run a smaller "
     "problem.",
     {{.kind = kCollectMemory, .task = "*", .region = "*"}}},
    {"out-of-memory",
     {{"Default mapper failed allocation",
       "allocation of size (\\d+) bytes for region +requirement (\\d+) of task (\\S+) \\(UID "
       "\\d+\\) "
       "in memory \\S+ \\(GPU_FB_MEM\\)"}},
     "The framebuffer has no room for the {1} bytes of region {2} of {3}. Legion never moves valid "
     "data out to make room.",
     "Let it spill to zero-copy memory, put less into the framebuffer, or spread the points over "
     "more "
     "GPUs.",
     {{.kind = kMoveRegion,
       .task = "{3}",
       .region = "{2}",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kSpreadPoints, .task = "*"}}},
    {"out-of-memory",
     {{"dynamic memory pool",
       "reserve a dynamic memory pool of (\\d+) bytes for leaf task (\\S+) \\(UID: \\d+\\) in "
       "GPU_FB_MEM"}},
     "The framebuffer has no room for the {1} bytes that {2} allocates while it runs.",
     "Move regions of {2} that are used little to zero-copy memory, or run {2} on the CPU.",
     {{.kind = kMoveRegion,
       .task = "{2}",
       .region = "*",
       .processor = "GPU",
       .memories = {"ZCMEM"}},
      {.kind = kMoveTask, .task = "{2}", .processors = {"CPU"}}}},
    {"memory-not-visible",
     {{"not visible from the target processors",
       "region requirement (\\d+) in memory \\S+ which is not visible from the target processors "
       "for "
       "(\\S+) \\(UID"}},
     "Region {1} of {2} was put into a memory that the processor of {2} cannot reach: a GPU sees "
     "FBMEM and ZCMEM, a CPU sees SYSMEM and ZCMEM.",
     "Write Region statements for {2} whose memory fits the processor, or use ZCMEM, which both "
     "see.",
     {{.kind = kMoveRegion,
       .task = "{2}",
       .region = "{1}",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kMoveRegion,
       .task = "{2}",
       .region = "{1}",
       .processor = "CPU",
       .memories = {"SYSMEM"}}}},
    {"virtual-region",
     {{"Illegal implicit mapping of a virtual mapped region",
       "virtual mapped region in task ([^ (]+)"}},
     "{1} reads or writes a region that was mapped without an instance (VIRTUAL).",
     "Give the regions of {1} a real memory.",
     {{.kind = kMoveRegion,
       .task = "{1}",
       .region = "*",
       .processor = "GPU",
       .memories = {"FBMEM", "ZCMEM"}},
      {.kind = kMoveRegion,
       .task = "{1}",
       .region = "*",
       .processor = "CPU",
       .memories = {"SYSMEM"}}}},
    // ---- processors ----
    {"no-variant",
     {{"valid variants for task",
       "Failed to find any valid variants for task (\\S+) on the current"}},
     "{1} was sent to a kind of processor for which it has no variant (the kind in the message is "
     "the "
     "one that was looked for).",
     "Let {1} run on what it was written for: Task {1} GPU,CPU;",
     {{.kind = kMoveTask, .task = "{1}", .processors = {"GPU", "CPU"}},
      {.kind = kDropMap, .task = "{1}"}}},
    {"no-variant",
     {{"not registered on", "task \\d+ not registered on"},
      {"Only one kind of processor is permitted", ""},
      {"failed to specify a valid task variant", ""}},
     "A task was sent to a kind of processor for which it has no variant.",
     "Let tasks run on what they were written for: Task * GPU,CPU;",
     {{.kind = kMoveTask, .task = "*", .processors = {"GPU", "CPU"}}}},
    {"bad-processor",
     {{"activate_context", ""}, {"invalid processor handle", ""}},
     "A task was sent to a processor that the runtime does not manage.",
     "Look at the IndexTaskMap and SingleTaskMap statements: indices must end with % size.",
     {{.kind = kWrapIndex, .task = "*"}, {.kind = kDropMap, .task = "*"}}},
    // ---- slices ----
    {"bad-slices",
     {{"does not match the expected volume", "when slicing task (\\S+) \\(ID"},
      {"failed to specify any slices", "any slices for task (\\S+) \\(ID"},
      {"Duplicate future set!", ""},
      {"Invalid color space color for child", ""},
      {"multiple slices that contained the same point", ""}},
     "The slices of an index launch do not cover each of its points once.",
     "This is the mapper's mistake, not the mapping's: leave out the IndexTaskMap statement of "
     "that "
     "task.",
     {{.kind = kDropMap, .task = "{1}"}}},
    // ---- what the guard says of silent deaths, and the evaluator of hangs ----
    {"no-instance",
     {{"the mapper gave no usable instance", ""}},
     "A mapper answered without an instance for a region, which Legion takes without a word and "
     "dies of. groma's own mapper checks its answers: this is the program's mapper.",
     "Let the mapping decide for that task (no --own-mapper, no --wrap), or mend the program's "
     "mapper.",
     {}},
    {"no-mapper",
     {{"under which no mapper is registered", ""}},
     "The program launches a task with the id of a mapper that it never registered.",
     "Mend the program.",
     {}},
    {"endless-slicing",
     {{"slice_task asks to be called again without end", ""}},
     "A mapper slices a launch into slices that are to be sliced again, without end. groma's own "
     "mapper never does: this is the program's mapper.",
     "Let the mapping decide for that task (no --own-mapper, no --wrap), or mend the program's "
     "mapper.",
     {}},
    {"program-died",
     {{"the program's own code", "the program's own code (.*) in (\\S+)"},
      {"the program's mapper", "the program's mapper (.*) in (\\S+)"}},
     "The program itself is where it died: its code {1}.",
     "See whether it dies without a mapping too (--own-mapper): then mend the program. If it does "
     "not, its code expects another layout or memory: undo the last change.",
     {}},
    {"hang",
     {{"the run hangs", ""}},
     "Every thread waits for something that never comes.",
     "See whether the program hangs without a mapping too (--own-mapper): then mend the program. "
     "If "
     "it does not, leave out InstanceLimit statements, which can keep tasks waiting for each "
     "other.",
     {{.kind = kDropInstanceLimit, .task = "*"}}},
    // ---- the program itself ----
    {"program-threw",
     {{"terminate called", "terminate called after throwing an instance of '([^']+)'"}},
     "The program or its mapper threw {1} and nobody caught it.",
     "See whether the program fails without a mapping too; if it does not, undo the last change.",
     {}},
    {"wrong-privilege",
     {{"without privileges", "Accessor construction for field (\\d+) in task ([^ (]+)"}},
     "{2} uses field {1} without having asked for it: a mistake of the program, not of the "
     "mapping.",
     "Mend the program.",
     {}},
    {"runtime-assertion",
     {{"Assertion", "([\\w.]+:\\d+).*Assertion [`'](.*)' failed"}},
     "The runtime stopped at its own assertion ({2}, {1}): what the mapping asked for was not "
     "foreseen.",
     "Undo the last change.",
     {}},
});

}  // namespace

std::span<const Rule> Rules() { return kRules; }

}  // namespace groma::guide
