// `groma fmt` on files, and the formatter on the golden mappings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "lang/lang.h"

namespace groma {
namespace {

namespace fs = std::filesystem;

int Groma(const std::string& arguments) {
  const std::string command = GROMA_BINARY_DIR "/bin/groma " + arguments;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class Fmt : public testing::Test {
 protected:
  fs::path Write(const std::string& name, const std::string& text) {
    const fs::path file = folder_.path() / name;
    EXPECT_TRUE(WriteFile(file, text).ok());
    return file;
  }
  TemporaryFolder folder_ = TemporaryFolder::Make().value();
};

TEST_F(Fmt, RewritesTheFileAndKeepsItsPermissionsAndLinks) {
  const fs::path file = Write("a.map", "Task  *  GPU ; # all\n");
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  fs::create_symlink("a.map", folder_.path() / "link.map");
  EXPECT_EQ(Groma("fmt " + (folder_.path() / "link.map").string()), 0);
  EXPECT_EQ(*ReadFile(file), "Task * GPU;  # all\n");
  EXPECT_TRUE(fs::is_symlink(folder_.path() / "link.map"));
  struct stat state = {};
  ASSERT_EQ(::stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 07777u, 0640u);
}

TEST_F(Fmt, CheckListsWhatWouldChangeAndChangesNothing) {
  const fs::path usual = Write("usual.map", "Task * GPU;\n");
  const fs::path other = Write("other.map", "Task * GPU ;\n");
  const fs::path listed = folder_.path() / "listed";
  EXPECT_EQ(Groma("fmt --check " + usual.string()), 0);
  EXPECT_EQ(Groma("fmt --check " + usual.string() + " " + other.string() + " > " + listed.string()),
            1);
  EXPECT_EQ(*ReadFile(listed), other.string() + "\n");
  EXPECT_EQ(*ReadFile(other), "Task * GPU ;\n");
}

TEST_F(Fmt, LeavesAFileWithMistakesAlone) {
  const fs::path file = Write("a.map", "Task  * GPU\n");
  EXPECT_EQ(Groma("fmt " + file.string() + " 2>/dev/null"), 1);
  EXPECT_EQ(*ReadFile(file), "Task  * GPU\n");
  EXPECT_EQ(Groma("fmt " + (folder_.path() / "none.map").string() + " 2>/dev/null"), 3);
}

TEST_F(Fmt, ReadsStdinAndWritesStdout) {
  const fs::path out = folder_.path() / "out";
  EXPECT_EQ(Groma("fmt - < " + Write("a.map", "x=1;").string() + " > " + out.string()), 0);
  EXPECT_EQ(*ReadFile(out), "x = 1;\n");
}

}  // namespace
}  // namespace groma
