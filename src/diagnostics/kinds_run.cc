// E07xx, W07xx: what goes wrong around a run, and what the running program or machine refuses.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0701", Stage::kEvaluation, "another version of Legion",
     "The mapper library was built for another version of Legion than the program uses. Build "
     "groma with the program's Legion.",
     "", ""},
    {"E0702", Stage::kEvaluation, "a mapper library that cannot be loaded",
     "The message says why the system could not load it.", "", ""},
    {"E0703", Stage::kEvaluation, "a Legion without an entry point that is needed",
     "The program's Legion does not export a function that groma takes over; it may be linked "
     "statically without its symbols.",
     "", ""},
    {"E0704", Stage::kEvaluation, "a task that cannot run on the processors listed",
     "The task has no variant for any of the processor kinds of its Task statement that this "
     "machine has. The message lists the variants it has.",
     "Task total GPU;", "Task total GPU,CPU;"},
    {"E0705", Stage::kEvaluation, "a region in memories that the processor does not see",
     "None of the memories of the Region statement exists here and is visible to the processor "
     "that "
     "runs the task. The notes say what it sees.",
     "Region smooth * CPU FBMEM;", "Region smooth * CPU SYSMEM;"},
    {"E0706", Stage::kEvaluation, "out of memory",
     "No memory of the Region statement has room for the instance. Below the message stand the "
     "live "
     "instances of each full memory with the statements that placed them. Legion never pushes "
     "valid "
     "data out of a memory.",
     "Region * * GPU FBMEM;", "Region * * GPU FBMEM,ZCMEM;"},
    {"E0707", Stage::kEvaluation, "a layout that the variant does not take",
     "The program registered the variant with a layout of its own, and the Layout statement asks "
     "for "
     "another.",
     "", ""},
    {"E0708", Stage::kEvaluation, "VIRTUAL for a task that may use the data",
     "Only tasks whose variant is inner, which launch other tasks and touch no data, can do "
     "without "
     "an instance.",
     "Region smooth 0 CPU VIRTUAL;", "Region smooth 0 CPU SYSMEM;"},
    {"E0709", Stage::kEvaluation, "a processor that is not there",
     "The mapping sends a task to a processor that this machine does not have.", "", ""},
    {"E0710", Stage::kEvaluation, "an InstanceLimit below a concurrent launch",
     "All points of a concurrent or must-epoch launch run at the same time; with a smaller limit "
     "they "
     "would wait for each other for ever.",
     "", ""},
    {"E0711", Stage::kEvaluation, "a failure of groma itself",
     "The mapper library met something that it should have ruled out. Please report it with the "
     "message.",
     "", ""},
    {"E0712", Stage::kEvaluation, "a launch with a sharding space of its own",
     "The program decides by its own space which node launches which point; mapping functions see "
     "the points of the launch alone.",
     "", ""},
    {"E0713", Stage::kEvaluation, "nodes that differ",
     "A mapping needs the same number of processors of a kind on each node.", "", ""},
    {"W0751", Stage::kEvaluation, "a task that runs elsewhere than 'Task *' says",
     "The task has no variant for the processor kinds that a statement lists for all tasks; it "
     "runs "
     "on one that it has.",
     "", ""},
    {"W0752", Stage::kEvaluation, "a task that cannot be control-replicated",
     "None of its variants was registered as replicable.", "", ""},
};

}  // namespace

std::span<const DiagnosticKind> RunKinds() { return kKinds; }

}  // namespace groma
