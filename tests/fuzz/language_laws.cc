// What holds for any bytes that are given to the language.
#include <fmt/format.h>

#include <cstring>
#include <memory>

#include "base/check.h"
#include "lang/lang.h"
#include "lang/syntax/lexer.h"
#include "mapping/check_placements.h"
#include "mapping/show.h"
#include "targets.h"
#include "tune/space/decisions.h"

namespace groma::fuzz {
namespace {

using SourcePtr = std::shared_ptr<const SourceFile>;

SourcePtr Source(const std::string& text) {
  return std::make_shared<const SourceFile>("fuzz.map", text);
}

bool Within(Span span, size_t size) { return span.begin <= span.end && span.end <= size; }

// Spans and edits lie in the text, messages are one line, rendering works.
void CheckDiagnostics(const std::vector<Diagnostic>& found, const SourceFile& source) {
  const size_t size = source.text().size();
  for (const Diagnostic& diagnostic : found) {
    CHECK(Within(diagnostic.span, size), diagnostic.code);
    if (diagnostic.edit) CHECK(Within(diagnostic.edit->span, size), diagnostic.code);
    for (const Note& note : diagnostic.notes)
      if (note.span) CHECK(Within(*note.span, size), diagnostic.code);
    CHECK(diagnostic.message.find('\n') == std::string::npos, diagnostic.code);
  }
  CHECK(!RenderJson(found, source).empty());
  CHECK(Render(found, source, false).empty() == found.empty());
}

/// The tokens as they count: commas before a closing bracket and empty statements do not.
std::vector<std::string> Words(const SourceFile& source) {
  DiagnosticSink sink;
  std::vector<std::string> words;
  for (const lang::Token& token : lang::Lex(source, sink)) {
    std::string word = source.text().substr(token.span.begin, token.span.end - token.span.begin);
    if (token.kind == lang::TokenKind::kInteger) word = fmt::to_string(token.value);
    if (token.kind == lang::TokenKind::kString) word = '"' + lang::StringValue(source, token);
    const bool closes = word == ")" || word == "]";
    if (closes && !words.empty() && words.back() == ",") words.pop_back();
    const bool idle = word == ";" && (words.empty() || words.back() == ";" || words.back() == "{" ||
                                      words.back() == "}");
    if (!idle) words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::string> CommentsOf(const SourceFile& source) {
  std::vector<std::string> texts;
  for (const lang::Comment& comment : lang::FindComments(source))
    texts.push_back(
        source.text().substr(comment.span.begin, comment.span.end - comment.span.begin));
  return texts;
}

app::Description Application() {
  app::Task top{.name = "main", .variants = {{"cpu", ProcessorKind::kCpu}}};
  top.single_launched = true;
  app::Task step{.name = "step",
                 .variants = {{"gpu", ProcessorKind::kGpu}, {"cpu", ProcessorKind::kCpu}},
                 .index_launched = true,
                 .domains = {{4, 2}, {8}, {1, 1, 3}},
                 .parents = {"main"}};
  step.arguments.push_back({.names = {"rp_shared", "nodes"}});
  return {"fuzz", {top, step}};
}

void BindAndPlace(std::shared_ptr<const lang::Program> program, const SourceFile& source,
                  const machine::Shape& shape, const app::Description& app) {
  DiagnosticSink sink;
  lang::CheckAgainst(*program, app, shape, sink);
  auto mapping = mapping::Mapping::Bind(std::move(program), shape, sink);
  if (mapping) {
    mapping::CheckPlacements(*mapping, app, sink);
    for (const app::Description* known : {&app, static_cast<const app::Description*>(nullptr)}) {
      int told = 0;
      mapping::ShowTasks(*mapping, known, [&](const mapping::ShownTask& task) {
        CHECK(!mapping::ToText(task).empty());
        ++told;
      });
      CHECK(told > 0);
    }
    std::vector<std::vector<int64_t>> domains = {{3}, {2, 2}, {1, 2, 2}};
    if (source.text().find("print") != std::string::npos) domains.clear();  // they would be shown
    for (const auto& domain : domains) {
      auto points = mapping::ShowPoints(*mapping, nullptr, "step", domain);
      if (!points) continue;
      for (const mapping::ShownPoint& point : *points) {
        CHECK(point.processor.has_value() != point.failure.has_value());
        if (!point.processor) continue;
        CHECK(point.processor->node >= 0 && point.processor->node < shape.nodes());
        CHECK(point.processor->index >= 0 &&
              point.processor->index < shape.ProcessorsPerNode(point.kind));
      }
    }
  }
  CheckDiagnostics(sink.Take(), source);
}

}  // namespace

void LexerLaw(const std::string& text) {
  SourcePtr source = Source(text);
  DiagnosticSink sink;
  const std::vector<lang::Token> tokens = lang::Lex(*source, sink);
  CHECK(!tokens.empty() && tokens.back().kind == lang::TokenKind::kEnd);
  uint32_t at = 0;
  for (const lang::Token& token : tokens) {
    CHECK(token.span.begin >= at && Within(token.span, text.size()));
    at = token.span.end;
    if (token.kind == lang::TokenKind::kString) (void)lang::StringValue(*source, token);
  }
  CheckDiagnostics(sink.Take(), *source);
}

void ParserLaw(const std::string& text) {
  SourcePtr source = Source(text);
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(*source, sink);
  uint32_t at = 0;
  for (const lang::tree::Statement& statement : tree.statements) {
    CHECK(statement.span.begin >= at && Within(statement.span, text.size()));
    at = statement.span.end;
  }
  (void)lang::Print(tree);
  CheckDiagnostics(sink.Take(), *source);
}

// Formatting keeps the words and the comments in order, and once is enough.
void FormatterLaw(const std::string& text) {
  SourcePtr source = Source(text);
  DiagnosticSink sink;
  const std::optional<std::string> formatted = lang::Format(*source, sink);
  CHECK(formatted.has_value() == !sink.HasErrors());
  CheckDiagnostics(sink.Take(), *source);
  if (!formatted) return;
  SourcePtr again = Source(*formatted);
  CHECK(Words(*again) == Words(*source), *formatted);
  CHECK(CommentsOf(*again) == CommentsOf(*source), *formatted);
  DiagnosticSink second;
  CHECK(lang::Format(*again, second) == formatted, *formatted);
}

void CheckerLaw(const std::string& text) {
  SourcePtr source = Source(text);
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(*source, sink);
  const std::optional<lang::Program> program = lang::Check(tree, source, sink);
  CHECK(program.has_value() == !sink.HasErrors());
  if (program)
    lang::CheckAgainst(*program, Application(), machine::Shape(2, {.cpu = 4, .gpu = 4}), sink);
  CheckDiagnostics(sink.Take(), *source);
  if (!program) return;
  const std::string printed = lang::Print(tree);
  if (printed.size() > lang::kLargestText) return;  // blanks may make it too long to read
  SourcePtr again = Source(printed);
  DiagnosticSink second;
  const lang::Tree reparsed = lang::Parse(*again, second);
  CHECK(lang::Check(reparsed, again, second).has_value(), printed);
  CHECK(lang::Print(reparsed) == printed, printed);
}

void EvaluatorLaw(const std::string& text) {
  SourcePtr source = Source(text);
  DiagnosticSink sink;
  std::optional<lang::Program> compiled = lang::Compile(source, sink);
  if (!compiled) return;
  auto program = std::make_shared<const lang::Program>(std::move(*compiled));
  const app::Description app = Application();
  for (const machine::Shape& shape :
       {machine::Shape(1, {.cpu = 1}), machine::Shape(2, {.cpu = 4, .gpu = 4}),
        machine::Shape(3, {.cpu = 2, .gpu = 6, .omp = 1}), machine::Shape(720, {.gpu = 1})})
    BindAndPlace(program, *source, shape, app);
}

void DecisionsLaw(const std::string& text) {
  const tune::Decisions decisions = tune::FromText(text);
  const std::string printed = tune::Print(decisions);
  if (printed.size() > tune::kLongestText) return;  // it would be read in part
  CHECK(tune::Print(tune::FromText(printed)) == printed, printed);
}

}  // namespace groma::fuzz
