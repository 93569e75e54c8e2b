#include "llm/keys.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace groma::llm {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kKey = "sk-proj-4fQ9zT0mW7";  // NOLINT: a test's constant

static_assert(!fmt::is_formattable<Key>::value && !fmt::is_formattable<Keys>::value);
template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Streams<Key> && !Streams<Keys>);

Keys WithKey() { return Keys::From({{"OPENAI_API_KEY", kKey}, {"HOME", "/root"}}); }

TEST(Keys, ComeFromTheEnvironment) {
  EXPECT_TRUE(WithKey().Has("OPENAI_API_KEY"));
  EXPECT_EQ(WithKey().Find("OPENAI_API_KEY").value().Reveal(), kKey);
  EXPECT_FALSE(WithKey().Has("HOME"));
  EXPECT_THAT(WithKey().Find("ANTHROPIC_API_KEY").error().message, HasSubstr("is not set"));
  EXPECT_FALSE(Keys::From({{"OPENAI_API_KEY", ""}}).Has("OPENAI_API_KEY"));
}

TEST(Keys, ThatCannotBeOneAreRefusedWithoutBeingShown) {
  for (const std::string value : {"short", "has a space in it", "ends-with-a-line\n", "quo\"tedkey",
                                  "gr\xc3\xbcn-gr\xc3\xbcn"}) {
    const Keys keys = Keys::From({{"OPENAI_API_KEY", value}});
    const Result<Key> key = keys.Find("OPENAI_API_KEY");
    ASSERT_FALSE(key) << value;
    EXPECT_THAT(key.error().message, Not(HasSubstr(value)));
  }
}

TEST(Keys, AreReplacedInAnyText) {
  EXPECT_EQ(WithKey().Redact(fmt::format("a {0}{0} b", kKey)),
            "a [OPENAI_API_KEY][OPENAI_API_KEY] b");
  EXPECT_EQ(Keys::From({{"OPENAI_API_KEY", kKey + "\n"}}).Redact("x" + kKey), "x[OPENAI_API_KEY]");
}

TEST(Keys, AreReplacedInMessagesAlsoWhenMaskedOrCut) {
  for (const std::string shown :
       {"sk-proj-********0mW7", "sk-p...0mW7", "****0mW7", "sk-proj-4fQ9z", "xx4fQ9zT0mW7xx"}) {
    EXPECT_EQ(WithKey().RedactMessage(fmt::format("Incorrect API key provided: {}. See", shown)),
              "Incorrect API key provided: [OPENAI_API_KEY] See")
        << shown;
  }
  EXPECT_EQ(WithKey().RedactMessage("the model gpt-5 is overloaded... wait"),
            "the model gpt-5 is overloaded... wait");
}

TEST(Requests, LeaveAsUtf8WithoutKeys) {
  Request request{{{"user", "it printed \xff and " + kKey}}};
  EXPECT_EQ(Cleaned(request, WithKey()).messages[0].content,
            "it printed \xEF\xBF\xBD and [OPENAI_API_KEY]");
}

}  // namespace
}  // namespace groma::llm
