// The Circuit benchmark (README.md).
#include <cstdio>
#include <string>
#include <vector>

#include "apps/circuit/kernels.h"
#include "apps/circuit/options.h"
#include "apps/circuit/tasks.h"
#include "apps/common/device.h"
#include "apps/common/run.h"
#include "legion.h"

int main(int argc, char** argv) {
  using namespace groma;  // NOLINT(google-build-using-namespace): main only
  const auto options = circuit::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) {
    std::fprintf(stderr, "circuit: %s\n", options.error().message.c_str());
    return 2;
  }
  if (options->help) {
    std::fputs(circuit::HelpText().c_str(), stdout);
    return 0;
  }
  const auto mode = apps::SetMode(static_cast<apps::Mode>(options->mode));
  if (!mode.ok()) {
    std::fprintf(stderr, "circuit: %s\n", mode.error().message.c_str());
    return 3;
  }
  apps::KernelModule kernels(circuit::KernelImage(), circuit::Kernels());
  const circuit::Setup setup{.kernels = &kernels, .mode = *mode};
  circuit::RegisterInitTasks(setup);
  circuit::RegisterLoopTasks(setup);
  circuit::RegisterSummaryTasks(setup);
  circuit::RegisterTopLevelTask(setup);
  return Legion::Runtime::start(argc, argv);
}
