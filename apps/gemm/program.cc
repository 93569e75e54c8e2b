#include "apps/gemm/program.h"

#include <cstdio>

#include "apps/gemm/tasks.h"

namespace groma::gemm {

int Run(Algorithm algorithm, int argc, char** argv) {
  const char* const name = NameOf(algorithm);
  const auto options = ParseOptions(algorithm, std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) {
    std::fprintf(stderr, "%s: %s\n", name, options.error().message.c_str());
    return 2;
  }
  if (options->help) {
    std::fputs(HelpText(algorithm).c_str(), stdout);
    return 0;
  }
  const auto mode = apps::SetMode(static_cast<apps::Mode>(options->mode));
  if (!mode.ok()) {
    std::fprintf(stderr, "%s: %s\n", name, mode.error().message.c_str());
    return 3;
  }
  apps::KernelModule kernels(KernelImage(), Kernels());
  Cublas cublas;
  const Setup setup{{.kernels = &kernels, .mode = *mode}, &cublas, *options};
  RegisterDataTasks(setup);
  RegisterMultiplyTask(setup);
  RegisterStepTasks(setup);
  RegisterTopLevelTask(setup);
  return Legion::Runtime::start(argc, argv);
}

}  // namespace groma::gemm
