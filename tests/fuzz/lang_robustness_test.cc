#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "lang/syntax/lexer.h"
#include "lang_laws.h"

namespace groma::lang {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Corpus() {
  std::vector<fs::path> files;
  for (const char* folder : {"diagnostics", "mappings"})
    for (const auto& entry :
         fs::directory_iterator(fs::path(GROMA_SOURCE_DIR) / "tests/golden" / folder))
      if (entry.path().extension() == ".map") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const fs::path& file : files) corpus.push_back(*ReadFile(file));
  return corpus;
}

// The pieces between blanks and around signs, as a machine would shuffle them.
std::vector<std::string> Pieces(const std::string& text) {
  std::vector<std::string> pieces(1);
  for (char c : text) {
    bool word = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    if (!word) pieces.emplace_back();
    pieces.back() += c;
    if (!word) pieces.emplace_back();
  }
  return pieces;
}

TEST(LanguageLaws, HoldForEveryGoldenFileCutAtEveryByte) {
  for (const std::string& text : Corpus()) {
    if (text.size() > 4000) continue;
    for (size_t size = 0; size <= text.size(); ++size) CheckLaws(text.substr(0, size));
  }
}

std::string Repeated(const std::string& piece, const std::string& begin = "",
                     const std::string& end = "") {
  std::string text = begin;
  while (text.size() + piece.size() + end.size() < kLargestText) text += piece;
  return text + end;
}

// Each is quadratic for a careless parser or checker; ctest's time limit is the judge.
TEST(LanguageLaws, HoldForTheLargestFilesInReasonableTime) {
  for (const std::string& text :
       {Repeated("x=1 "), Repeated("\"\""), Repeated("\"a\\"), Repeated("a,", "Task ", "b GPU;"),
        Repeated("b=", "a="), Repeated("b = 1;\n"), Repeated("def f(int a) { return a; }\n"),
        Repeated("("), Repeated("{"), Repeated("}"), Repeated("if (a) { b } else "),
        Repeated("def f(Task t):\n return t\n"), Repeated("Layout * * * "), Repeated("1+", "x="),
        Repeated("y;\n"), Repeated("\xff"), Repeated("a", "x=", ";"),
        Repeated("SOA ", "Layout * * * "), Repeated("def f(Task t) { return t; ")})
    CheckLaws(text);
  std::string globals, functions;
  for (int i = 0; globals.size() < kLargestText - 200; ++i)
    globals += "variable" + std::to_string(i) + "=variabel" + std::to_string(i) + ";\n";
  CheckLaws(globals);
  for (int i = 0; functions.size() < kLargestText - 200; ++i)
    functions +=
        "def f" + std::to_string(i) + "(int a) { return f" + std::to_string(i + 1) + "(a); }\n";
  CheckLaws(functions);
}

RC_GTEST_PROP(LanguageLaws, HoldForRandomBytes, (const std::string& bytes)) { CheckLaws(bytes); }

std::string Mutated(const std::vector<std::string>& corpus, std::mt19937_64& random) {
  auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  std::vector<std::string> pieces = Pieces(corpus[below(corpus.size())]);
  std::vector<std::string> donors = Pieces(corpus[below(corpus.size())]);
  for (size_t edits = 1 + below(12); edits > 0 && !pieces.empty(); --edits) {
    size_t at = below(pieces.size());
    const std::string& donor = donors[below(donors.size())];
    auto where = pieces.begin() + static_cast<ptrdiff_t>(at);
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

TEST(LanguageLaws, HoldForMutatedMappings) {
  const char* given = std::getenv("GROMA_SEED");
  uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("GROMA_SEED=" + std::to_string(seed));
  std::printf("GROMA_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> corpus = Corpus();
  for (int i = 0; i < 10000; ++i) CheckLaws(Mutated(corpus, random));
}

}  // namespace
}  // namespace groma::lang
