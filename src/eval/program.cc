#include "eval/program.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <set>

#include "base/files.h"
#include "base/quantities.h"
#include "base/source.h"
#include "eval/pattern.h"
#include "machine/nearest.h"
#include "machine/toml_text.h"

namespace groma::eval {
namespace {

constexpr int64_t kVersion = 1;

// The mistakes of one file, a line each.
class Mistakes {
 public:
  explicit Mistakes(std::string file) : file_(std::move(file)) {}

  void Add(const toml::source_region& where, std::string_view what) {
    lines_.push_back(
        fmt::format("{}:{}:{}: {}", file_, where.begin.line, where.begin.column, what));
  }
  bool empty() const { return lines_.empty(); }
  Error ToError() const { return Error{fmt::format("{}", fmt::join(lines_, "\n"))}; }

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

// One table of the file. Each getter leaves `value` alone when the key is not there.
class Section {
 public:
  Section(const toml::table& table, std::string name, Mistakes* mistakes)
      : table_(table), name_(std::move(name)), mistakes_(mistakes) {}

  const toml::node* Get(std::string_view key) {
    known_.insert(std::string(key));
    return table_.get(key);
  }

  template <class T>
  void Read(std::string_view key, T* value, std::string_view expected) {
    const toml::node* node = Get(key);
    if (node == nullptr) return;
    if (auto found = node->value_exact<T>())
      *value = *found;
    else
      Wrong(*node, key, expected);
  }

  void Text(std::string_view key, std::string* value) { Read(key, value, "a text"); }
  void Flag(std::string_view key, bool* value) { Read(key, value, "true or false"); }

  std::optional<int64_t> Count(std::string_view key, int64_t least) {
    const toml::node* node = Get(key);
    if (node == nullptr) return std::nullopt;
    auto number = node->value_exact<int64_t>();
    if (number && *number >= least && *number <= 1'000'000) return number;
    Wrong(*node, key, fmt::format("a whole number from {} to 1000000", least));
    return std::nullopt;
  }

  // A regular expression; `groups` is how many it must have, or -1.
  void Pattern(std::string_view key, int groups, std::string* value) {
    const toml::node* node = Get(key);
    if (node == nullptr) return;
    Read(key, value, "a regular expression");
    const Result<eval::Pattern> pattern = eval::Pattern::Compile(*value);
    if (!pattern)
      mistakes_->Add(node->source(), fmt::format("'{}' {}", key, pattern.error().message));
    else if (groups >= 0 && static_cast<int>(pattern->groups()) != groups)
      mistakes_->Add(node->source(),
                     fmt::format("'{}' must have one group (…) around the number, and has {}; "
                                 "write (?:…) for the others",
                                 key, pattern->groups()));
  }

  void Wrong(const toml::node& node, std::string_view key, std::string_view expected) {
    mistakes_->Add(node.source(), fmt::format("'{}' must be {}", key, expected));
  }

  // Reports the keys that nobody asked for.
  void Finish() {
    for (const auto& [key, node] : table_) {
      std::string name(key.str());
      if (known_.contains(name)) continue;
      std::string nearest = machine::Nearest(name, {known_.begin(), known_.end()});
      mistakes_->Add(key.source(),
                     fmt::format("{} has no key '{}'{}", name_, name,
                                 nearest.empty() ? "" : fmt::format("; is '{}' meant?", nearest)));
    }
  }

  const toml::table& table() const { return table_; }
  Mistakes* mistakes() { return mistakes_; }

 private:
  const toml::table& table_;
  std::string name_;
  Mistakes* mistakes_;
  std::set<std::string> known_;
};

void ReadCommand(Section& section, Program* program) {
  const toml::node* node = section.Get("command");
  if (node == nullptr) {
    section.mistakes()->Add(
        section.table().source(),
        "'command' is missing: the program and its arguments as a list of texts");
    return;
  }
  const toml::array* list = node->as_array();
  if (list == nullptr || list->empty())
    return section.Wrong(*node, "command", "a list of texts that is not empty");
  for (const toml::node& item : *list) {
    if (auto text = item.value_exact<std::string>())
      program->command.push_back(*text);
    else
      section.Wrong(item, "command", "a list of texts");
  }
  if (!program->command.empty() && program->command[0].empty())
    section.Wrong(*node, "command", "a list that begins with the program");
}

void ReadEnvironment(Section& section, Program* program) {
  const toml::node* node = section.Get("environment");
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) return section.Wrong(*node, "environment", "a table of texts");
  for (const auto& [key, value] : *table) {
    if (auto text = value.value_exact<std::string>())
      program->environment.emplace(key.str(), *text);
    else
      section.Wrong(value, key.str(), "a text");
  }
}

void ReadTimeLimit(Section& section, Program* program) {
  const toml::node* node = section.Get("time_limit");
  if (node == nullptr) return;
  auto text = node->value_exact<std::string>();
  if (!text) return section.Wrong(*node, "time_limit", "a text with a unit, such as \"60 s\"");
  Result<Nanoseconds> limit = ParseNanoseconds(*text);
  if (!limit || limit->count <= 0)
    return section.Wrong(*node, "time_limit",
                         fmt::format("longer than nothing{}{}", limit ? "" : ": ",
                                     limit ? "" : limit.error().message));
  program->time_limit_seconds = limit->Seconds();
}

void ReadMetric(Section& section, Program* program) {
  const toml::node* node = section.Get("metric");
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) return section.Wrong(*node, "metric", "a table");
  Section metric(*table, "[metric]", section.mistakes());
  metric.Pattern("pattern", 1, &program->metric.pattern);
  metric.Text("unit", &program->metric.unit);
  std::string better = "higher";
  metric.Text("better", &better);
  if (better != "higher" && better != "lower")
    metric.Wrong(*table->get("better"), "better", "\"higher\" or \"lower\"");
  program->metric.higher_is_better = better == "higher";
  metric.Flag("virtual_clock", &program->metric.virtual_clock);
  if (program->metric.pattern.empty() && !table->empty())
    section.mistakes()->Add(table->source(),
                            "[metric] lacks 'pattern': a regular expression with one group, the "
                            "number. Without [metric] the seconds are measured");
  metric.Finish();
}

void ReadCorrect(Section& section, Program* program) {
  const toml::node* node = section.Get("correct");
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) return section.Wrong(*node, "correct", "a table");
  Section correct(*table, "[correct]", section.mistakes());
  correct.Pattern("pattern", -1, &program->correct_pattern);
  correct.Pattern("wrong", -1, &program->wrong_pattern);
  correct.Finish();
}

// The version comes before all else: the rest of a newer file means nothing to us.
bool CheckVersion(Section& section) {
  const toml::node* node = section.Get("groma_program");
  if (node == nullptr) {
    section.mistakes()->Add(section.table().source(),
                            "this is no program file: it does not begin with groma_program = 1");
    return false;
  }
  auto version = node->value_exact<int64_t>();
  if (!version || *version < 1) {
    section.Wrong(*node, "groma_program", "1");
    return false;
  }
  if (*version <= kVersion) return true;
  section.mistakes()->Add(
      node->source(),
      fmt::format("version {} of program files is newer than this groma, which reads "
                  "up to {}: install a newer groma",
                  *version, kVersion));
  return false;
}

void ReadAll(Section& section, Program* program) {
  section.Text("name", &program->name);
  ReadCommand(section, program);
  ReadEnvironment(section, program);
  if (auto ranks = section.Count("ranks", 1)) program->ranks = static_cast<int>(*ranks);
  if (auto id = section.Count("mapper_id", 0)) program->mapper_id = static_cast<int>(*id);
  ReadMetric(section, program);
  ReadCorrect(section, program);
  ReadTimeLimit(section, program);
  section.Text("description", &program->description_file);
  section.Text("expert", &program->expert_mapping);
  section.Text("start", &program->start_mapping);
  section.Flag("waits_declared", &program->waits_declared);
  section.Flag("launcher", &program->launcher);
  section.Finish();
}

}  // namespace

Result<Program> ParseProgram(std::string_view text, const std::filesystem::path& file) {
  if (const auto flaw = machine::FindTomlFlaw(text)) {
    const Position at =
        SourceFile(file.string(), std::string(text)).PositionOf(static_cast<uint32_t>(flaw->at));
    return Error{fmt::format("{}:{}:{}: {}", file.string(), at.line, at.column, flaw->message)};
  }
  Mistakes mistakes(file.string());
  Program program;
  program.name = file.stem().string();
  program.folder = std::filesystem::absolute(file).parent_path();
  program.metric = {"", "s", false};  // seconds, unless [metric] says otherwise
  try {
    toml::table table = toml::parse(text, file.string());
    Section section(table, "a program file", &mistakes);
    if (table.contains("metric")) program.metric = Metric{};
    if (CheckVersion(section)) ReadAll(section, &program);
  } catch (const toml::parse_error& error) {
    mistakes.Add(error.source(), error.description());
  }
  if (!mistakes.empty()) return mistakes.ToError();
  return program;
}

Result<Program> ReadProgram(const std::filesystem::path& file) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  return ParseProgram(*text, file);
}

Result<Program> ProgramFromCommand(const std::vector<std::string>& command) {
  if (command.empty() || command[0].empty())
    return Error{"there is no program: write it and its arguments after --"};
  Program program;
  std::error_code error;
  program.folder = std::filesystem::current_path(error);
  if (error) return Error{fmt::format("the current folder is gone: {}", error.message())};
  program.name = std::filesystem::path(command[0]).filename().string();
  program.command = command;
  program.metric = {"", "s", false};
  return program;
}

}  // namespace groma::eval
