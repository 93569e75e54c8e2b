// The fuzz targets without clang: their seeds cut and mutated, random bytes, and texts that are
// made to be dear. GROMA_SEED repeats a run.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "allocation_counter.h"
#include "base/files.h"
#include "lang/syntax/lexer.h"
#include "targets.h"

namespace groma::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kMutations = 1500;

std::vector<std::string> Seeds(const Target& target) {
  std::vector<fs::path> files;
  for (std::string_view seed : target.seeds) {
    const fs::path path = fs::path(GROMA_SOURCE_DIR) / seed;
    if (fs::is_regular_file(path)) files.push_back(path);
    if (!fs::is_directory(path)) continue;
    for (const auto& entry : fs::directory_iterator(path))
      if (entry.path().extension() == target.extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const fs::path& file : files) seeds.push_back(*ReadFile(file));
  return seeds;
}

// No text makes a stage use more than 64 times its size and 64 MB.
void Try(const Target& target, const std::string& text) {
  AllocationPeak peak;
  target.law(text);
  const size_t allowed = 64 * text.size() + (size_t{64} << 20);
  EXPECT_LE(peak.Bytes(), allowed)
      << target.name << " on " << text.size() << " bytes: " << text.substr(0, 60);
}

class Robustness : public testing::TestWithParam<Target> {};

TEST_P(Robustness, SeedsAreThereAndTheScriptKnowsTheTarget) {
  EXPECT_FALSE(Seeds(GetParam()).empty());
  const fs::path folder = fs::path(GROMA_SOURCE_DIR) / "tests/fuzz";
  EXPECT_TRUE(fs::exists(folder / GetParam().dictionary));
  for (const char* file : {"run.sh", "CMakeLists.txt"})
    EXPECT_NE(ReadFile(folder / file)->find(GetParam().name), std::string::npos) << file;
}

TEST_P(Robustness, SeedsCutAnywhere) {
  for (const std::string& text : Seeds(GetParam())) {
    const size_t step = std::max<size_t>(1, text.size() / 40);
    for (size_t size = 0; size <= text.size(); size += step) Try(GetParam(), text.substr(0, size));
    Try(GetParam(), text);
  }
}

// The pieces between blanks and around signs, as a machine would shuffle them.
std::vector<std::string> Pieces(const std::string& text) {
  std::vector<std::string> pieces(1);
  for (char c : text) {
    const bool word = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    if (!word) pieces.emplace_back();
    pieces.back() += c;
    if (!word) pieces.emplace_back();
  }
  return pieces;
}

std::string Mutated(const std::vector<std::string>& seeds, std::mt19937_64& random) {
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  static const std::vector<std::string> kDear = {"9223372036854775807",
                                                 "-1",
                                                 "0",
                                                 "1000000000000",
                                                 "\xff",
                                                 "\xF0\x9F\x98\x80",
                                                 "\n",
                                                 "\"",
                                                 "#",
                                                 "1e308",
                                                 "[[[[",
                                                 "{",
                                                 "* ",
                                                 "65536"};
  std::vector<std::string> pieces = Pieces(seeds[below(seeds.size())]);
  const std::vector<std::string> donors = Pieces(seeds[below(seeds.size())]);
  for (size_t edits = 1 + below(12); edits > 0 && !pieces.empty(); --edits) {
    const size_t at = below(pieces.size());
    const std::string& donor =
        below(4) == 0 ? kDear[below(kDear.size())] : donors[below(donors.size())];
    const auto where = pieces.begin() + static_cast<ptrdiff_t>(at);
    switch (below(4)) {
      case 0:
        pieces.erase(where);
        break;
      case 1:
        pieces.insert(where, donor);
        break;
      case 2:
        std::swap(pieces[at], pieces[below(pieces.size())]);
        break;
      default:
        pieces[at] = donor;
    }
  }
  std::string mutated;
  for (const std::string& piece : pieces) mutated += piece;
  return mutated;
}

TEST_P(Robustness, MutatedSeedsAndRandomBytes) {
  const char* given = std::getenv("GROMA_SEED");
  const uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("GROMA_SEED=" + std::to_string(seed));
  std::printf("GROMA_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> seeds = Seeds(GetParam());
  for (int i = 0; i < kMutations; ++i) Try(GetParam(), Mutated(seeds, random));
  for (int i = 0; i < kMutations / 4; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    Try(GetParam(), bytes);
  }
}

std::string Repeated(const std::string& piece, const std::string& begin = "",
                     const std::string& end = "") {
  std::string text = begin;
  while (text.size() + piece.size() + end.size() < lang::kLargestText) text += piece;
  return text + end;
}

// Numbered so that each name is another one.
template <class Line>
std::string Numbered(Line line) {
  std::string text;
  for (int i = 0; text.size() < lang::kLargestText - 200; ++i) text += line(std::to_string(i));
  return text;
}

/// Another name each, in a list.
std::string ManyTasks() {
  std::string tasks = "t";
  for (int i = 0; i < 80000; ++i) tasks += ",t" + std::to_string(i);
  return tasks;
}

// Each is quadratic, or takes much memory, with a careless reader; ctest's time limit judges the
// time.
std::vector<std::string> DearMappings() {
  return {Repeated("x=1 "),
          Repeated("\"\""),
          Repeated("\"a\\"),
          Repeated("a,", "Task ", "b GPU;"),
          Repeated("b=", "a="),
          Repeated("b = 1;\n"),
          Repeated("def f(int a) { return a; }\n"),
          Repeated("("),
          Repeated("{"),
          Repeated("}"),
          Repeated("if (a) { b } else "),
          Repeated("def f(Task t):\n return t\n"),
          Repeated("Layout * * * "),
          Repeated("1+", "x="),
          Repeated("y;\n"),
          Repeated("a", "x=", ";"),
          Repeated("SOA ", "Layout * * * "),
          Repeated("def f(Task t) { return t; "),
          Repeated("1,", "x=(", "1);"),
          Repeated("#\n"),
          Repeated("1,#\n", "x=(", "1);"),
          Repeated("Task * GPU;\n"),
          Repeated("Region * * GPU FBMEM;"),
          Repeated("Region t a,b GPU FBMEM;"),
          Repeated("b,", "Region t a,", "c GPU FBMEM;"),
          Repeated("int "),
          Repeated("/* ;"),
          Repeated("x = 4 // 2\n"),
          Numbered([](const std::string& i) { return "variable" + i + "=variabel" + i + ";\n"; }),
          Numbered([](const std::string& i) {
            return "def f" + i + "(int a) { return f" + i + "1(a); }\n";
          }),
          Numbered([](const std::string& i) { return "Task t" + i + " GPU;\n"; })};
}

std::vector<std::string> DearFiles() {
  return {Repeated("\"\""),
          Repeated("\"a\\"),
          Repeated("("),
          Repeated("{"),
          Repeated("\xff"),
          Repeated("#\n"),
          Repeated("[", "{\"tasks\": "),
          Repeated("{\"a\":"),
          Repeated("[0,"),
          Repeated("0,", "["),
          Repeated("a=["),
          Repeated("[a.b]\n"),
          Repeated("x={y="),
          Repeated("a.", "", "b=1"),
          Repeated("{\"record\":\"x\"}\n"),
          Repeated("(", "groma_program = 1\n[correct]\npattern = '", "'\n"),
          Numbered([](const std::string& i) { return "a" + i + "=\"" + i + "\"\n"; })};
}

TEST_P(Robustness, TheDearestTextsTakeReasonableTimeAndMemory) {
  for (const std::string& text : GetParam().extension == ".map" ? DearMappings() : DearFiles()) {
    const auto begin = std::chrono::steady_clock::now();
    Try(GetParam(), text);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (took.count() > 1)
      std::printf("%.1f s, %zu bytes: %s\n", took.count(), text.size(), text.substr(0, 40).c_str());
  }
}

// Mappings whose evaluation would be long, or large.
TEST(Evaluation, DearMappingsEndWithinTheirBudgets) {
  const std::string m = "m = Machine(GPU);\n";
  std::string tuples = "a0 = tuple(i for i in range(60000));\n", texts, nested = "m", doubled;
  for (int i = 1; i < 2000; ++i)
    tuples += "a" + std::to_string(i) + " = a" + std::to_string(i - 1) + ";\n";
  for (int i = 0; i < 90; ++i) nested += ".split(0, 1).merge(0, 1)";
  texts = "def name() { return \"" + std::string(400000, 'x') + "\"; }\n";
  for (int i = 0; i < 10000; ++i) texts += "s" + std::to_string(i) + " = name();\n";
  doubled = "def f0(Task t) { return m[0, 0]; }\n";
  for (int i = 1; i < 60; ++i) {
    const std::string one = "f" + std::to_string(i - 1) + "(t)";
    doubled += "def f" + std::to_string(i) + "(Task t) { a = " + one + "; return " + one + "; }\n";
  }
  const std::string busy =
      "def g(Task t) { a = tuple(i * i for i in range(60000)); return m[0, a[0]]; }\n";
  for (const std::string& text :
       {tuples, texts, m + "n = " + nested + ";\n", m + doubled + "IndexTaskMap step f59;\n",
        m + busy + "IndexTaskMap step g;\nSingleTaskMap step g;\n",
        m + "n = m.balance_split(0, 16).decompose(15, tuple(i for i in range(16)));\n",
        m + "n = m.decompose(0, range(60000));\n", m + "n = m.balance_split(1, 9000000000);\n",
        std::string("x = tuple(tuple(i for i in range(9)).size for j in range(65536));\n"),
        std::string("x = range(65536) * range(65536) + range(65536) * 3 - 1;\n"),
        "Task " + ManyTasks() + " GPU;\n"})
    Try(*FindTarget("evaluator"), text);
}

TEST(Checking, AStatementAboutManyTasksAndALongNameTakesLittleMemory) {
  const std::string subject = ManyTasks() + " " + std::string(300000, 'n');
  for (const std::string& text :
       {"Region " + subject + " GPU FBMEM,ZCMEM;\n", "CollectMemory " + subject + ";\n",
        "Layout " + subject + " GPU AOS F_order Align==64 Exact;\n"})
    Try(*FindTarget("checker"), text);
}

// Mappings that pass the checker and would be long in C++, or take long to be written.
TEST(Generation, DearMappingsBecomeCppWithinTheBounds) {
  const std::string m = "m = Machine(GPU);\n", name(200000, 'n');
  const std::string point = "def f(Task t) { return m[0, 0]; }\n", tasks = ManyTasks();
  std::string functions = m, hoisted = "def f(tuple t) { ", lambdas = "x0 = 1;\n";
  for (int i = 0; i < 12000; ++i)
    functions += "def f" + std::to_string(i) + "(Task t) { before = t.ipoint[0] + t.ipoint[1]; " +
                 "return m[0, before]; }\n";
  for (int i = 0; i < 30000; ++i) hoisted += "x = t[0] + t[1] * t[2];\n";
  for (int i = 1; i < 9000; ++i)
    lambdas += "x" + std::to_string(i) + " = x" + std::to_string(i - 1) +
               " > 0 ? 1 :\n(1,)[x0] / x0 - (2,)[x0];\n";
  std::string taken = m;
  for (int i = 0; i < 30000; ++i) taken += "before_" + std::to_string(i) + "=1;\n";
  for (int i = 0; i < 8000; ++i)
    taken += "def f" + std::to_string(i) + "(tuple t){return t[0]+t[1];}\n";
  for (const std::string& text :
       {"Task " + tasks + " GPU,CPU;\n", "Region " + tasks + " " + name + " GPU FBMEM,ZCMEM;\n",
        "Layout " + tasks + " " + name + " GPU SOA;\n", m + point + "IndexTaskMap " + tasks + " f;",
        m + "def " + name + "(Task t) { return m[0, 0]; }\nIndexTaskMap " + tasks + " " + name +
            ";",
        functions, hoisted + "return x; }\n", lambdas, taken})
    Try(*FindTarget("generator"), text);
}

INSTANTIATE_TEST_SUITE_P(Targets, Robustness, testing::ValuesIn(Targets()),
                         [](const testing::TestParamInfo<Target>& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace groma::fuzz
