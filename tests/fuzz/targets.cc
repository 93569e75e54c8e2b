#include "targets.h"

namespace groma::fuzz {

const std::vector<Target>& Targets() {
  static const std::vector<std::string_view> kMappings = {"tests/golden/mappings",
                                                          "tests/golden/diagnostics"};
  static const std::vector<Target> kTargets = {
      {"machine", MachineLaw, {"machines", "tests/fuzz/corpus/machine"}, ".toml", "toml.dict"},
      {"application",
       ApplicationLaw,
       {"tests/golden/decisions", "apps/circuit/circuit.app.json", "tests/fuzz/corpus/application"},
       ".json",
       "json.dict"},
      {"lexer", LexerLaw, kMappings, ".map", "lang.dict"},
      {"parser", ParserLaw, kMappings, ".map", "lang.dict"},
      {"formatter", FormatterLaw, kMappings, ".map", "lang.dict"},
      {"checker", CheckerLaw, kMappings, ".map", "lang.dict"},
      {"evaluator",
       EvaluatorLaw,
       {"tests/golden/mappings", "tests/golden/diagnostics", "tests/fuzz/corpus/evaluator"},
       ".map",
       "lang.dict"},
      {"generator",
       GeneratorLaw,
       {"tests/golden/mappings", "tests/golden/diagnostics", "tests/fuzz/corpus/evaluator",
        "tests/fuzz/corpus/generator"},
       ".map",
       "lang.dict"},
      {"program",
       ProgramLaw,
       {"apps/circuit/circuit.toml", "tests/fuzz/corpus/program"},
       ".toml",
       "toml.dict"},
      {"rules", RulesLaw, {"tests/fuzz/corpus/rules"}, ".toml", "toml.dict"},
      {"mapper_log", MapperLogLaw, {"tests/fuzz/corpus/mapper_log"}, ".jsonl", "json.dict"},
      {"vgpu_log", VgpuLogLaw, {"tests/fuzz/corpus/vgpu_log"}, ".json", "json.dict"},
      {"outcome", OutcomeLaw, {"tests/fuzz/corpus/outcome"}, ".json", "json.dict"},
      {"feedback", FeedbackLaw, {"tests/fuzz/corpus/feedback"}, ".json", "json.dict"},
      {"exchange", ExchangeLaw, {"tests/fuzz/corpus/exchange"}, ".json", "json.dict"},
      {"model_reply", ModelReplyLaw, {"tests/fuzz/corpus/model_reply"}, ".json", "json.dict"},
      {"decisions", DecisionsLaw, kMappings, ".map", "lang.dict"},
      {"lsp", LspLaw, {"tests/fuzz/corpus/lsp"}, ".txt", "json.dict"},
  };
  return kTargets;
}

const Target* FindTarget(std::string_view name) {
  for (const Target& target : Targets())
    if (target.name == name) return &target;
  return nullptr;
}

}  // namespace groma::fuzz
