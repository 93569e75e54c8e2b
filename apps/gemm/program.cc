#include "apps/gemm/program.h"

#include "apps/gemm/dgemm.h"
#include "apps/gemm/expert.h"
#include "apps/gemm/tasks.h"

namespace groma::gemm {

int Run(Algorithm algorithm, int argc, char** argv) {
  const auto options = ParseOptions(algorithm, std::vector<std::string>(argv + 1, argv + argc));
  const apps::Start start =
      apps::Begin(NameOf(algorithm), apps::CommonOf(options), HelpText(algorithm));
  if (start.exit) return *start.exit;
  apps::KernelModule kernels(KernelImage(), Kernels());
  Cublas cublas;
  KeepBlasToItsCaller();
  const Setup setup{{.kernels = &kernels, .mode = start.mode}, &cublas, *options};
  RegisterDataTasks(setup);
  RegisterMultiplyTask(setup);
  RegisterStepTasks(setup);
  RegisterTopLevelTask(setup);
  if (options->expert_mapper) RegisterExpertMapper(algorithm);
  return Legion::Runtime::start(argc, argv);
}

}  // namespace groma::gemm
