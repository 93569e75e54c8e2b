#include "llm/command.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/process.h"
#include "base/process_tree.h"
#include "base/temporary_folder.h"

namespace groma::llm {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kKey = "sk-proj-4fQ9zT0mW7";  // NOLINT: a test's constant

// A shell script as the command of a provider.
class Commands : public testing::Test {
 protected:
  std::unique_ptr<Service> Script(const std::string& script) {
    const std::filesystem::path file = folder_.path() / fmt::format("script{}", ++scripts_);
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return Command(file.string() + " 'an argument'");
  }
  std::unique_ptr<Service> Command(const std::string& line) {
    std::map<std::string, std::string> environment = CurrentEnvironment();
    environment["OPENAI_API_KEY"] = kKey;
    return MakeService("command:" + line, "", environment).value();
  }
  Answer Ask(const std::string& script, double timeout = 20) {
    Answer answer = Script(script)->Call(request_, timeout);
    EXPECT_TRUE(Descendants(::getpid()).empty()) << "nothing is left running";
    return answer;
  }
  Failure Fails(const std::string& script, double timeout = 20) {
    const Answer answer = Ask(script, timeout);
    if (const Failure* failure = std::get_if<Failure>(&answer)) return *failure;
    ADD_FAILURE() << "it answers: " << std::get<Reply>(answer).text.substr(0, 100);
    return {};
  }

  InterruptGuard guard_;  // and with it no signal of a test before
  TemporaryFolder folder_ = TemporaryFolder::Make().value();
  int scripts_ = 0;
  Request request_{{{"system", "be \"brief\""}, {"user", "héllo\n"}}};
};

TEST_F(Commands, GetTheMessagesAsJsonAndAnswerWithTheirOutput) {
  const Answer answer = Ask("cat; echo \"$1\"; echo noise >&2");
  ASSERT_TRUE(std::holds_alternative<Reply>(answer)) << std::get<Failure>(answer).message;
  EXPECT_EQ(
      std::get<Reply>(answer).text,
      R"({"messages":[{"role":"system","content":"be \"brief\""},{"role":"user","content":"héllo\n"}]})"
      "\nan argument\n");
  EXPECT_FALSE(std::get<Reply>(answer).counted);
  EXPECT_GT(std::get<Reply>(answer).completion_tokens, 30);
}

TEST_F(Commands, ShowWhatWouldLeave) {
  const std::string leaves = Command("ask --model 'a b'")->WhatLeaves(request_);
  EXPECT_THAT(leaves, HasSubstr("ask\n--model\na b\n"));
  EXPECT_THAT(leaves, HasSubstr(R"({"messages":[{"role":"system","content":"be \"brief\""},)"));
}

TEST_F(Commands, FailWithTheirExitCodeAndLastWords) {
  const Failure failure = Fails("echo half a reply; echo no model here >&2; exit 1");
  EXPECT_EQ(failure.kind, FailureKind::kCommand);
  EXPECT_THAT(failure.message, HasSubstr("exit code 1. It says: no model here"));
}

TEST_F(Commands, FailWhenASignalEndsThem) {
  EXPECT_THAT(Fails("kill -9 $$").message, HasSubstr("signal 9"));
}

TEST_F(Commands, ThatPrintNothingAreNoAnswer) {
  EXPECT_EQ(Fails("true").kind, FailureKind::kBadReply);
  EXPECT_THAT(Fails("echo; echo warming up >&2").message, HasSubstr("printed nothing"));
}

TEST_F(Commands, ThatPrintGarbageAreNoAnswer) {
  const Failure failure = Fails(R"(printf 'abc\377\376')");
  EXPECT_EQ(failure.kind, FailureKind::kBadReply);
  EXPECT_THAT(failure.message, HasSubstr("not UTF-8"));
}

TEST_F(Commands, ThatNeverEndAreEndedWithAllTheyStarted) {
  const Failure failure = Fails("sleep 1000 & sleep 1000", 0.3);
  EXPECT_EQ(failure.kind, FailureKind::kTimeout);
  EXPECT_THAT(failure.message, HasSubstr("0.3 s"));
}

TEST_F(Commands, ThatPrintWithoutEndAreEnded) {
  const Failure failure = Fails("exec yes");
  EXPECT_EQ(failure.kind, FailureKind::kCommand);
  EXPECT_THAT(failure.message, HasSubstr("printed more than"));
}

TEST_F(Commands, MayIgnoreTheirInputHoweverLong) {
  request_.messages[1].content = std::string(4 << 20, 'x');
  const Answer answer = Ask("exec <&-; echo fine");
  ASSERT_TRUE(std::holds_alternative<Reply>(answer)) << std::get<Failure>(answer).message;
  EXPECT_EQ(std::get<Reply>(answer).text, "fine\n");
}

TEST_F(Commands, ThatAreMissingSaySo) {
  const Answer answer = Command("no-such-program-anywhere --x")->Call(request_, 5);
  ASSERT_TRUE(std::holds_alternative<Failure>(answer));
  EXPECT_EQ(std::get<Failure>(answer).kind, FailureKind::kCommand);
  EXPECT_THAT(std::get<Failure>(answer).message,
              HasSubstr("cannot start no-such-program-anywhere"));
}

TEST_F(Commands, AreEndedByCtrlC) {
  std::unique_ptr<Service> service = Script("sleep 1000");
  std::thread presses([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::raise(SIGINT);
  });
  const Answer answer = service->Call(request_, 20);
  presses.join();
  ASSERT_TRUE(std::holds_alternative<Failure>(answer));
  EXPECT_EQ(std::get<Failure>(answer).kind, FailureKind::kCancelled);
}

TEST_F(Commands, GiveNoKeyAway) {
  const Answer answer = Ask("echo \"$OPENAI_API_KEY\"");
  EXPECT_EQ(std::get<Reply>(answer).text, "[OPENAI_API_KEY]\n");
  const Failure failure = Fails("echo \"with $OPENAI_API_KEY\" >&2; exit 2");
  EXPECT_THAT(failure.message, Not(HasSubstr(kKey.substr(3))));
  EXPECT_THAT(failure.message, HasSubstr("with [OPENAI_API_KEY]"));
  std::unique_ptr<Service> missing = Command("./" + kKey);
  EXPECT_THAT(std::get<Failure>(missing->Call(request_, 5)).message,
              HasSubstr("cannot start ./[OPENAI_API_KEY]"));
  EXPECT_THAT(missing->model() + missing->WhatLeaves(request_), Not(HasSubstr(kKey)));
}

TEST(Specs, ThatAreNoneSayWhatWouldBeRight) {
  const std::map<std::string, std::string> no_keys;
  for (const char* spec : {"", "gpt", "gemini:x", "openai:", "anthropic: "}) {
    const auto service = MakeService(spec, "", no_keys);
    ASSERT_FALSE(service) << spec;
    EXPECT_THAT(service.error().message, HasSubstr("write openai:MODEL")) << spec;
  }
  EXPECT_THAT(MakeService("openai:m", "", no_keys).error().message,
              HasSubstr("OPENAI_API_KEY is not set"));
  EXPECT_THAT(MakeService("anthropic:m", "", no_keys).error().message,
              HasSubstr("ANTHROPIC_API_KEY is not set"));
  EXPECT_FALSE(MakeService("command:", "", no_keys));
  EXPECT_FALSE(MakeService("command:'x", "", no_keys));
  EXPECT_FALSE(MakeService("command:x", "http://localhost/", no_keys));
}

TEST(Specs, DoNotSendKeysWhereTheyCouldBeRead) {
  const std::map<std::string, std::string> keys{{"OPENAI_API_KEY", kKey}};
  EXPECT_THAT(MakeService("openai:m", "http://models.example/v1", keys).error().message,
              HasSubstr("unencrypted"));
  EXPECT_TRUE(MakeService("openai:m", "http://models.example/v1", {}));
  EXPECT_TRUE(MakeService("openai:m", "https://models.example/v1", keys));
  EXPECT_TRUE(MakeService("openai:m", "http://127.0.0.1:1/v1", keys));
  EXPECT_FALSE(MakeService("openai:m", "http://127.0.0.1.example:1/v1", keys));
}

TEST(Specs, RefuseAddressesThatHoldSecretsOrAreNone) {
  for (const std::string& url :
       {"https://user:" + kKey + "@models.example/v1", "https://models.example/v1?key=" + kKey,
        "https://models.example/" + kKey + "/v1", std::string("file:///etc/passwd"),
        std::string("localhost:8080"), std::string("http://"), std::string("x y")}) {
    const auto service = MakeService("openai:m", url, {{"OPENAI_API_KEY", kKey}});
    ASSERT_FALSE(service) << url;
    EXPECT_THAT(service.error().message, Not(HasSubstr(kKey.substr(8)))) << url;
  }
}

}  // namespace
}  // namespace groma::llm
