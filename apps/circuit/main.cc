// The Circuit benchmark (README.md).
#include <string>
#include <vector>

#include "apps/circuit/expert.h"
#include "apps/circuit/kernels.h"
#include "apps/circuit/options.h"
#include "apps/circuit/tasks.h"
#include "apps/common/device.h"
#include "legion.h"

int main(int argc, char** argv) {
  using namespace groma;  // NOLINT(google-build-using-namespace): main only
  const auto options = circuit::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  const apps::Start start = apps::Begin("circuit", apps::CommonOf(options), circuit::HelpText());
  if (start.exit) return *start.exit;
  apps::KernelModule kernels(circuit::KernelImage(), circuit::Kernels());
  const circuit::Setup setup{.kernels = &kernels, .mode = start.mode};
  circuit::RegisterInitTasks(setup);
  circuit::RegisterLoopTasks(setup);
  circuit::RegisterSummaryTasks(setup);
  circuit::RegisterTopLevelTask(setup);
  if (options->expert_mapper) circuit::RegisterExpertMapper();
  return Legion::Runtime::start(argc, argv);
}
