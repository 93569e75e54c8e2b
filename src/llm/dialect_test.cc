#include "llm/dialect.h"

#include <gmock/gmock.h>

#include "llm/test_server.h"

namespace groma::llm {
namespace {

using testing::HasSubstr;

Request Asking() {
  Request request{{{"system", "brief"}, {"user", "hi"}, {"assistant", "yes?"}, {"user", "go"}}};
  request.settings = {0.5, 64, 9};
  return request;
}

TEST(OpenAi, IsToldTheMessagesAndSettings) {
  EXPECT_EQ(
      OpenAi().body("m", Asking(), false),
      R"({"model":"m","messages":[{"role":"system","content":"brief"},{"role":"user","content":"hi"},)"
      R"({"role":"assistant","content":"yes?"},{"role":"user","content":"go"}],)"
      R"("max_tokens":64,"temperature":0.5,"seed":9,"stream":false})");
  EXPECT_THAT(OpenAi().body("m", Asking(), true), HasSubstr(R"("max_completion_tokens":64)"));
  Request plain = Asking();
  plain.settings = {};
  EXPECT_THAT(OpenAi().body("m", plain, false), testing::Not(HasSubstr("temperature")));
}

TEST(Anthropic, IsToldTheSystemMessageApart) {
  EXPECT_EQ(
      Anthropic().body("m", Asking(), true),
      R"({"model":"m","max_tokens":64,"system":"brief","messages":[{"role":"user","content":"hi"},)"
      R"({"role":"assistant","content":"yes?"},{"role":"user","content":"go"}],"temperature":0.5})");
}

TEST(Addresses, AreCompleted) {
  EXPECT_EQ(CallAddress(OpenAi(), ""), "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(CallAddress(Anthropic(), ""), "https://api.anthropic.com/v1/messages");
  for (const char* url : {"http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/",
                          "http://h:1/v1/chat/completions"})
    EXPECT_EQ(CallAddress(OpenAi(), url), "http://h:1/v1/chat/completions") << url;
  EXPECT_EQ(CallAddress(OpenAi(), "http://h/api"), "http://h/api/chat/completions");
}

Reply Read(const Dialect& dialect, const std::string& body) {
  const Answer answer = dialect.read(body);
  if (const Reply* reply = std::get_if<Reply>(&answer)) return *reply;
  ADD_FAILURE() << std::get<Failure>(answer).message;
  return {};
}

TEST(Replies, GiveTextTokensAndModel) {
  const Reply one = Read(OpenAi(), OpenAiReply("hello"));
  EXPECT_EQ(one.text, "hello");
  EXPECT_EQ(one.model, "small-1");
  EXPECT_EQ(one.prompt_tokens, 11);
  EXPECT_EQ(one.completion_tokens, 7);
  EXPECT_TRUE(one.counted);
  const Reply other = Read(Anthropic(), AnthropicReply("hello"));
  EXPECT_EQ(other.text, "hello");
  EXPECT_EQ(other.prompt_tokens, 1111) << "with what the cache gave";
  EXPECT_EQ(other.completion_tokens, 7);
}

TEST(Replies, SayThatTheyWereCut) {
  EXPECT_TRUE(
      Read(OpenAi(), R"({"choices":[{"message":{"content":"a"},"finish_reason":"length"}]})").cut);
  EXPECT_TRUE(
      Read(Anthropic(), R"({"content":[{"type":"text","text":"a"}],"stop_reason":"max_tokens"})")
          .cut);
}

TEST(Replies, OfSeveralPartsAreJoined) {
  EXPECT_EQ(Read(Anthropic(), R"({"content":[{"type":"thinking","thinking":"hm"},
                                  {"type":"text","text":"a"},{"type":"text","text":"b"},3]})")
                .text,
            "ab");
}

TEST(Replies, WithoutUsableCountsAreNotCounted) {
  for (const char* usage : {"null", "3", "{}", R"({"prompt_tokens":-5,"completion_tokens":1})",
                            R"({"prompt_tokens":1e300,"completion_tokens":1})",
                            R"({"prompt_tokens":"4","completion_tokens":1})"})
    EXPECT_FALSE(
        Read(OpenAi(),
             std::string(R"({"choices":[{"message":{"content":"a"}}],"usage":)") + usage + "}")
            .counted)
        << usage;
}

TEST(Replies, ThatAreNoneAreFailuresThatMayHaveCost) {
  for (const char* body : {"", "garbage", "<html>no</html>", "[]", "null", "{}",
                           R"({"choices":[]})", R"({"choices":{}})", R"({"choices":[3]})",
                           R"({"choices":[{}]})", R"({"choices":[{"message":{}}]})",
                           R"({"choices":[{"message":{"content":null},"finish_reason":"length"}]})",
                           R"({"choices":[{"message":{"content":" \n"}}]})",
                           R"({"content":"text"})", R"({"content":[{"type":"text","text":3}]})",
                           "\xff\xfe", R"({"choices":[{"message":{"content":"x)"}) {
    for (const Dialect* dialect : {&OpenAi(), &Anthropic()}) {
      const Answer answer = dialect->read(body);
      ASSERT_TRUE(std::holds_alternative<Failure>(answer)) << dialect->name << ": " << body;
      EXPECT_EQ(std::get<Failure>(answer).kind, FailureKind::kBadReply);
      EXPECT_TRUE(std::get<Failure>(answer).may_cost);
      EXPECT_FALSE(std::get<Failure>(answer).message.empty());
    }
  }
}

TEST(Replies, NestedWithoutEndAreFailuresToo) {
  const std::string deep(200'000, '[');
  const std::string closed = deep + std::string(deep.size(), ']');
  for (const Dialect* dialect : {&OpenAi(), &Anthropic()})
    for (const std::string& body :
         {deep, closed, R"({"choices":)" + closed + "}", R"({"content":)" + closed + "}"})
      EXPECT_TRUE(std::holds_alternative<Failure>(dialect->read(body)));
  EXPECT_FALSE(ServerMessage(R"({"error":)" + closed + "}").empty());
}

TEST(ServerMessages, AreFoundWhereServersPutThem) {
  EXPECT_EQ(ServerMessage(R"({"error":{"message":"no such model","type":"x"}})"), "no such model");
  EXPECT_EQ(ServerMessage(R"({"error":"model not found"})"), "model not found");
  EXPECT_EQ(ServerMessage(R"({"detail":"Not Found"})"), "Not Found");
  EXPECT_EQ(ServerMessage("Bad Gateway"), "Bad Gateway");
  EXPECT_EQ(ServerMessage(R"({"error":[1]})"), R"({"error":[1]})");
}

}  // namespace
}  // namespace groma::llm
