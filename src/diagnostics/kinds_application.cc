// E05xx and W05xx: what the application or the machine does not have.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0501", Stage::kApplication, "a task without a variant for the kinds that are listed",
     "A task runs where it has an implementation (a variant) and the machine has a processor. The "
     "statement names the task, so nothing else is tried.",
     "Task parse_input GPU;", "Task parse_input CPU;"},
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
     "A GPU works on FBMEM and ZCMEM, a CPU on SYSMEM and ZCMEM.", "Region * * GPU SYSMEM;",
     "Region * * GPU FBMEM;"},
    {"W0505", Stage::kApplication, "an index map for a task that is launched alone",
     "IndexTaskMap is asked for index launches, SingleTaskMap for single ones.",
     "IndexTaskMap main f;", "SingleTaskMap main f;"},
};

}  // namespace

std::span<const DiagnosticKind> ApplicationKinds() { return kKinds; }

}  // namespace groma
