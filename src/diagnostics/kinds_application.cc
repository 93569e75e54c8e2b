// E05xx and W05xx: what the application or the machine does not have.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0501", Stage::kApplication, "a task without a variant for the kinds that are listed",
     "A task runs where it has an implementation (a variant) and the machine has a processor. The "
     "statement names the task, so nothing else is tried.",
     "Task parse_input GPU;", "Task parse_input CPU;"},
    {"E0502", Stage::kApplication, "a layout that the task's variant does not take",
     "The program registered the variant with a layout of its own, and the mapping asks for "
     "another: "
     "the run would end there. Without a Layout statement the variant gets what it was registered "
     "with. A statement about the task's region alone leaves the other data as they are.",
     "Layout * * * SOA F_order;",
     R"(Layout * * * SOA F_order;
Layout multiply 0 CPU SOA C_order;)"},
    {"E0503", Stage::kApplication, "a region in memories that its processor does not see",
     "A GPU works on FBMEM and ZCMEM, a CPU on SYSMEM and ZCMEM. None of the memories listed "
     "exists "
     "on this machine and is visible to the processor: the run would end there.",
     "Region * * GPU SYSMEM;", "Region * * GPU FBMEM;"},
    {"E0504", Stage::kApplication, "VIRTUAL for a task that may use the data",
     "VIRTUAL makes no instance. Only a task whose variant was registered as inner, which launches "
     "tasks and touches no data itself, can do without.",
     "Region step * GPU VIRTUAL;", "Region step * GPU FBMEM;"},
    {"E0505", Stage::kApplication, "a region that is larger than its memories",
     "The size is that of the largest piece that was seen: its elements times the bytes of its "
     "fields. Name a larger memory as well, or cut the region into more pieces.",
     "Region * * GPU FBMEM;", "Region * * GPU FBMEM,ZCMEM;"},
    {"E0506", Stage::kApplication, "an InstanceLimit below a concurrent launch",
     "All points of a concurrent or must-epoch launch run at the same time; with a smaller limit "
     "they would wait for each other for ever.",
     "InstanceLimit exchange 1;", "InstanceLimit exchange 4;"},
    {"E0507", Stage::kApplication, "an InstanceLimit for a task that launches itself",
     "A task that waits for tasks of its own name holds its place until they are done, and they "
     "wait "
     "for a place.",
     "InstanceLimit quicksort 2;", ""},
    {"W0501", Stage::kApplication, "a task that the application does not have",
     "The statement has no effect; most likely the name is misspelt.",
     "Task calculate_new_current GPU;", "Task calculate_new_currents GPU;"},
    {"W0502", Stage::kApplication, "a region that the application does not have",
     "The statement has no effect; most likely the name is misspelt. Names are those of regions, "
     "partitions and index spaces.",
     "Region * rp_share GPU ZCMEM;", "Region * rp_shared GPU ZCMEM;"},
    {"W0503", Stage::kApplication, "a region requirement that a task does not have",
     "Positions count from 0, requirements without access included.",
     "Region distribute_charge 9 GPU ZCMEM;", "Region distribute_charge 1 GPU ZCMEM;"},
    {"W0504", Stage::kApplication, "memories that a processor cannot use",
     "A GPU works on FBMEM and ZCMEM, a CPU on SYSMEM and ZCMEM. No task of the application meets "
     "the statement, so nothing fails yet.",
     "Region * * GPU SYSMEM;", "Region * * GPU FBMEM;"},
    {"W0505", Stage::kApplication, "a map for launches that the task does not have",
     "IndexTaskMap is asked for index launches, SingleTaskMap for single ones. The edit writes the "
     "other keyword where the function can serve it, else it takes the task out: the statement "
     "places nothing.",
     "IndexTaskMap init f;", "SingleTaskMap init f;"},
    {"W0506", Stage::kApplication, "a task that runs elsewhere than 'Task *' says",
     "The task has no variant for the processor kinds that the statement lists for all tasks; it "
     "runs on one that it has.",
     "Task * GPU;", "Task * GPU,CPU;"},
    {"W0507", Stage::kApplication, "a task that cannot be control-replicated",
     "None of its variants was registered as replicable, so the statement has no effect on it. "
     "Without any ControlReplicate statement the top-level task is replicated, if its variant "
     "allows it.",
     "ControlReplicate step,top_level;", "ControlReplicate top_level;"},
    {"W0508", Stage::kApplication, "CollectMemory for data that is written",
     "Only data that a task reads may be freed when it is done: what it writes is still needed. "
     "The "
     "statement frees nothing and can be left out.",
     "CollectMemory step 0;", ""},
    {"W0509", Stage::kApplication, "instances that together exceed a memory",
     "All regions of a task need an instance while it runs, and what the points of a launch write "
     "stays where it is: points that share a memory are added up. What they read is counted once, "
     "since it may be the same piece for all. The sizes are the largest that were seen, so this "
     "may "
     "turn out better, or worse: other tasks' data may be in the memory as well.",
     "Region * * GPU FBMEM;",
     R"(Region * * GPU FBMEM;
Region step 1 GPU ZCMEM;)"},
    {"W0510", Stage::kApplication, "a memory in a list that the processor does not see",
     "Data goes to the first memory of the list that the processor works on and that has room. A "
     "memory that it does not see is passed over, so it stands there in vain.",
     "Region * * GPU SYSMEM,FBMEM;", "Region * * GPU FBMEM;"},
};

}  // namespace

std::span<const DiagnosticKind> ApplicationKinds() { return kKinds; }

}  // namespace groma
