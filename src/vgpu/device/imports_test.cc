#include "vgpu/device/imports.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace groma::vgpu {
namespace {

pid_t NoProcess() { return -7; }

TEST(Imports, CallsGoToTheNewFunctionUntilTheOldOneIsPutBack) {
  const pid_t before = getppid();
  int places = 0;
  void* original = RedirectImports("getppid", reinterpret_cast<void*>(&NoProcess), &places);
  EXPECT_GE(places, 1);
  EXPECT_EQ(getppid(), -7);
  ASSERT_NE(original, nullptr);
  EXPECT_EQ(reinterpret_cast<pid_t (*)()>(original)(), before);
  RedirectImports("getppid", original, &places);
  EXPECT_EQ(getppid(), before);
}

TEST(Imports, AFunctionThatWasNeverCalledStaysRedirectedAfterItsOriginalWasCalled) {
  int places = 0;
  void* original = RedirectImports("getpgrp", reinterpret_cast<void*>(&NoProcess), &places);
  ASSERT_NE(original, nullptr);
  EXPECT_EQ(getpgrp(), -7);
  EXPECT_GT(reinterpret_cast<pid_t (*)()>(original)(), 0);
  EXPECT_EQ(getpgrp(), -7);
  RedirectImports("getpgrp", original, &places);
}

TEST(Imports, NothingIsRedirectedForANameThatNobodyHas) {
  int places = 1;
  EXPECT_EQ(RedirectImports("no_such_function", reinterpret_cast<void*>(&NoProcess), &places),
            nullptr);
  EXPECT_EQ(places, 0);
}

}  // namespace
}  // namespace groma::vgpu
