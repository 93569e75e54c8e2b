// Each shipped rule against what a run really printed: examples/ID.txt (or ID.WORD.txt). The lines
// that begin with # say which command gave it; then come `status: …`, `metric: NAME VALUE`, and
// below an empty line what rules look at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "base/files.h"
#include "guide/match.h"

namespace groma::guide {
namespace {

namespace fs = std::filesystem;
using eval::OutcomeStatus;

std::vector<fs::path> ExampleFiles() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(GROMA_SOURCE_DIR) / "src/guide/examples"))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// "hang" of hang.txt and of hang.defer.txt.
std::string IdOf(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.substr(0, name.find('.'));
}

struct Example {
  std::string command;
  Facts facts;
};

OutcomeStatus StatusOf(const std::string& name) {
  for (const OutcomeStatus status :
       {OutcomeStatus::kOk, OutcomeStatus::kMappingError, OutcomeStatus::kRuntimeError,
        OutcomeStatus::kOutOfMemory, OutcomeStatus::kWrongResult, OutcomeStatus::kTimeout,
        OutcomeStatus::kCrashed})
    if (eval::ToString(status) == name) return status;
  ADD_FAILURE() << "no status " << name;
  return OutcomeStatus::kOk;
}

Example ReadExample(const fs::path& file) {
  std::istringstream text(ReadFile(file).value());
  Example example;
  for (std::string line; std::getline(text, line) && !line.empty();) {
    if (line.starts_with("#")) example.command += line + "\n";
    if (line.starts_with("status: ")) example.facts.status = StatusOf(line.substr(8));
    if (line.starts_with("metric: ")) {
      std::istringstream words(line.substr(8));
      std::string name;
      double value = 0;
      words >> name >> value;
      const std::optional<size_t> metric = FindMetric(name);
      EXPECT_TRUE(metric && words) << line;
      if (metric) example.facts.metrics[*metric] = value;
    }
  }
  example.facts.text.assign(std::istreambuf_iterator<char>(text), {});
  return example;
}

class Examples : public ::testing::TestWithParam<fs::path> {};

TEST_P(Examples, AnswersToItsRuleFirst) {
  const Example example = ReadExample(GetParam());
  EXPECT_FALSE(example.command.empty());
  const Matches matches = MatchRules({}, example.facts);
  ASSERT_FALSE(matches.found.empty());
  const Match& first = matches.found.front();
  EXPECT_EQ(first.rule->id, IdOf(GetParam())) << first.line;
  EXPECT_TRUE(matches.given_up.empty());
  for (const Action& action : first.actions) EXPECT_FALSE(ToString(action).empty());
}

INSTANTIATE_TEST_SUITE_P(Rules, Examples, ::testing::ValuesIn(ExampleFiles()),
                         [](const auto& info) {
                           std::string name = info.param.stem().string();
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

TEST(Rules, EachHasAnExample) {
  std::set<std::string> known;
  for (const fs::path& file : ExampleFiles()) known.insert(IdOf(file));
  for (const Rule& rule : ShippedRules()) EXPECT_TRUE(known.contains(rule.id)) << rule.id;
}

TEST(Rules, CoverTheNineCasesOfTableA3) {
  std::set<std::string> cases;
  for (const Rule& rule : ShippedRules()) cases.insert(rule.group);
  for (int number = 1; number <= 9; ++number)
    EXPECT_TRUE(cases.contains("A3." + std::to_string(number))) << number;
}

}  // namespace
}  // namespace groma::guide
