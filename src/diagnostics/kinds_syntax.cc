// E01xx: how a mapping is written.
#include "diagnostics/kinds.h"

namespace groma {
namespace {

constexpr DiagnosticKind kKinds[] = {
    {"E0101", Stage::kText, "characters that mean nothing",
     "Outside of comments and quotes a mapping consists of names, whole numbers and the operators "
     "of the language. A name with other characters is written in quotes.",
     "Task * GPU; $", "Task * GPU;"},
    {"E0102", Stage::kText, "a string that is not closed, or in single quotes",
     "Strings and quoted names stand in double quotes and end on the line where they begin.",
     R"(Task "solver::step GPU;)", R"(Task "solver::step" GPU;)"},
    {"E0103", Stage::kText, "an integer beyond 64 bits",
     "Integers have 64 bits and a sign. Literals that do not fit are refused, as is arithmetic "
     "that overflows.",
     "limit = 99999999999999999999;", "limit = 9223372036854775807;"},
    {"E0104", Stage::kText, "something else was expected",
     "The text does not have the form that its statement has.", "InstanceLimit step four;",
     "InstanceLimit step 4;"},
    {"E0105", Stage::kText, "';' missing",
     "Every statement ends with ';', at the top of the file and in functions. A line end does not "
     "end a statement. '//' starts a comment: what was meant as a whole-number division of another "
     "language hides the rest of its line.",
     R"(Task * GPU,CPU
Region * * GPU FBMEM;)",
     R"(Task * GPU,CPU;
Region * * GPU FBMEM;)"},
    {"E0106", Stage::kText, "an unknown statement",
     "A file consists of the statements Task, Region, Layout, InstanceLimit, CollectMemory, "
     "IndexTaskMap, SingleTaskMap, ControlReplicate, of functions (def) and of values (x = …;).",
     "Regoin * * GPU FBMEM;", "Region * * GPU FBMEM;"},
    {"E0107", Stage::kText, "':' in a function definition",
     "The body of a function stands in braces, and each of its statements ends with ';'. The "
     "indented form with a colon is refused; the edit turns it into braces.",
     R"(mgpu = Machine(GPU);
def f(Task task):
  return mgpu[0, 0])",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0108", Stage::kText, "a bracket without its partner",
     "Braces close where their function ends. Statements such as IndexTaskMap stand outside of "
     "functions.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
IndexTaskMap step f;)",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
}
IndexTaskMap step f;)"},
    {"E0109", Stage::kText, "an expression that is nested too deep",
     "Expressions nest up to 200 deep, and lists have up to 65536 elements. Name parts of a larger "
     "one "
     "with variables.",
     "x = "
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "(((((((((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))));",
     "x = (1);"},
    {"E0110", Stage::kText, "a file that is too large", "A mapping has at most 1 MiB.", "", ""},
    {"E0111", Stage::kText, "a file that is not text",
     "A mapping is plain text in UTF-8. A file with NUL bytes is something else: a binary, or text "
     "in UTF-16.",
     "", ""},
    {"E0112", Stage::kText, "a comma too few or too many",
     "Lists of tasks, processor kinds and memory kinds have commas; the constraints of a Layout "
     "stand without.",
     "Task step GPU CPU;", "Task step GPU,CPU;"},
    {"E0113", Stage::kText, "a value is missing",
     "An expression ends where a value should follow. Tuples are written (a, b).", "x = 1 + ;",
     "x = 1 + 2;"},
    {"E0114", Stage::kText, "an operator of another language",
     "The language has C's operators: && || ! == and so on. A single '=' assigns.",
     "Layout * * * Align=64;", "Layout * * * Align==64;"},
    {"E0115", Stage::kText, "a word of another language",
     "Functions have assignments, print and return; there is no if, for or while. Values are "
     "chosen with `condition ? a : b`, tuples built with `tuple(expression for i in (0, 1))`.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  if (task.depth > 1) { return mgpu[0, 0]; }
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return task.depth > 1 ? mgpu[0, 0] : mgpu[0, 0];
})"},
    {"E0116", Stage::kText, "a number that is not whole",
     "The language has whole numbers alone. Multiply before you divide.", "x = 0.5;",
     "x = 3 * 1 / 2;"},
    {"E0117", Stage::kText, "a parameter without a type",
     "Parameters have a type before their name: Task, int, bool, IPoint, ISpace, MSpace or tuple.",
     R"(mgpu = Machine(GPU);
def f(task) {
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0118", Stage::kText, "'{' missing in a function definition",
     "The body of a function stands in braces.",
     R"(mgpu = Machine(GPU);
def f(Task task)
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0119", Stage::kText, "an assignment with a type",
     "Variables have the type of their first value; assignments state none.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  int i = 0;
  return mgpu[i, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  i = 0;
  return mgpu[i, 0];
})"},
    {"E0120", Stage::kText, "an unknown statement in a function",
     "Functions have assignments `x = …;`, `print(…);` and `return …;`.",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  task.ipoint;
  return mgpu[0, 0];
})",
     R"(mgpu = Machine(GPU);
def f(Task task) {
  return mgpu[0, 0];
})"},
    {"E0121", Stage::kText, "more errors than are shown",
     "The first 100 errors are shown; looking for more stops there.", "", ""},
    {"W0101", Stage::kText, "more warnings than are shown", "The first 100 warnings are shown.", "",
     ""},
};

}  // namespace

std::span<const DiagnosticKind> SyntaxKinds() { return kKinds; }

}  // namespace groma
