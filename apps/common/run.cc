#include "apps/common/run.h"

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "apps/common/virtual_gpus.h"

namespace groma::apps {

Result<Mode> SetMode(Mode mode) {
  const VirtualGpus gpus = FindVirtualGpus();
  if (mode != Mode::kUnset) {
    setenv("GROMA_VGPU_MODE", mode == Mode::kModelled ? "modelled" : "functional", 1);
  }
  const bool modelled = gpus.modelled != nullptr && gpus.modelled() != 0;
  if (mode == Mode::kModelled && gpus.modelled == nullptr) {
    return Error{
        "modelled time needs groma's virtual GPUs, and this process has none: start it with "
        "`groma run --machine p100x4`, or run it with --functional"};
  }
  if (mode != Mode::kUnset && modelled != (mode == Mode::kModelled)) {
    return Error{
        "the virtual GPUs in this process do not run in the mode asked for: is GROMA_MACHINE "
        "set to a machine description?"};
  }
  return modelled ? Mode::kModelled : Mode::kFunctional;
}

bool CheckFailed(const Report& report) {
  return report.check && !(report.error <= report.tolerance);  // no number is not below
}

std::string Text(const Report& report, const std::string& published) {
  const char* const verdict = !report.check ? "off" : CheckFailed(report) ? "failed" : "passed";
  std::string text;
  if (report.check) {
    text = fmt::format("CHECK {} max relative error {:.3g} (tolerance {:.0e})\n", verdict,
                       report.error, report.tolerance);
  }
  return text + fmt::format("ELAPSED TIME = {:7.3f} s\n", report.seconds) + published +
         fmt::format("RESULT {} throughput={:.6g} unit={} seconds={:.9f} time={} check={}\n",
                     report.program, report.throughput, report.unit, report.seconds,
                     report.mode == Mode::kModelled ? "modelled" : "measured", verdict);
}

void EndRun(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::fflush(stderr);
  std::_Exit(1);
}

bool IsRuntimeOption(const std::string& word) {
  constexpr std::array<std::string_view, 16> kPrefixes = {
      "-ll:",   "-lg:", "-hl:",     "-dm:", "-cuda:",  "-ucp:", "-gex:",   "-numa:",
      "-level", "-cat", "-logfile", "-eg:", "-realm:", "-hip:", "-sysmem", "-mpi:"};
  for (const std::string_view prefix : kPrefixes) {
    if (word.compare(0, prefix.size(), prefix) == 0) return true;
  }
  return false;
}

}  // namespace groma::apps
