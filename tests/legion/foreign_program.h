// The foreign program, evaluated on virtual GPUs.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "eval/evaluate.h"
#include "eval/launch.h"
#include "machine/description.h"

namespace groma {

using eval::Outcome;
using eval::OutcomeStatus;

class ForeignProgram : public testing::Test {
 protected:
  ForeignProgram() : folder_(std::move(TemporaryFolder::Make().value())) {
    const std::filesystem::path build = GROMA_BINARY_DIR;
    installation_.preload = build / "lib/libgroma_preload.so";
    installation_.mapper = build / "lib/libgroma_mapper.so";
    installation_.virtual_driver = build / "lib/vgpu/libcuda.so.1";
    installation_.selftest = build / "bin/groma_vgpu_selftest";
    installation_.machines = std::filesystem::path(GROMA_SOURCE_DIR) / "machines";
    auto machine = machine::Find("p100x4", installation_.machines);
    EXPECT_TRUE(machine.ok());
    options_.machine = *machine;
    options_.machine.host.memory = {256 << 20};
    options_.machine.host.zero_copy_memory = {64 << 20};
    options_.machine.gpu.framebuffer = {64 << 20};
    options_.devices = eval::Devices::kVirtual;
    options_.mode = eval::RunMode::kFunctional;
    options_.keep = folder_.path() / "run";
    program_.name = "foreign";
    program_.folder = folder_.path();
    program_.time_limit_seconds = 100;
    program_.metric.pattern = "rate ([0-9.]+) steps/s";
    program_.metric.unit = "steps/s";
    program_.correct_pattern = "correct";
  }

  Outcome Run(std::optional<std::string> mapping, std::vector<std::string> arguments = {}) {
    options_.mapping = std::move(mapping);
    program_.command = {GROMA_FOREIGN, "-pieces", "4", "-steps", "2"};
    program_.command.insert(program_.command.end(), arguments.begin(), arguments.end());
    Result<Outcome> outcome = eval::Evaluate(program_, options_, installation_);
    EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message);
    return outcome.ok() ? *outcome : Outcome{};
  }

  /// The mapper log of the last run.
  std::string Log() const {
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*options_.keep)) {
      if (entry.path().filename().string().find("mapper") == std::string::npos) continue;
      auto content = ReadFile(entry.path());
      if (content) text += *content;
    }
    return text;
  }

  static bool RanOn(const Outcome& outcome, const std::string& task, const std::string& kind) {
    for (const auto& time : outcome.breakdown.tasks) {
      if (time.task == task && time.processor == kind && time.points > 0) return true;
    }
    return false;
  }

  TemporaryFolder folder_;
  eval::Installation installation_;
  eval::EvaluateOptions options_;
  eval::Program program_;
};

}  // namespace groma
