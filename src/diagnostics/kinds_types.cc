// E03xx: types and shapes.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0301", Stage::kText, "a value of a type that does not fit",
     "Arithmetic works on integers and tuples of integers, && || ! on booleans, < and the like on "
     "integers, == and != on two values of one type.",
     "x = 1 + True;", "x = 1 + 1;"},
    {"E0302", Stage::kText, "a wrong number of arguments",
     "A call gives as many arguments as the function or method takes.",
     R"(mgpu = Machine(GPU);
m = mgpu.merge(0);)",
     R"(mgpu = Machine(GPU);
m = mgpu.merge(0, 1);)"},
    {"E0303", Stage::kText, "an argument or index of the wrong type",
     "A tuple becomes integers by taking an element, t[0], or by spreading it, *t.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  ip = task.ipoint;
  return mgpu[0, ip];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  ip = task.ipoint;
  return mgpu[0, ip[0]];
})"},
    {"E0304", Stage::kText, "something that cannot be indexed or combined so",
     "Tuples and machine spaces are indexed; a tuple takes one integer. Two tuples combine when "
     "they have the same length.",
     "x = (1, 2) + (1, 2, 3);", "x = (1, 2) + (1, 2);"},
    {"E0305", Stage::kText, "a dimension or element that is not there",
     "A machine space takes one index for each dimension; Machine(KIND) has two: nodes, and "
     "processors of a node. Elements and dimensions count from 0.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[task.ipoint[0]];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
})"},
    {"E0306", Stage::kText, "a print whose text does not fit its values",
     "The text of print has one {} for each value.",
     R"(def f(int a) {
  print("{} {}", a);
  return a;
})",
     R"(def f(int a) {
  print("{}", a);
  return a;
})"},
    {"E0307", Stage::kText, "a choice between values of two types",
     "Both sides of `condition ? a : b` have the same type.", "x = True ? 1 : (1, 2);",
     "x = True ? (1, 1) : (1, 2);"},
    {"E0308", Stage::kText, "a mapping function that returns no processor",
     "A function for IndexTaskMap or SingleTaskMap returns a point of a machine space, m[…]. In "
     "the older form `IndexTaskMap T m g;` m is a machine space and g returns a tuple.",
     R"(def f(Task task) {
  return task.ipoint;
}
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
}
IndexTaskMap step f;)"},
    {"E0309", Stage::kText, "a mapping function with other parameters",
     "A function for IndexTaskMap or SingleTaskMap takes one Task; in the older form `IndexTaskMap "
     "T m g;` it takes (IPoint, ISpace, MSpace).",
     R"(mgpu = Machine(GPU);
def f(int a) {
  return mgpu[0, a];
}
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)"},
    {"E0310", Stage::kText, "a function that returns nothing", "A function ends with a return.",
     R"(def f(int a) {
  b = a;
})",
     R"(def f(int a) {
  b = a;
  return b;
})"},
    {"E0311", Stage::kText, "a variable that changes its type",
     "A variable keeps the type of its first value.",
     R"(def f(tuple t) {
  a = t;
  a = t[0];
  return a;
})",
     R"(def f(tuple t) {
  a = t[0];
  return a;
})"},
    {"E0312", Stage::kText, "a spread tuple where none is taken",
     "Spreading stands in an index, a tuple, or the call of a function of the file.",
     R"(mgpu = Machine(GPU);
m = mgpu.merge(*(0, 1));)",
     R"(mgpu = Machine(GPU);
m = mgpu.merge(0, 1);)"},
    {"E0313", Stage::kText, "a call of what is no function, or the reverse",
     "Attributes such as task.ipoint stand without parentheses, methods such as m.merge(0, 1) with "
     "them.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint()[0]];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, task.ipoint[0]];
})"},
    {"E0314", Stage::kText, "a division by zero", "The divisor is plainly 0.", "x = 1 / 0;",
     "x = 1 / 1;"},
};

}  // namespace

std::span<const DiagnosticKind> TypeKinds() { return kKinds; }

}  // namespace groma
