// The Stencil benchmark (README.md).
#include <cstdio>
#include <string>
#include <vector>

#include "apps/common/device.h"
#include "apps/common/run.h"
#include "apps/stencil/kernels.h"
#include "apps/stencil/options.h"
#include "apps/stencil/tasks.h"
#include "legion.h"

int main(int argc, char** argv) {
  using namespace groma;  // NOLINT(google-build-using-namespace): main only
  const auto options = stencil::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) {
    std::fprintf(stderr, "stencil: %s\n", options.error().message.c_str());
    return 2;
  }
  if (options->help) {
    std::fputs(stencil::HelpText().c_str(), stdout);
    return 0;
  }
  const auto mode = apps::SetMode(static_cast<apps::Mode>(options->mode));
  if (!mode.ok()) {
    std::fprintf(stderr, "stencil: %s\n", mode.error().message.c_str());
    return 3;
  }
  apps::KernelModule kernels(stencil::KernelImage(), stencil::Kernels());
  const stencil::Setup setup{
      {.kernels = &kernels, .mode = *mode}, options->foreign_kernel, !options->undeclared};
  stencil::RegisterPartitionTasks(setup);
  stencil::RegisterLoopTasks(setup);
  stencil::RegisterSummaryTasks(setup);
  stencil::RegisterTopLevelTask(setup);
  return Legion::Runtime::start(argc, argv);
}
