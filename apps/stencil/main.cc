// The Stencil benchmark (README.md).
#include <string>
#include <vector>

#include "apps/common/device.h"
#include "apps/stencil/expert.h"
#include "apps/stencil/kernels.h"
#include "apps/stencil/options.h"
#include "apps/stencil/tasks.h"
#include "legion.h"

int main(int argc, char** argv) {
  using namespace groma;  // NOLINT(google-build-using-namespace): main only
  const auto options = stencil::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  const apps::Start start = apps::Begin("stencil", apps::CommonOf(options), stencil::HelpText());
  if (start.exit) return *start.exit;
  apps::KernelModule kernels(stencil::KernelImage(), stencil::Kernels());
  const stencil::Setup setup{
      {.kernels = &kernels, .mode = start.mode}, options->foreign_kernel, !options->undeclared};
  stencil::RegisterPartitionTasks(setup);
  stencil::RegisterLoopTasks(setup);
  stencil::RegisterSummaryTasks(setup);
  stencil::RegisterTopLevelTask(setup);
  if (options->expert_mapper) stencil::RegisterExpertMapper();
  return Legion::Runtime::start(argc, argv);
}
