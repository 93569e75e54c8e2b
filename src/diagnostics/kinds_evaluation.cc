// E06xx and W06xx: values that turn out wrong when a mapping is evaluated on a machine.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0601", Stage::kEvaluation, "arithmetic beyond 64 bits",
     "Integers have 64 bits; a result that does not fit is an error, not a wrong number.",
     "x = 9223372036854775807 + 1;", "x = 9223372036854775806 + 1;"},
    {"E0602", Stage::kEvaluation, "a division by zero",
     "The divisor of / or % was 0 at this point.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0] % (task.ipoint[0] - task.ipoint[0])];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0] % mgpu.size[1]];
})"},
    {"E0603", Stage::kEvaluation, "a processor that the machine does not have",
     "An index of a machine space lies outside of 0 … size − 1. Wrap it with %, or divide by the "
     "right extent: `mgpu[ip[0] / mgpu.size[1] % mgpu.size[0], ip[0] % mgpu.size[1]]`.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[task.ipoint[0], 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[task.ipoint[0] % mgpu.size[0], 0];
})"},
    {"E0604", Stage::kEvaluation, "an element that a tuple does not have",
     "The index of a tuple lies outside of its length; the length of task.ipoint is the number of "
     "dimensions of the launch.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[2] % mgpu.size[1]];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[-1] % mgpu.size[1]];
})"},
    {"E0605", Stage::kEvaluation, "tuples of different lengths",
     "Arithmetic on two tuples works element by element.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  p = task.ipoint % (2, 2, 2);
  return mgpu[0, p[0]];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  p = task.ipoint % (2, 2);
  return mgpu[0, p[0]];
})"},
    {"E0606", Stage::kEvaluation, "a transformation that is not possible",
     "The arguments of split, slice and the like must fit the machine space: split(d, k) needs k "
     "to divide the size.",
     R"(mgpu = Machine(GPU);
m = mgpu.split(1, 3);)",
     R"(mgpu = Machine(GPU);
m = mgpu.balance_split(1, 2);)"},
    {"E0607", Stage::kEvaluation, "a wrong number of indices",
     "A machine space takes one index for each dimension; a spread tuple counts with its length.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[*task.ipoint];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
})"},
    {"E0608", Stage::kEvaluation, "a question that the task cannot answer",
     "ipoint and ispace belong to index launches, parent to tasks that have one, and a task's "
     "processor is known only once it is mapped.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[*task.parent.processor(mgpu)];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0609", Stage::kEvaluation, "an evaluation that takes too long",
     "A mapping function is asked once a point. Each answer may take 1,000,000 steps (an "
     "operation, "
     "a name or a number is one), expressions may nest 1,000 deep through the functions called, a "
     "tuple may have 65,536 elements, and all values of the file together may take 4,000,000 "
     "steps. "
     "Functions that call others several times multiply: keep the value in a variable.",
     "n = len(range(100000));", "n = len(range(1000));"},
    {"E0610", Stage::kEvaluation, "a negative count", "range(n) counts from 0 to n − 1.",
     "n = len(range(0 - 1));", "n = len(range(1));"},
    {"E0611", Stage::kEvaluation, "a spread tuple that does not fit a call",
     "With the elements of the tuple, a call gives as many arguments as the function has "
     "parameters.",
     R"(def add(int a, int b) {
  return a + b;
}
x = add(*range(3));)",
     R"(def add(int a, int b) {
  return a + b;
}
x = add(*range(2));)"},
    {"E0612", Stage::kEvaluation, "a processor outside of the machine space",
     "task.processor(m) asks for coordinates in m; the task runs on a processor that m does not "
     "have.",
     "", ""},
    {"E0613", Stage::kEvaluation, "a map over another kind than the Task statement",
     "Both statements name the task: Task chooses one kind of processor, the map returns another.",
     R"(mgpu = Machine(GPU);
Task step CPU;
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU);
Task step GPU;
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)"},
    {"E0614", Stage::kEvaluation, "no processor of the kind",
     "The machine has no processor of the kind that was chosen for the task.", "", ""},
    {"W0601", Stage::kEvaluation, "OMP means CPU",
     "The machine has no OpenMP processors; where the mapping says OMP, CPUs are used.",
     "Task * OMP;", "Task * CPU;"},
    {"W0602", Stage::kEvaluation, "a map that is passed over",
     "The map returns a processor of another kind than the task runs on. The default placement is "
     "used instead.",
     "", ""},
    {"W0603", Stage::kEvaluation, "all points on one processor",
     "The map sends every point of a launch to the same processor although there are several. "
     "Without "
     "the statement points spread in blocks; that is what the edit does.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0] % mgpu.size[1]];
}
IndexTaskMap step f;)"},
    {"W0604", Stage::kEvaluation, "points that share processors while others idle",
     "The map sends several points of a launch to one processor and leaves others without any, "
     "though there are points enough. No edit is made: which points belong together is the "
     "mapping's "
     "to say, and some mappings share processors on purpose. The help has the words for blocks.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[task.ipoint[0] % mgpu.size[0], task.ipoint[0] % mgpu.size[1]];
}
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU).merge(0, 1);
def f(Task task) {
  grid = mgpu.decompose(0, task.ispace);
  return grid[*(task.ipoint * grid.size / task.ispace)];
}
IndexTaskMap step f;)"},
};

}  // namespace

std::span<const DiagnosticKind> EvaluationKinds() { return kKinds; }

}  // namespace groma
