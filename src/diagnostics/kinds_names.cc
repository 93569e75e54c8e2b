// E02xx and W02xx: names.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0201", Stage::kText, "an undefined name",
     "A name in an expression is a parameter, a variable of the function, or a value of the file. "
     "Machine spaces are values: `mgpu = Machine(GPU);`.",
     R"(def f(Task task) {
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0202", Stage::kText, "a value that is used before it is defined",
     "Values of the file are computed from the top to the bottom: one uses only those above it, "
     "also through the functions that it calls.",
     R"(def f(Task task) {
  return mgpu[0, 0];
}
mgpu = Machine(GPU);)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0203", Stage::kText, "an undefined function",
     "IndexTaskMap and SingleTaskMap name a function of the file, as does a call.",
     "IndexTaskMap step cyclic;",
     R"(mgpu = Machine(GPU);
def cyclic(Task task) {
  return mgpu[0, task.ipoint[0] % mgpu.size[1]];
}
IndexTaskMap step cyclic;)"},
    {"E0204", Stage::kText, "a mapping function that is defined only later",
     "IndexTaskMap and SingleTaskMap stand after the function that they name.",
     R"(mgpu = Machine(GPU);
IndexTaskMap step f;
def f(Task task) {
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)"},
    {"E0205", Stage::kText, "a name that is defined twice",
     "A value of the file is given once, and no function has its name.",
     R"(x = 1;
x = 2;)",
     R"(x = 1;
y = 2;)"},
    {"E0206", Stage::kText, "two functions of one name",
     "Two definitions of a function that differ are an error; two that say the same are a warning.",
     R"(def f(int a) {
  return a;
}
def f(int a) {
  return a + 1;
})",
     R"(def f(int a) {
  return a;
}
def g(int a) {
  return a + 1;
})"},
    {"E0207", Stage::kText, "an unknown processor kind",
     "Processor kinds are CPU, GPU, OMP, IO, PY and PROC.", "Task step GPUS;", "Task step GPU;"},
    {"E0208", Stage::kText, "an unknown memory kind",
     "Memory kinds are SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM and VIRTUAL.",
     "Region * * GPU ZEROCOPY;", "Region * * GPU ZCMEM;"},
    {"E0209", Stage::kText, "an unknown constraint",
     "The constraints of a Layout are SOA, AOS, C_order, F_order, Align==N, No_Align, Compact and "
     "Exact.",
     "Layout * * * soa;", "Layout * * * SOA;"},
    {"E0210", Stage::kText, "an unknown type",
     "The types of parameters are Task, int, bool, IPoint, ISpace, MSpace and tuple.",
     R"(mgpu = Machine(GPU);
def f(Taks task) {
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0211", Stage::kText, "an unknown attribute or method",
     "A task has ipoint, ispace, parent, name, depth and processor(m); a tuple size, len and "
     "volume; a machine space size, len, volume, has(MEM) and its transformations merge, split, "
     "swap, slice, reverse, balance_split, decompose, auto_split and greedy_split.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.index_point[0]];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
})"},
    {"E0212", Stage::kText, "two parameters of one name",
     "The parameters of a function have different names.",
     R"(def f(int a, int a) {
  return a;
})",
     R"(def f(int a, int b) {
  return a + b;
})"},
    {"E0213", Stage::kText, "a name that the language needs",
     "Kinds, Machine, tuple, True, False and the like cannot be names of values or functions.",
     "Machine = 3;", "machines = 3;"},
    {"E0215", Stage::kText, "recursion",
     "A function may not call itself, directly or through others: so every mapping ends.",
     R"(def f(int a) {
  return g(a);
}
def g(int a) {
  return f(a);
})",
     R"(def f(int a) {
  return g(a);
}
def g(int a) {
  return a;
})"},
    {"E0216", Stage::kText, "calls and expressions that nest too deep",
     "Expressions and the functions that they call nest up to 500 levels.", "", ""},
    {"W0201", Stage::kText, "a function that is defined twice, alike",
     "The second definition changes nothing.",
     R"(def f(int a) {
  return a;
}
def f(int a) {
  return a;
})",
     R"(def f(int a) {
  return a;
})"},
    {"W0202", Stage::kText, "a variable that hides a value of the file",
     "Inside the function the name means the variable from here on.",
     R"(x = 1;
def f(int a) {
  x = a;
  return x;
})",
     R"(x = 1;
def f(int a) {
  y = a;
  return y;
})"},
};

}  // namespace

std::span<const DiagnosticKind> NameKinds() { return kKinds; }

}  // namespace groma
