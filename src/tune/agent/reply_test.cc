#include "tune/agent/reply.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace groma::tune {
namespace {

using testing::HasSubstr;

AgentReply MustRead(const std::string& text) {
  const Result<AgentReply> reply = ReadReply(text);
  EXPECT_TRUE(reply.ok()) << text;
  return reply ? *reply : AgentReply{};
}

TEST(Reply, SegmentsAsJson) {
  const AgentReply reply = MustRead(
      R"(Let me think about {this}. {"reasoning": "less over the link", "segments": {"region_decision": "Region * * GPU FBMEM;\n", "Layout": ["Layout * * * SOA;", "Layout * * GPU AOS;"]}} Done.)");
  EXPECT_EQ(reply.segments.at(Decision::kRegion), "Region * * GPU FBMEM;");
  EXPECT_EQ(reply.segments.at(Decision::kLayout), "Layout * * * SOA;\nLayout * * GPU AOS;");
  EXPECT_EQ(reply.reasoning, "less over the link");
  EXPECT_FALSE(reply.mapping);
}

TEST(Reply, DecisionsAsKeysAndInAFence) {
  const AgentReply reply = MustRead(
      "I change one.\n```json\n{\"task_decision\": \"Task * CPU;\", \"unknown\": 3}\n```\n");
  EXPECT_EQ(reply.segments.at(Decision::kTask), "Task * CPU;");
  EXPECT_THAT(reply.reasoning, HasSubstr("I change one."));
}

TEST(Reply, AnEmptySegmentTakesADecisionBack) {
  const AgentReply reply = MustRead(R"({"segments": {"instance_limit_decision": ""}})");
  EXPECT_EQ(reply.segments.at(Decision::kInstanceLimit), "");
  Agent agent;
  agent[Decision::kInstanceLimit] = "InstanceLimit t 1;";
  EXPECT_EQ(Updated(agent, reply)[Decision::kInstanceLimit], "");
}

TEST(Reply, FencedBlocksThatNameADecision) {
  const AgentReply reply = MustRead(
      "Tasks should stay.\n\n### `region_decision`:\n```\nRegion * * GPU ZCMEM;\n```\n"
      "and\n```layout_decision\nLayout * * * AOS;\n```\n");
  EXPECT_EQ(reply.segments.size(), 2U);
  EXPECT_EQ(reply.segments.at(Decision::kRegion), "Region * * GPU ZCMEM;");
  EXPECT_EQ(reply.segments.at(Decision::kLayout), "Layout * * * AOS;");
  EXPECT_THAT(reply.reasoning, HasSubstr("Tasks should stay."));
}

TEST(Reply, AWholeMappingInAFenceTheLastOne) {
  const AgentReply reply = MustRead(
      "Before:\n```\nTask * CPU;\n```\nNow:\n```groma\nTask * GPU,CPU;\nRegion * * GPU "
      "FBMEM;\n```");
  EXPECT_EQ(*reply.mapping, "Task * GPU,CPU;\nRegion * * GPU FBMEM;");
  EXPECT_EQ(Updated(Agent{}, reply)[Decision::kTask], "Task * GPU,CPU;");
}

TEST(Reply, AFenceThatIsCutOffCountsToo) {
  EXPECT_EQ(*MustRead("```\nTask * GPU;\n").mapping, "Task * GPU;");
}

TEST(Reply, NothingButStatementsIsAWholeMapping) {
  EXPECT_EQ(*MustRead("Task * GPU,CPU;\n").mapping, "Task * GPU,CPU;");
  EXPECT_FALSE(ReadReply("Task * GPU,CPU; is what I would write").ok());
}

TEST(Reply, WhatIsNoneOfTheseIsAnErrorThatSaysSo) {
  for (const char* text : {"", "  \n", "I would use GPUs.", "{\"segments\": {}}", "{{{{", "[1, 2]",
                           "{\"segments\": {\"task_decision\": 3}}", "```\nhello\n```"}) {
    const Result<AgentReply> reply = ReadReply(text);
    ASSERT_FALSE(reply.ok()) << text;
    EXPECT_THAT(reply.error().message, HasSubstr("The reply"));
  }
}

TEST(Reply, AnyBytesEndInAReplyOrAnError) {
  std::mt19937 random(7);
  const std::string pieces = "{}[]\"\\`\n:,# task_decision Region;\xff\x01";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (size_t n = random() % 200; n > 0; --n) text += pieces[random() % pieces.size()];
    const Result<AgentReply> reply = ReadReply(text);
    if (reply) Compose(Updated(Agent{}, *reply));
  }
}

TEST(Reply, OneThatIsTooLongIsCut) {
  const std::string text =
      "{\"segments\": {\"task_decision\": \"Task * GPU;\"}}" + std::string(2 * kLongestReply, '{');
  EXPECT_EQ(MustRead(text).segments.at(Decision::kTask), "Task * GPU;");
}

}  // namespace
}  // namespace groma::tune
