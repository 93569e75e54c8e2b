// For tests: `groma` as a user runs it, in a folder of its own.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "base/files.h"
#include "base/temporary_folder.h"

namespace groma {

struct Ran {
  int code = -1;
  std::string out;  // stdout, and stderr unless it goes elsewhere
};

class Commands : public testing::Test {
 protected:
  /// `arguments` as a shell reads them; `errors` is where stderr goes.
  Ran Groma(const std::string& arguments, const std::string& errors = "&1") {
    const std::string command =
        fmt::format("cd '{}' && '{}/bin/groma' {} 2>{}", folder_.path().string(), GROMA_BINARY_DIR,
                    arguments, errors);
    Ran ran;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return ran;
    char buffer[4096];
    for (size_t count; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      ran.out.append(buffer, count);
    const int status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }

  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFile(folder_.path() / name, text).ok());
  }
  std::string Read(const std::string& name) { return ReadFile(folder_.path() / name).value(); }

  TemporaryFolder folder_ = TemporaryFolder::Make().value();
};

}  // namespace groma
