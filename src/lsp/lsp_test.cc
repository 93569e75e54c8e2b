#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lsp/document.h"
#include "lsp/framing.h"
#include "lsp/line_map.h"

namespace groma::lsp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LineMap, CountsUtf16CodeUnits) {
  const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z\r\nq\rr\n";  // aä€😀z
  const LineMap lines(text);
  EXPECT_EQ(lines.PlaceOf(1), (Place{0, 1}));
  EXPECT_EQ(lines.PlaceOf(3), (Place{0, 2}));
  EXPECT_EQ(lines.PlaceOf(6), (Place{0, 3}));
  EXPECT_EQ(lines.PlaceOf(10), (Place{0, 5}));  // two units
  EXPECT_EQ(lines.PlaceOf(13), (Place{1, 0}));
  EXPECT_EQ(lines.PlaceOf(15), (Place{2, 0}));
  EXPECT_EQ(lines.OffsetOf({0, 5}), 10u);
  EXPECT_EQ(lines.OffsetOf({0, 4}), 6u);  // the middle of a pair
  EXPECT_EQ(lines.OffsetOf({0, 99}), 11u);
  EXPECT_EQ(lines.OffsetOf({9, 0}), text.size());
  EXPECT_EQ(lines.OffsetOf({-1, 3}), 0u);
}

std::vector<std::string> Messages(const std::string& stream, size_t step) {
  Framing framing;
  std::vector<std::string> messages;
  for (size_t at = 0; at < stream.size(); at += step) {
    framing.Feed(std::string_view(stream).substr(at, step));
    while (auto message = framing.Next()) messages.push_back(*message);
  }
  return messages;
}

TEST(Framing, FindsMessagesHoweverTheyArrive) {
  const std::string stream = Frame("{}") + "Content-Type: x\r\n" + Frame("[1]") + Frame("");
  for (size_t step : {1, 2, 7, 1000})
    EXPECT_THAT(Messages(stream, step), ElementsAre("{}", "[1]", "")) << step;
}

TEST(Framing, StepsOverWhatIsNoMessage) {
  for (const std::string& garbage :
       {std::string("garbage\r\n\r\n"), std::string("Content-Length: x\r\n\r\n"),
        std::string("Content-Length: -5\r\n\r\n"),
        std::string("Content-Length: 99999999999999999999\r\n\r\n"), std::string(100000, 'c'),
        "Content-Length: 5" + std::string(10000, ' '),
        Frame(std::string(kLargestMessage + 1, ' '))})
    EXPECT_THAT(Messages(garbage + Frame("{}"), 4096), ElementsAre("{}")) << garbage.substr(0, 40);
}

Subject Known() {
  app::Task step{.name = "step",
                 .variants = {{"gpu", ProcessorKind::kGpu}},
                 .index_launched = true,
                 .domains = {{4}}};
  step.arguments.push_back({.names = {"rp_shared", "my nodes"}});
  machine::Description machine;
  machine.name = "two";
  machine.nodes = 1;
  machine.processors = {.cpu = 2, .utility = 1, .gpu = 4, .omp = 0};
  return {app::Description{"sample", {step}}, machine};
}

const std::string kText =
    "Task step GPU;\n"
    "Region * rp_shared GPU ZCMEM;\n"
    "Region step * GPU FBMEM;\n"
    "m = Machine(GPU);\n"
    "def f(Task task) {\n"
    "  ip = task.ipoint;\n"
    "  return m[0, ip[0] % m.size[1]];\n"
    "}\n"
    "IndexTaskMap step f;\n";

size_t At(const std::string& what, size_t nth = 0) {
  size_t at = kText.find(what);
  while (nth-- > 0) at = kText.find(what, at + 1);
  return at;
}

TEST(Hover, TellsWhatAStatementDecides) {
  const Subject subject = Known();
  const Document document = Analyse("a.map", kText, subject);
  EXPECT_THAT(Hover(document, subject, 2), HasSubstr("step: runs on GPU"));
  EXPECT_THAT(Hover(document, subject, At("Region")), HasSubstr("decides nothing"));
  EXPECT_THAT(Hover(document, subject, At("Region", 1)),
              HasSubstr("step 0 rp_shared on GPU: FBMEM"));
  for (size_t at : {At("def f"), At("IndexTaskMap")}) {
    EXPECT_THAT(Hover(document, subject, at), HasSubstr("step over (4), node.processor:"));
    EXPECT_THAT(Hover(document, subject, at), HasSubstr("3"));
  }
  EXPECT_EQ(Hover(document, subject, kText.size()), "");
  EXPECT_THAT(Hover(Analyse("a.map", kText, {}), {}, 2), HasSubstr("set `app` and `machine`"));
}

TEST(Hover, TellsOfAMapWhatThatMapPlaces) {
  Subject subject = Known();
  app::Task top{.name = "top", .variants = {{"cpu", ProcessorKind::kCpu}}, .single_launched = true};
  app::Task report = top, other = subject.app->tasks[0];
  report.name = "report";
  report.parents = {"top"};
  other.name = "other";
  subject.app->tasks = {top, subject.app->tasks[0], other, report};
  const std::string text =
      "m = Machine(GPU);\nc = Machine(CPU);\ndef f(Task t) { return m[0, 3]; }\n"
      "def g(Task t) { return c[0, 1]; }\nIndexTaskMap step f;\nIndexTaskMap other f;\n"
      "SingleTaskMap report g;\n";
  const Document document = Analyse("a.map", text, subject);
  const auto told = [&](const std::string& statement) {
    return Hover(document, subject, text.find(statement));
  };
  EXPECT_THAT(told("IndexTaskMap step"),
              AllOf(HasSubstr("step over (4)"), Not(HasSubstr("other"))));
  EXPECT_THAT(told("IndexTaskMap other"), AllOf(HasSubstr("other over"), Not(HasSubstr("step"))));
  EXPECT_THAT(told("def f"), AllOf(HasSubstr("step over (4)"), HasSubstr("other over (4)")));
  EXPECT_THAT(told("SingleTaskMap"), HasSubstr("report: the first goes to processor 1 of node 0"));
}

std::vector<std::string> Labels(const std::string& before) {
  const Subject subject = Known();
  std::vector<std::string> labels;
  for (const Completion& item : Complete(Analyse("a.map", before, subject), subject, before.size()))
    labels.push_back(item.label);
  return labels;
}

TEST(Complete, OffersWhatTheGrammarWants) {
  EXPECT_THAT(Labels(""), Contains("Region"));
  EXPECT_THAT(Labels("Ta"), Contains("Task"));
  EXPECT_THAT(Labels("Task "), ElementsAre("step"));
  EXPECT_THAT(Labels("Task step, "), Contains("step"));
  EXPECT_THAT(Labels("Task step G"), Contains("GPU"));
  EXPECT_THAT(Labels("Region step "), Contains("my nodes"));
  EXPECT_THAT(Labels("Region step * GPU "), Contains("ZCMEM"));
  EXPECT_THAT(Labels("Layout * * * SOA "), Contains("C_order"));
  EXPECT_THAT(Labels("m = Machine("), Contains("GPU"));
  EXPECT_THAT(Labels("m = Machine(GPU); n = m."), Contains("split"));
  EXPECT_THAT(Labels("def f(Task t) { ip = t.ipoint; return "), Contains("ip"));
  EXPECT_THAT(Labels("def f(Task t) { return 1; } IndexTaskMap step "), Contains("f"));
  EXPECT_THAT(Labels("InstanceLimit step "), IsEmpty());
}

TEST(Complete, QuotesNamesThatAreNoWords) {
  const Subject subject = Known();
  const std::string text = "Region step ";
  std::vector<std::string> texts;
  for (const Completion& item : Complete(Analyse("a.map", text, subject), subject, text.size()))
    texts.push_back(item.text);
  EXPECT_THAT(texts, Contains("\"my nodes\""));
}

TEST(Names, AreDefinedAndRenamedEverywhere) {
  const Document document = Analyse("a.map", kText, Known());
  EXPECT_EQ(Definitions(document, At("f;"))[0].begin, At("f(Task"));
  EXPECT_EQ(Definitions(document, At("m["))[0].begin, At("m = "));
  EXPECT_EQ(Definitions(document, At("ip[0]"))[0].begin, At("ip = "));
  EXPECT_THAT(Definitions(document, At("step")), IsEmpty());
  EXPECT_EQ(Rename(document, At("m = "), "gpus")->size(), 3u);
  const auto quoted = Rename(document, At("step"), "a step");
  ASSERT_TRUE(quoted.ok());
  EXPECT_EQ(quoted->size(), 3u);
  EXPECT_EQ(quoted->front().replacement, "\"a step\"");
  for (const char* wrong : {"f", "ip", "return", "1a", "GPU", ""})
    EXPECT_FALSE(Rename(document, At("m = "), wrong).ok()) << wrong;
  EXPECT_FALSE(Rename(document, At("GPU"), "CPU").ok());
  EXPECT_FALSE(Rename(document, At("\n"), "x").ok());
}

}  // namespace
}  // namespace groma::lsp
