#include "llm/text.h"

#include <gmock/gmock.h>

namespace groma::llm {
namespace {

using testing::ElementsAre;

TEST(Words, ArePartedBySpacesAndKeptTogetherByQuotes) {
  EXPECT_THAT(SplitWords("ask --model  small\t-x").value(),
              ElementsAre("ask", "--model", "small", "-x"));
  EXPECT_THAT(SplitWords(R"(ask 'two words' "three \"more\" words" a\ b '')").value(),
              ElementsAre("ask", "two words", "three \"more\" words", "a b", ""));
}

TEST(Words, MeanNothingToAShell) {
  EXPECT_THAT(SplitWords("ask $HOME `id` a;b *.map >out").value(),
              ElementsAre("ask", "$HOME", "`id`", "a;b", "*.map", ">out"));
}

TEST(Words, ThatDoNotEndAreAnError) {
  EXPECT_FALSE(SplitWords("ask 'me"));
  EXPECT_FALSE(SplitWords("ask \"me"));
  EXPECT_FALSE(SplitWords("ask \\"));
  EXPECT_FALSE(SplitWords("  "));
}

TEST(OneLine, HasNoControlCharactersAndAnEnd) {
  EXPECT_EQ(OneLine("  red \x1b[31m\nline\tof\x7f text \xc2\x9b!\n"), "red [31m line of text !");
  EXPECT_EQ(OneLine("abcdef", 4), "abcd…");
  EXPECT_EQ(OneLine("abcäf", 4), "abc…") << "a character is not cut in two";
  EXPECT_EQ(OneLine("\xff"), "\xEF\xBF\xBD");
}

TEST(ValidUtf8, ReplacesOnlyWhatIsWrong) {
  EXPECT_EQ(ValidUtf8("grün \"x\"\n"), "grün \"x\"\n");
  EXPECT_EQ(ValidUtf8("a\xff\x62"), "a\xEF\xBF\xBD\x62");
  EXPECT_TRUE(IsUtf8("grün"));
  EXPECT_FALSE(IsUtf8("gr\xfcn"));
}

}  // namespace
}  // namespace groma::llm
