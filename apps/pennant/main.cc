// The Pennant benchmark (README.md).
#include <string>
#include <vector>

#include "apps/common/device.h"
#include "apps/pennant/expert.h"
#include "apps/pennant/kernels.h"
#include "apps/pennant/options.h"
#include "apps/pennant/tasks.h"
#include "legion.h"

int main(int argc, char** argv) {
  using namespace groma;  // NOLINT(google-build-using-namespace): main only
  const auto options = pennant::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  const apps::Start start = apps::Begin("pennant", apps::CommonOf(options), pennant::HelpText());
  if (start.exit) return *start.exit;
  apps::KernelModule kernels(pennant::KernelImage(), pennant::Kernels());
  pennant::Checker checker(*options);
  const pennant::Setup setup{{.kernels = &kernels, .mode = start.mode}, *options, &checker};
  pennant::RegisterFieldTasks(setup);
  pennant::RegisterTopologyTasks(setup);
  pennant::RegisterPointTasks(setup);
  pennant::RegisterZoneTasks(setup);
  pennant::RegisterSideTasks(setup);
  pennant::RegisterViscosityTasks(setup);
  pennant::RegisterControlTasks(setup);
  pennant::RegisterTopLevelTask(setup);
  if (options->expert_mapper) pennant::RegisterExpertMapper();
  return Legion::Runtime::start(argc, argv);
}
