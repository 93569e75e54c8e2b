// Random functions: whatever passes the checker ends in a processor or a diagnostic.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

template <size_t N>
std::string OneOf(const char* const (&texts)[N]) {
  return texts[*rc::gen::inRange<size_t>(0, N)];
}

std::string TupleText(int depth);
std::string SpaceText(int depth);
std::string BooleanText(int depth);

std::string IntegerText(int depth) {
  if (depth == 0) {
    return OneOf({"0", "1", "2", "-3", "7", "9223372036854775807", "n", "task.ipoint[0]",
                  "task.ispace[-1]", "m.volume", "task.depth"});
  }
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return fmt::format("({} {} {})", IntegerText(depth - 1), OneOf({"+", "-", "*", "/", "%"}),
                         IntegerText(depth - 1));
    case 1:
      return fmt::format("({} ? {} : {})", BooleanText(depth - 1), IntegerText(depth - 1),
                         IntegerText(depth - 1));
    case 2:
      return fmt::format("{}[{}]", TupleText(depth - 1), IntegerText(depth - 1));
    case 3:
      return fmt::format("{}.{}", TupleText(depth - 1), OneOf({"len", "volume"}));
    case 4:
      return fmt::format("helper({}, {})", IntegerText(depth - 1), TupleText(depth - 1));
    case 5:
      return fmt::format("{}.{}", SpaceText(depth - 1), OneOf({"volume", "len"}));
    default:
      return fmt::format("-{}", IntegerText(depth - 1));
  }
}

std::string BooleanText(int depth) {
  if (depth == 0) return OneOf({"True", "False", "m.has(FBMEM)", "task.name == \"t\""});
  switch (*rc::gen::inRange(0, 6)) {
    case 3:
      return fmt::format("({} ? {} : {})", BooleanText(depth - 1), BooleanText(depth - 1),
                         BooleanText(depth - 1));
    case 0:
      return fmt::format("({} {} {})", BooleanText(depth - 1), OneOf({"&&", "||", "==", "!="}),
                         BooleanText(depth - 1));
    case 1:
      return fmt::format("!{}", BooleanText(depth - 1));
    case 2:
      return fmt::format("({} {} {})", TupleText(depth - 1), OneOf({"==", "!="}),
                         TupleText(depth - 1));
    default:
      return fmt::format("({} {} {})", IntegerText(depth - 1),
                         OneOf({"<", "<=", ">", ">=", "==", "!="}), IntegerText(depth - 1));
  }
}

std::string TupleText(int depth) {
  if (depth == 0) return OneOf({"task.ipoint", "task.ispace", "m.size", "(3, 4)", "(1, 2, 3)"});
  switch (*rc::gen::inRange(0, 7)) {
    case 6:
      return fmt::format("({} ? {} : {})", BooleanText(depth - 1), TupleText(depth - 1),
                         TupleText(depth - 1));
    case 0:
      return fmt::format("({} {} {})", TupleText(depth - 1), OneOf({"+", "-", "*", "/", "%"}),
                         TupleText(depth - 1));
    case 1:
      return fmt::format("({}, *{})", IntegerText(depth - 1), TupleText(depth - 1));
    case 2:
      return fmt::format("{}[{}:{}]", TupleText(depth - 1), IntegerText(depth - 1),
                         IntegerText(depth - 1));
    case 3:
      return fmt::format("tuple({} for i in {})", IntegerText(depth - 1), TupleText(depth - 1));
    case 4:
      return fmt::format("range({})", IntegerText(depth - 1));
    default:
      return fmt::format("{}.size", SpaceText(depth - 1));
  }
}

std::string SpaceText(int depth) {
  if (depth == 0) return OneOf({"m", "line", "Machine(CPU)", "Machine(OMP)", "Machine(IO)"});
  const std::string space = SpaceText(depth - 1), d = OneOf({"0", "1", "2", "n"});
  const std::string number = IntegerText(depth - 1), tuple = TupleText(depth - 1);
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return fmt::format("{}.merge({}, {})", space, d, number);
    case 1:
      return fmt::format("{}.split({}, {})", space, d, number);
    case 2:
      return fmt::format("{}.swap({}, {})", space, d, number);
    case 3:
      return fmt::format("{}.slice({}, 0, {})", space, d, number);
    case 4:
      return fmt::format("{}.reverse({})", space, d);
    case 5:
      return fmt::format("{}.balance_split({}, {})", space, d, number);
    case 6:
      return fmt::format("{}.decompose({}, {})", space, d, tuple);
    default:
      return fmt::format("{}.greedy_split({}, {})", space, d, tuple);
  }
}

std::string PointText(int depth) {
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return fmt::format("m[{}, {}]", IntegerText(depth), IntegerText(depth));
    case 1:
      return fmt::format("m[{} % m.size[0], *]", IntegerText(depth));
    case 4:
      return fmt::format("m[*({} % m.size)]", TupleText(depth));
    case 5:
      return fmt::format("line[task.ipoint[0] * line.size[0] / task.ispace[0] + {}]",
                         IntegerText(depth));
    case 6:
      if (depth == 0) return "line[task.ipoint[0] % 8]";
      return fmt::format("({} ? {} : {})", BooleanText(depth), PointText(depth - 1),
                         PointText(depth - 1));
    case 2:
      return fmt::format("{}[*{}]", SpaceText(depth), TupleText(depth));
    default:
      return fmt::format("line[{}]", IntegerText(depth));
  }
}

/// A random function, bound to two nodes of four GPUs; nothing when the checker refuses it.
std::optional<Mapping> RandomMapping(std::string& text) {
  text = fmt::format(
      "m = Machine(GPU);\nline = m.merge(0, 1);\nn = 2;\n"
      "def helper(int a, tuple t) {{ b = {}; return a + len(t) * 2; }}\n"
      "def f(Task task) {{ return {}; }}\nIndexTaskMap t f;\nSingleTaskMap t f;\n",
      OneOf({"a", "a * 2", "t[a]"}), PointText(*rc::gen::inRange(0, 5)));
  auto source = std::make_shared<const SourceFile>("random.map", text);
  DiagnosticSink sink;
  std::optional<lang::Program> program = lang::Compile(source, sink);
  if (!program) return std::nullopt;
  auto mapping =
      Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)), Nodes(2, 4), sink);
  RC_ASSERT(mapping.has_value());
  return mapping;
}

RC_GTEST_PROP(RandomFunctions, EndInAProcessorOfTheMachineOrADiagnostic, ()) {
  std::string text;
  const std::optional<Mapping> mapping = RandomMapping(text);
  RC_CLASSIFY(!mapping.has_value(), "refused by the checker");
  RC_PRE(mapping.has_value());
  const bool single = *rc::gen::inRange(0, 5) == 0;
  const Placement placement = mapping->Place(
      single ? Single("t")
             : PointOf("t", {*rc::gen::inRange<int64_t>(0, 4), *rc::gen::inRange<int64_t>(0, 8)},
                       {4, 8}));
  RC_CLASSIFY(placement.processor.has_value(), "placed");
  RC_ASSERT(placement.processor.has_value() != placement.failure.has_value());
  if (placement.processor) {
    RC_ASSERT(placement.processor->node >= 0 && placement.processor->node < 2);
    RC_ASSERT(placement.processor->index >= 0 && placement.processor->index < 4);
  } else {
    RC_ASSERT(placement.failure->code.starts_with("E06"));
    RC_ASSERT(placement.failure->span.end <= text.size());
  }
}

RC_GTEST_PROP(RandomFunctions, ALaunchGivesWhatItsPointsGiveOneByOne, ()) {
  std::string text;
  const std::optional<Mapping> mapping = RandomMapping(text);
  RC_PRE(mapping.has_value());
  const auto extent = [](int64_t most) { return *rc::gen::inRange<int64_t>(1, most); };
  LaunchQuery launch{.about = PointOf("t", {}, {extent(60), extent(60)})};
  for (int64_t size : launch.about.extents) {
    launch.low.push_back(*rc::gen::inRange<int64_t>(0, size));
    launch.high.push_back(*rc::gen::inRange<int64_t>(launch.low.back(), size));
  }
  const std::string together = Answers(mapping->PlaceLaunch(launch), launch);
  RC_CLASSIFY(together.find("E06") != std::string::npos, "fails");
  RC_ASSERT(together == AnswersOneByOne(*mapping, launch));
}

}  // namespace
}  // namespace groma::mapping
