#include "app/description.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/files.h"

namespace groma::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Description Sample() {
  Description description;
  description.name = "circuit";
  Task top;
  top.name = "top_level";
  top.variants = {{"top_level_cpu", ProcessorKind::kCpu, false, true, true}};
  top.single_launched = true;
  top.launches = 1;
  Task update;
  update.name = "solver::update \"quoted\"";
  update.variants = {{"gpu", ProcessorKind::kGpu, true}, {"omp", ProcessorKind::kOmp, true}};
  update.arguments = {
      {{"rp_shared", "all_shared", "all_nodes"},
       Privilege::kReduce,
       {{"charge", 3, 4}, {"", 101, 8}},
       int64_t{1} << 40},
      {{}, Privilege::kNoAccess, {}, 0},
      {{"rp_shared", "rp_ghost"}, Privilege::kWriteDiscard, {}, 5},
  };
  update.index_launched = true;
  update.domains = {{4}, {4, 2}, {1, 1, 1, 1, 1, 6}};
  update.parents = {"top_level"};
  update.launches = 4000;
  update.concurrent = true;
  update.variants[0].layouts = {{0, "YXF", MemoryKind::kFramebuffer, 64}, {1, "F", {}, 0}};
  description.tasks = {top, update};
  return description;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string ErrorOf(const std::string& text) {
  Result<Description> result = Parse(text, "x.json");
  return result.ok() ? "no error" : result.error().message;
}

TEST(DescriptionTest, WhatIsWrittenReadsBackTheSame) {
  const std::string text = Write(Sample());
  Result<Description> again = Parse(text, "x.json");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(Write(*again), text);
  ASSERT_EQ(again->tasks.size(), 2u);
  const Task& update = again->tasks[1];
  EXPECT_EQ(update.name, "solver::update \"quoted\"");
  EXPECT_EQ(update.variants[1].processor, ProcessorKind::kOmp);
  EXPECT_TRUE(again->tasks[0].variants[0].replicable);
  EXPECT_EQ(update.arguments[0].largest_volume, int64_t{1} << 40);
  EXPECT_EQ(update.arguments[0].fields[1].id, 101);
  EXPECT_EQ(update.arguments[2].privilege, Privilege::kWriteDiscard);
  EXPECT_THAT(update.domains[1], ElementsAre(4, 2));
  EXPECT_EQ(update.launches, 4000);
}

TEST(DescriptionTest, BeginsWithFormatAndVersion) {
  EXPECT_THAT(Write(Sample()),
              testing::StartsWith("{\n  \"format\": \"groma application description\",\n"
                                  "  \"version\": 1,\n"));
}

TEST(DescriptionTest, ANumberTooLargeIsRefusedAsDamaged) {
  const Result<Description> read = Parse("{\"version\": 1e3081}", "x.json");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("x.json: damaged"), std::string::npos);
}

TEST(DescriptionTest, EveryCutFileIsRefusedAsDamaged) {
  const std::string text = Write(Sample());
  for (size_t length = 0; length + 1 < text.size(); ++length) {
    ASSERT_THAT(ErrorOf(text.substr(0, length)), HasSubstr("x.json: damaged")) << length;
  }
}

TEST(DescriptionTest, ChangedBytesAreReadOrRefusedAndNeverMore) {
  const std::string text = Write(Sample());
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string changed = text;
    for (uint32_t i = 0, count = 1 + random() % 4; i < count; ++i) {
      const size_t at = random() % changed.size();
      switch (random() % 3) {
        case 0:
          changed[at] = static_cast<char>(random());
          break;
        case 1:
          changed.erase(at, random() % 40);
          break;
        default:
          changed.insert(at, changed.substr(random() % changed.size(), random() % 40));
      }
    }
    Result<Description> result = Parse(changed, "x.json");
    if (result.ok()) {
      EXPECT_TRUE(Parse(Write(*result), "x.json").ok());
    }
  }
}

TEST(DescriptionTest, ANewerVersionIsRefusedWithBothVersions) {
  const std::string error = ErrorOf(Replaced(Write(Sample()), "\"version\": 1", "\"version\": 2"));
  EXPECT_THAT(error, HasSubstr("version 2"));
  EXPECT_THAT(error, HasSubstr("reads up to version 1"));
}

TEST(DescriptionTest, AnotherJsonFileIsRefusedAsNoDescription) {
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("not an application description"));
  EXPECT_THAT(ErrorOf("[1, 2]"), HasSubstr("not an application description"));
}

TEST(DescriptionTest, AWrongValueIsNamedByItsPath) {
  const std::string text = Write(Sample());
  EXPECT_THAT(ErrorOf(Replaced(text, "\"OMP\"", "\"TPU\"")),
              HasSubstr("'tasks[1].variants[1].processor' is 'TPU'"));
  EXPECT_THAT(ErrorOf(Replaced(text, "\"reduce\"", "\"redoce\"")),
              HasSubstr("'tasks[1].arguments[0].privilege' is 'redoce'"));
  EXPECT_THAT(ErrorOf(Replaced(text, "4000", "-4000")), HasSubstr("'tasks[1].launches' must be"));
  EXPECT_THAT(ErrorOf(Replaced(text, "\"leaf\": false", "\"leaf\": 0")),
              HasSubstr("'tasks[0].variants[0].leaf' must be true or false"));
}

TEST(DescriptionTest, AMissingKeyIsNamed) {
  EXPECT_THAT(ErrorOf(Replaced(Write(Sample()), "\"single_launched\"", "\"singly_launched\"")),
              HasSubstr("'tasks[0].single_launched' is missing"));
}

TEST(DescriptionTest, BadDomainsAreRefused) {
  for (const char* bad : {"", "x", "4x", "x4", "4y2", "-4", "4x2x", "99999999999999999999",
                          "1x1x1x1x1x1x1x1x1x1", " 4"}) {
    EXPECT_THAT(ErrorOf(Replaced(Write(Sample()), "\"4x2\"", fmt::format("\"{}\"", bad))),
                HasSubstr("'tasks[1].domains[1]'"))
        << bad;
  }
}

TEST(DescriptionTest, ATaskNamedTwiceIsRefused) {
  Description twice = Sample();
  twice.tasks.push_back(twice.tasks[0]);
  EXPECT_THAT(ErrorOf(Write(twice)), HasSubstr("'tasks[2]' is a second task 'top_level'"));
}

TEST(DescriptionTest, NamesThatAreNotUtf8StillWrite) {
  Description odd = Sample();
  odd.tasks[0].name = "bad\xff";
  EXPECT_TRUE(Parse(Write(odd), "x.json").ok());
}

TEST(DescriptionTest, RegionNamesComeOnceInOrderOfFirstUse) {
  EXPECT_THAT(Sample().RegionNames(),
              ElementsAre("rp_shared", "all_shared", "all_nodes", "rp_ghost"));
  EXPECT_NE(Sample().FindTask("top_level"), nullptr);
  EXPECT_EQ(Sample().FindTask("nothing"), nullptr);
}

TEST(DescriptionTest, AMissingFileIsAnErrorThatNamesIt) {
  Result<Description> result = Read("/nonexistent/app.json");
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr("/nonexistent/app.json"));
}

}  // namespace
}  // namespace groma::app
