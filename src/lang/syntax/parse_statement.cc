// Statements of the file.
#include <fmt/format.h>

#include <algorithm>

#include "base/kinds.h"
#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/syntax/parser.h"

namespace groma::lang {

namespace {

constexpr size_t kMostRegionsSplit = 16;

bool IsConstraintWord(const tree::Name& name) {
  constexpr std::string_view kWords[] = {"SOA",   "AOS",      "C_order", "F_order",
                                         "Align", "No_Align", "Compact", "Exact"};
  return !name.quoted &&
         std::find(std::begin(kWords), std::end(kWords), name.text) != std::end(kWords);
}

bool IsKind(const tree::Name& name) {
  return !name.quoted && (ParseProcessorKind(name.text) || ParseMemoryKind(name.text));
}

}  // namespace

tree::Statement Parser::ParseStatement() {
  tree::Statement statement;
  uint32_t begin = Now().span.begin;
  statement.keyword = Now().span;
  statement_begin_ = begin;
  swallowed_ = false;
  const std::string_view word = Text(Now());
  if (Is(Next(), "=")) {
    statement.node = ParseAssignment();
    ExpectSemicolon("the assignment");
  } else if (SeesTypedFunction()) {
    Diagnostic found = MakeDiagnostic("E0119", Now().span, "a function states no result type");
    found.help = fmt::format("write `def {}(…) {{ … }}`", Text(Next()));
    found.edit = Edit{Now().span, "def"};
    Report(std::move(found));
    Advance();
    statement.node = ParseFunction();
  } else if (Take("def")) {
    statement.node = ParseFunction();
  } else {
    Advance();
    form_ = FindStatementForm(word);
    if (word == "Task") statement.node = ParseTask();
    if (word == "Region") statement.node = ParseRegionStatement();
    if (word == "Layout") statement.node = ParseLayout();
    if (word == "InstanceLimit") statement.node = ParseLimit();
    if (word == "CollectMemory") statement.node = ParseCollect();
    if (word == "IndexTaskMap") statement.node = ParseMap(true);
    if (word == "SingleTaskMap") statement.node = ParseMap(false);
    if (word == "ControlReplicate")
      statement.node = tree::ReplicateStatement{ParseTasks("ControlReplicate")};
    if (!lost_ && !Take(";")) ExpectSemicolon(fmt::format("the {} statement", word));
  }
  statement.span = From(begin);
  statement.complete = complete_;
  return statement;
}

void Parser::ParseUnknownStatement() {
  if (Sees("print") && Is(Next(), "(")) {
    Diagnostic found = MakeDiagnostic("E0407", Now().span, "print stands outside of a function");
    found.help = "move it into the function whose values it shows";
    return Lose(std::move(found));
  }
  if (Sees("return"))
    return Lose(MakeDiagnostic("E0407", Now().span, "return stands outside of a function"));
  if (Sees("}") || Sees(")") || Sees("]"))
    return Lose(MakeDiagnostic("E0108", Now().span, fmt::format("{} closes nothing", Found())));
  if (const StatementForm* form = FindStatementForm(Text(Now()))) return ParseWithoutTask(*form);
  if (Sees("/") && Is(Next(), "*") && Next().span.begin == Now().span.end)
    return StepOverBlockComment();
  Diagnostic found =
      MakeDiagnostic("E0106", Now().span, fmt::format("no statement begins with {}", Found()));
  if (SeesWord()) {
    std::vector<std::string_view> words = StatementWords();
    words.push_back("def");
    if (std::optional<std::string> nearest = Nearest(Text(Now()), words);
        nearest && *nearest != Text(Now())) {
      found.help = fmt::format("did you mean '{}'?", *nearest);
      found.edit = Edit{Now().span, *nearest};
    }
  }
  if (found.help.empty())
    found.help =
        "a statement is `Task`, `Region`, `Layout`, `InstanceLimit`, `CollectMemory`, "
        "`IndexTaskMap`, `SingleTaskMap`, `ControlReplicate`, `def`, or an assignment `x = …;`";
  Lose(std::move(found));
}

// `int f(Task task) { … }`
bool Parser::SeesTypedFunction() const {
  return SeesWord() && IsTypeWord(Text(Now())) && FindStatementForm(Text(Now())) == nullptr &&
         Next().kind == TokenKind::kWord && Is(Next(2), "(");
}

// `int x = 3;`
void Parser::StepOverType() {
  size_t words = 0;  // `const int x = 3;`
  while (Next(words).kind == TokenKind::kWord && IsTypeWord(Text(Next(words)))) ++words;
  const Token& name = Next(words);
  if (words == 0 || name.kind != TokenKind::kWord || !Is(Next(words + 1), "=")) return;
  Diagnostic found = MakeDiagnostic("E0119", {Now().span.begin, Next(words - 1).span.end},
                                    "assignments state no type");
  found.help = fmt::format("write `{} = …;`", Text(name));
  found.edit = Edit{{Now().span.begin, name.span.begin}, ""};
  Report(std::move(found));
  while (words-- > 0) Advance();
}

void Parser::StepOverBlockComment() {
  const Span open = {Now().span.begin, Next().span.end};
  Diagnostic found = MakeDiagnostic("E0106", open, "there are no comments of several lines");
  found.help = "begin each line of the comment with '#' or '//'";
  const size_t close = never_closed_ ? text_.npos : text_.find("*/", open.end);
  never_closed_ = close == text_.npos;
  size_t end = never_closed_ ? text_.find('\n', open.end) : close + 2;
  end = std::min(end, text_.size());
  if (!never_closed_ && text_.find_first_not_of(" \t\r", end) == text_.find('\n', end)) {
    std::string lines = "#";
    for (const char c : text_.substr(open.end, close - open.end))
      lines += c == '\n' ? "\n#" : std::string(1, c);
    found.edit = Edit{{open.begin, static_cast<uint32_t>(end)}, lines};
  }
  Report(std::move(found));
  while (!AtEnd() && Now().span.begin < end) Advance();
  lost_ = false;
}

void Parser::ParseWithoutTask(const StatementForm& form) {
  Advance();
  Diagnostic found = MakeDiagnostic(
      "E0104", Now().span,
      fmt::format("expected a task name or '*' after {}, found {}", form.word, Found()));
  found.help = HelpOnForm(form);
  found.edit = Sees("(") ? WithoutParentheses(form) : TaskFirst(form);
  Lose(std::move(found));
}

// `InstanceLimit 4 step;`, `CollectMemory 0 step;`
std::optional<Edit> Parser::TaskFirst(const StatementForm& form) const {
  const bool numbered = form.word == "InstanceLimit" || form.word == "CollectMemory";
  const bool name = Next().kind == TokenKind::kWord || Next().kind == TokenKind::kString;
  if (!numbered || Now().kind != TokenKind::kInteger || !name || !Is(Next(2), ";"))
    return std::nullopt;
  return Swapped(source_.text(), Now().span, Next().span);
}

// `Task(step, GPU);`
std::optional<Edit> Parser::WithoutParentheses(const StatementForm& form) const {
  std::string words;
  size_t ahead = 0, count = 0;
  do {
    const Token& word = Next(++ahead);
    const bool fits = word.kind == TokenKind::kWord || word.kind == TokenKind::kString ||
                      word.kind == TokenKind::kInteger || Is(word, "*");
    if (!fits) return std::nullopt;
    words += count > form.operands ? form.list : " ";
    words += Text(word);
    ++count;
  } while (Is(Next(++ahead), ","));
  const bool right_count = form.list.empty() ? count == form.operands : count > form.operands;
  if (!right_count || !Is(Next(ahead), ")") || !Is(Next(ahead + 1), ";")) return std::nullopt;
  return Edit{{Now().span.begin, Next(ahead).span.end}, words};
}

tree::Name Parser::TakeName() {
  Token token = Advance();
  bool quoted = token.kind == TokenKind::kString;
  return {quoted ? StringValue(source_, token) : std::string(Text(token)), token.span, quoted};
}

std::optional<tree::Name> Parser::ParseName(std::string_view what, std::string_view after) {
  if (lost_) return std::nullopt;
  bool name = SeesWord() || Now().kind == TokenKind::kString;
  if (name && !(Now().starts_line && BeginsStatement(at_))) return TakeName();
  Expected(after.empty() ? std::string(what) : fmt::format("{} after {}", what, after));
  return std::nullopt;
}

// A comma list of names.
tree::Names Parser::ParseList(std::string_view what, std::string_view after) {
  tree::Names names;
  do {
    std::optional<tree::Name> name = ParseName(what, after);
    if (!name) return names;
    names.push_back(std::move(*name));
  } while (Take(","));
  return names;
}

// A comma list of names or a single star.
tree::Names Parser::ParseTasks(std::string_view statement) {
  if (!Sees("*")) return ParseList("a task name or '*'", statement);
  tree::Names names;
  names.push_back(TakeName());
  if (!Sees(",")) return names;
  Diagnostic found = MakeDiagnostic("E0404", Now().span, "'*' already means all tasks");
  found.help = "write '*' alone, or names alone";
  Lose(std::move(found));
  return names;
}

tree::Region Parser::ParseRegion() {
  tree::Region region;
  if (lost_) return region;
  if (Now().kind == TokenKind::kInteger) {
    region.position = Now().value;
    region.name = TakeName();
  } else if (Sees("*")) {
    region.name = TakeName();
  } else if (auto name = ParseName("a region: a name, a position, or '*'")) {
    region.name = std::move(*name);
  }
  if (!lost_ && Sees(",")) LoseRegionList(region);
  return region;
}

// `CollectMemory step 0,1;`
void Parser::LoseRegionList(const tree::Region& first) {
  Diagnostic found = MakeDiagnostic("E0404", Now().span, "a statement names one region");
  found.help = "write a statement for each region, or '*' for all";
  found.edit = SplitByRegion(first);
  Lose(std::move(found));
}

// A statement for each region of a list of a few.
std::optional<Edit> Parser::SplitByRegion(const tree::Region& first) const {
  std::vector<Span> regions = {first.name.span};
  size_t ahead = 0;
  for (; Is(Next(ahead), ","); ahead += 2) {
    const TokenKind kind = Next(ahead + 1).kind;
    const bool region =
        kind == TokenKind::kWord || kind == TokenKind::kString || kind == TokenKind::kInteger;
    if (!region || regions.size() == kMostRegionsSplit) return std::nullopt;
    regions.push_back(Next(ahead + 1).span);
  }
  while (!Is(Next(ahead), ";")) {
    if (Next(ahead).kind == TokenKind::kEnd || Next(ahead).starts_line) return std::nullopt;
    ++ahead;
  }
  Edit split = {{statement_begin_, Next(ahead).span.end}, ""};
  const std::string_view before = TextOf({split.span.begin, first.name.span.begin});
  const std::string_view after = TextOf({regions.back().end, split.span.end});
  for (const Span region : regions)
    split.replacement +=
        fmt::format("{}{}{}{}", region == regions[0] ? "" : "\n", before, TextOf(region), after);
  return split;
}

std::optional<int64_t> Parser::ParseInteger(std::string_view what) {
  if (lost_) return std::nullopt;
  bool negative = Sees("-") && Next().kind == TokenKind::kInteger;
  if (negative) Advance();
  if (Now().kind == TokenKind::kInteger) {
    int64_t value = Advance().value;
    return negative ? -value : value;
  }
  Expected(what);
  return std::nullopt;
}

// A comma list of kinds. In `Task foo GPU CPU;` the second kind can only be another element.
tree::Names Parser::ParseKinds(std::string_view what) {
  if (lost_) return {};
  tree::Names kinds = ParseList(what);
  while (!lost_ && SeesWord() && !Now().starts_line && !BeginsStatement(at_)) {
    uint32_t end = Previous().span.end;
    Diagnostic found = MakeDiagnostic(
        "E0112", Now().span, fmt::format("',' missing before {} in a list of kinds", Found()));
    found.help = "kinds are separated by commas, in order of preference";
    bool blanks = source_.text().find_first_not_of(" \t", end) == Now().span.begin;
    found.edit = Edit{{end, blanks ? Now().span.begin : end}, ","};
    Report(std::move(found));
    tree::Names more = ParseList(what);
    std::move(more.begin(), more.end(), std::back_inserter(kinds));
  }
  return kinds;
}

tree::TaskStatement Parser::ParseTask() {
  tree::TaskStatement task;
  task.tasks = ParseTasks("Task");
  if (!lost_ && Sees(":") && Next().kind == TokenKind::kWord) {  // Task step: GPU;
    Diagnostic found = MakeDiagnostic("E0104", Now().span, "no ':' stands behind the task");
    found.help = HelpOnForm(*form_);
    found.edit = Edit{Now().span, ""};
    Report(std::move(found));
    Advance();
  }
  task.processors = ParseKinds("a processor kind (CPU, GPU, OMP)");
  return task;
}

tree::RegionStatement Parser::ParseRegionStatement() {
  tree::RegionStatement region;
  region.tasks = ParseTasks("Region");
  region.region = ParseRegion();
  if (!lost_ && Sees("*"))
    region.processor = TakeName();
  else if (auto name = ParseName("a processor kind or '*' after the region"))
    region.processor = std::move(*name);
  const bool too_few = !lost_ && Sees(";") && ParseMemoryKind(region.processor.text);
  if (too_few && !ParseProcessorKind(region.region.name.text)) {  // Region * rp_shared FBMEM;
    ReportMissingStar("Region", "task, region, processor and memories", region.processor.span);
    region.memories = {region.processor};
    region.processor = {"*", region.processor.span, false};
    return region;
  }
  if (too_few) {  // Region * GPU FBMEM;
    ReportMissingStar("Region", "task, region, processor and memories", region.region.name.span);
    region.memories = {region.processor};
    region.processor = region.region.name;
    region.region.name = {"*", region.processor.span, false};
    return region;
  }
  region.memories = ParseKinds("a memory kind (FBMEM, ZCMEM, SYSMEM)");
  return region;
}

void Parser::ReportMissingStar(std::string_view statement, std::string_view words, Span before) {
  Diagnostic found = MakeDiagnostic(
      "E0408", before, fmt::format("a word is missing: {} names {}", statement, words));
  found.help = "write '*' for what the statement leaves open";
  found.edit = Edit{{before.begin, before.begin}, "* "};
  Report(std::move(found));
}

tree::LayoutStatement Parser::ParseLayout() {
  tree::LayoutStatement layout;
  layout.tasks = ParseTasks("Layout");
  layout.region = ParseRegion();
  if (!lost_ && Sees("*"))
    layout.place = TakeName();
  else if (auto name = ParseName("a processor kind, a memory kind or '*' after the region"))
    layout.place = std::move(*name);
  if (!lost_ && IsConstraintWord(layout.place)) {
    const bool region_missing = IsKind(layout.region.name);  // Layout * GPU SOA;
    ReportMissingStar("Layout", "task, region, processor and constraints",
                      region_missing ? layout.region.name.span : layout.place.span);
    --at_;
    layout.place = {"*", layout.place.span, false};
    if (region_missing) std::swap(layout.region.name, layout.place);
  }
  while (!lost_ && !Sees(";") && !AtEnd() && !(Now().starts_line && BeginsStatement(at_))) {
    layout.constraints.push_back(ParseConstraint());
    if (lost_ || !Sees(",")) continue;
    Diagnostic found =
        MakeDiagnostic("E0112", Now().span, "the constraints of a Layout stand without commas");
    found.help = "leave the ',' out";
    found.edit = Edit{Now().span, Next().span.begin == Now().span.end ? " " : ""};
    Report(std::move(found));
    Advance();
  }
  if (!lost_ && layout.constraints.empty())
    Expected("a constraint (SOA, AOS, C_order, F_order, Align==N, …)");
  return layout;
}

tree::Constraint Parser::ParseConstraint() {
  tree::Constraint constraint;
  uint32_t begin = Now().span.begin;
  if (!SeesWord()) {
    Expected("a constraint (SOA, AOS, C_order, F_order, Align==N, …)");
    return constraint;
  }
  constraint.word = TakeName();
  if (Sees("=")) {
    Diagnostic found = MakeDiagnostic("E0114", Now().span, "alignments are compared with '=='");
    found.help = "write '=='";
    found.edit = Edit{Now().span, "=="};
    Report(std::move(found));
    Advance();
    constraint.comparison = Comparison::kEqual;
  }
  if (!constraint.comparison && constraint.word.text == "Align" &&
      Now().kind == TokenKind::kInteger) {
    uint32_t end = Previous().span.end;
    Diagnostic found = MakeDiagnostic("E0114", Now().span, "an alignment stands behind '=='");
    found.help = fmt::format("write Align=={}", Text(Now()));
    found.edit = Edit{{end, Now().span.begin}, "=="};
    Report(std::move(found));
    constraint.comparison = Comparison::kEqual;
  }
  for (auto comparison : {Comparison::kEqual, Comparison::kLess, Comparison::kLessEqual,
                          Comparison::kGreater, Comparison::kGreaterEqual, Comparison::kNotEqual})
    if (!constraint.comparison && Take(ToString(comparison))) constraint.comparison = comparison;
  if (constraint.comparison)
    constraint.value = ParseInteger("a number of bytes after the comparison").value_or(1);
  constraint.span = From(begin);
  return constraint;
}

tree::LimitStatement Parser::ParseLimit() {
  tree::LimitStatement limit;
  limit.tasks = ParseTasks("InstanceLimit");
  uint32_t begin = Now().span.begin;
  limit.limit = ParseInteger("a number of tasks").value_or(1);
  limit.limit_span = From(begin);
  return limit;
}

tree::CollectStatement Parser::ParseCollect() {
  tree::CollectStatement collect;
  collect.tasks = ParseTasks("CollectMemory");
  collect.region = ParseRegion();
  return collect;
}

tree::MapStatement Parser::ParseMap(bool index) {
  tree::MapStatement map;
  map.index = index;
  map.tasks = ParseTasks(index ? "IndexTaskMap" : "SingleTaskMap");
  if (auto name = ParseName("the name of a function")) map.function = std::move(*name);
  bool older = !lost_ && index && SeesWord() && !Now().starts_line;
  if (older) {
    map.machine = std::move(map.function);
    map.function = TakeName();
  }
  return map;
}

tree::Assignment Parser::ParseAssignment() {
  tree::Assignment assignment;
  assignment.variable = TakeName();
  Advance();  // '='
  assignment.value = ParseExpression();
  return assignment;
}

}  // namespace groma::lang
