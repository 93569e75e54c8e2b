// What holds for any bytes that are given to the readers of files: they say what is wrong or give a
// value, and what is written reads back the same.
#include "app/description.h"
#include "base/check.h"
#include "eval/mapper_log.h"
#include "eval/program.h"
#include "eval/vgpu_log.h"
#include "guide/match.h"
#include "llm/dialect.h"
#include "llm/exchange.h"
#include "llm/text.h"
#include "machine/description.h"
#include "targets.h"
#include "tune/journal/codec.h"

namespace groma::fuzz {

void MachineLaw(const std::string& text) {
  Result<machine::Description> read = machine::Parse(text, "fuzz.toml");
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const std::string written = machine::Write(*read);
  Result<machine::Description> again = machine::Parse(written, "written.toml");
  CHECK(again.ok(), written + (again ? "" : again.error().message));
  CHECK(machine::Write(*again) == written, written);
  CHECK(machine::Shape(*read).nodes() >= 1);
}

void ApplicationLaw(const std::string& text) {
  Result<app::Description> read = app::Parse(text, "fuzz.json");
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const std::string written = app::Write(*read);
  Result<app::Description> again = app::Parse(written, "written.json");
  CHECK(again.ok(), written + (again ? "" : again.error().message));
  CHECK(app::Write(*again) == written, written);
  (void)read->RegionNames();
}

void ProgramLaw(const std::string& text) {
  Result<eval::Program> read = eval::ParseProgram(text, "fuzz.toml");
  if (!read) CHECK(!read.error().message.empty());
}

void RulesLaw(const std::string& text) {
  Result<std::vector<guide::Rule>> read = guide::ParseRules(text, "fuzz.toml");
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const guide::Facts facts{eval::OutcomeStatus::kRuntimeError, text};
  for (const guide::Match& match : guide::MatchRules(*read, facts).found)
    CHECK(match.rule->shipped || !(match.rule->explain.empty() && match.rule->suggest.empty()));
}

void MapperLogLaw(const std::string& text) {
  Result<eval::MapperLog> read = eval::ParseMapperLog(text);
  if (!read) CHECK(!read.error().message.empty());
}

void VgpuLogLaw(const std::string& text) {
  Result<eval::VgpuLog> read = eval::ParseVgpuLog(text);
  if (!read) CHECK(!read.error().message.empty());
}

void OutcomeLaw(const std::string& text) {
  Result<eval::Outcome> read = tune::DecodeOutcome(text);
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const std::string written = tune::Encode(*read);
  Result<eval::Outcome> again = tune::DecodeOutcome(written);
  CHECK(again.ok() && tune::Encode(*again) == written, written);
}

void FeedbackLaw(const std::string& text) {
  Result<guide::Feedback> read = tune::DecodeFeedback(text);
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const std::string written = tune::Encode(*read);
  Result<guide::Feedback> again = tune::DecodeFeedback(written);
  CHECK(again.ok() && tune::Encode(*again) == written, written);
}

void ExchangeLaw(const std::string& text) {
  Result<llm::Exchange> read = llm::DecodeExchange(text);
  if (!read) {
    CHECK(!read.error().message.empty());
    return;
  }
  const std::string written = llm::Encode(*read);
  Result<llm::Exchange> again = llm::DecodeExchange(written);
  CHECK(again.ok() && llm::Encode(*again) == written, written);
}

void ModelReplyLaw(const std::string& text) {
  for (const llm::Dialect* dialect : {&llm::OpenAi(), &llm::Anthropic()}) {
    const llm::Answer answer = dialect->read(text);
    if (const auto* reply = std::get_if<llm::Reply>(&answer)) {
      CHECK(!reply->text.empty() && llm::IsUtf8(reply->text));
      CHECK(!reply->counted || (reply->prompt_tokens >= 0 && reply->completion_tokens >= 0));
    } else {
      CHECK(!std::get<llm::Failure>(answer).message.empty());
    }
  }
  (void)llm::ServerMessage(text);
}

}  // namespace groma::fuzz
