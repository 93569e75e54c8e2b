// What is fuzzed: for each reader of text a law that holds for any bytes. One list drives both the
// libFuzzer programs and the tests that need no clang.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace groma::fuzz {

struct Target {
  std::string_view name;  // "lexer": fuzz_lexer, and --gtest_filter=*lexer
  /// CHECKs what holds for any text; nothing else may end it.
  void (*law)(const std::string& text);
  /// Where seeds are, under the source folder: folders and files.
  std::vector<std::string_view> seeds;
  std::string_view extension;   // of the seeds in those folders
  std::string_view dictionary;  // in tests/fuzz
};

/// In the order of the data flow.
const std::vector<Target>& Targets();

/// nullptr when there is none of that name.
const Target* FindTarget(std::string_view name);

// The laws, language_laws.cc, generator_law.cc, reader_laws.cc and lsp_law.cc.
void LexerLaw(const std::string& text);
void ParserLaw(const std::string& text);
void FormatterLaw(const std::string& text);
void CheckerLaw(const std::string& text);
void EvaluatorLaw(const std::string& text);
void GeneratorLaw(const std::string& text);
void DecisionsLaw(const std::string& text);
void LspLaw(const std::string& text);
void MachineLaw(const std::string& text);
void ApplicationLaw(const std::string& text);
void ProgramLaw(const std::string& text);
void RulesLaw(const std::string& text);
void MapperLogLaw(const std::string& text);
void VgpuLogLaw(const std::string& text);
void OutcomeLaw(const std::string& text);
void FeedbackLaw(const std::string& text);
void ExchangeLaw(const std::string& text);
void ModelReplyLaw(const std::string& text);

}  // namespace groma::fuzz
