// E04xx and W04xx: what statements ask for.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0401", Stage::kText, "constraints that contradict each other",
     "A Layout chooses one of SOA and AOS, one of C_order and F_order, and one alignment.",
     "Layout * * * SOA AOS;", "Layout * * * SOA;"},
    {"E0402", Stage::kText, "an alignment that is no power of two",
     "Alignments are powers of two, in bytes.", "Layout * * * Align==100;",
     "Layout * * * Align==128;"},
    {"E0403", Stage::kText, "a limit below one",
     "InstanceLimit T N lets at most N tasks be mapped at a time; below one none would ever run.",
     "InstanceLimit step 0;", "InstanceLimit step 1;"},
    {"E0404", Stage::kText, "'*' in a list of names", "'*' means all tasks; it stands alone.",
     "Task *,step GPU;", "Task * GPU;"},
    {"E0407", Stage::kText, "a statement of functions at the top of the file",
     "print and return stand in functions.", R"(print("hello");)",
     R"(def f(int a) {
  print("hello");
  return a;
})"},
    {"E0408", Stage::kText, "a Region or Layout with a word too few",
     "Region names task, region, processor, memories; Layout names task, region, processor, "
     "constraints. '*' stands for what is left open.",
     "Layout * * Align==64 F_order;", "Layout * * * Align==64 F_order;"},
    {"E0410", Stage::kText, "a constraint that needs a number, or takes none",
     "Align is compared with a number of bytes; the other constraints stand alone.",
     "Layout * * * Align;", "Layout * * * Align==64;"},
    {"E0411", Stage::kText, "the processor of a task that is being mapped",
     "A mapping function chooses the processor of its task: the task has none yet. Its parent has.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[*task.processor(mgpu)];
}
SingleTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[*task.parent.processor(mgpu)];
}
SingleTaskMap step f;)"},
    {"E0412", Stage::kText, "words of a statement in another order",
     "Task names tasks, then processor kinds; Region names tasks, region, processor, memories; "
     "IndexTaskMap and SingleTaskMap name tasks, then the function.",
     "Region * * FBMEM GPU;", "Region * * GPU FBMEM;"},
    {"W0401", Stage::kText, "a word that stands twice", "The second one changes nothing.",
     "Task step GPU,GPU;", "Task step GPU;"},
    {"W0402", Stage::kText, "statements after return", "A function ends at its first return.",
     R"(def f(int a) {
  return a;
  b = a;
})",
     R"(def f(int a) {
  return a;
})"},
    {"W0404", Stage::kText, "a statement that overrides an earlier one",
     "Of equally specific statements the later one decides alone; lists of kinds are not joined.",
     R"(Task step GPU;
Task step CPU;)",
     "Task step CPU;"},
    {"W0406", Stage::kText, "a single task that is asked for its point",
     "Tasks that are launched on their own have no point of an index launch.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
}
SingleTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[*task.parent.processor(mgpu)];
}
SingleTaskMap step f;)"},
};

}  // namespace

std::span<const DiagnosticKind> StatementKinds() { return kKinds; }

}  // namespace groma
