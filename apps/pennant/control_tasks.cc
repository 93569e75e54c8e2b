// Settings, time steps, checking and reporting.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using Legion::Context;
using Legion::Runtime;
using Legion::Task;

void ReadInput(const Task*, const Regions&, Context, Runtime*, const Setup& setup) {
  const Options& options = setup.options;
  fmt::print("pennant settings: problem={} zones={}x{} pieces={}x{} cycles={} prune={} {}\n",
             options.sedov ? "sedov" : (options.noh ? "noh" : "leblanc"), options.zones_x,
             options.zones_y, options.pieces_x, options.pieces_y, options.cycles, options.prune,
             setup.modelled() ? "modelled" : "functional");
  std::fflush(stdout);
}

void VerifyCalcVolumesFull(const Task* task, const Regions&, Context, Runtime*, const Setup&) {
  const auto tangled = task->futures[0].get_result<int64_t>();
  if (tangled == 0) return;
  apps::EndRun(fmt::format("error: pennant: {} sides of the mesh are turned inside out", tangled));
}

/// The clock of the next cycle. A step of 0 says that none has been yet.
Clock CalcGlobalDt(const Task* task, const Regions&, Context, Runtime*, const Setup& setup) {
  const auto last = task->futures[0].get_result<Clock>();
  const auto allowed = task->futures[1].get_result<double>();
  const Problem problem = ProblemOf(setup.options);
  const double time = last.time + last.step;
  const double step =
      last.step == 0 ? problem.first_step : std::min(problem.growth * last.step, allowed);
  return {time, std::min(step, problem.end - time)};
}

bool ContinueSimulation(const Task* task, const Regions&, Context, Runtime*, const Setup& setup) {
  const auto cycle = *static_cast<const int64_t*>(task->args);
  const auto clock = task->futures[0].get_result<Clock>();
  return cycle < setup.options.all_cycles() &&
         clock.time + clock.step < ProblemOf(setup.options).end;
}

/// Compares the state after a number of cycles. Future: the last one's clock.
Errors CheckCycle(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  const View view(task, regions, context, runtime);
  return setup.checker->Compare(*static_cast<const int64_t*>(task->args),
                                {.position = view.VectorIn(1, kPx),
                                 .velocity = view.VectorIn(1, kPu),
                                 .density = view.In(0, kZr),
                                 .energy = view.In(0, kZe),
                                 .pressure = view.In(0, kZp),
                                 .volume = view.In(0, kZvol),
                                 .mass = view.In(0, kZm),
                                 .total_energy = view.In(0, kZetot),
                                 .mass_fraction = view.In(2, kSmf),
                                 .step = view.Step(),
                                 .half_position = view.VectorIn(1, kPxp),
                                 .velocity_before = view.VectorIn(1, kPu0),
                                 .point_mass = view.In(1, kPmaswt),
                                 .work = view.In(0, kZw),
                                 .pressure_force = view.VectorIn(2, kSfp),
                                 .inner_force = view.VectorIn(2, kSft)});
}

/// Futures: begin and end of the timed section, the cycles' errors. Argument: timed cycles.
void PrintSummary(const Task* task, const Regions&, Context, Runtime*, const Setup& setup) {
  const auto cycles = *static_cast<const int64_t*>(task->args);
  const auto begin = task->futures[0].get_result<long long>();
  const auto end = task->futures[1].get_result<long long>();
  Errors worst;
  for (size_t i = 2; i < task->futures.size(); ++i) {
    const auto errors = task->futures[i].get_result<Errors>();
    worst.reference = std::max(worst.reference, errors.reference);
    worst.mass = std::max(worst.mass, errors.mass);
    worst.energy = std::max(worst.energy, errors.energy);
    worst.balance = std::max(worst.balance, errors.balance);
  }
  const Options& options = setup.options;
  if (options.check) {
    fmt::print("CHECKED {} cycles: reference {:.3g}, mass {:.3g}, energy {:.3g}, balance {:.3g}\n",
               task->futures.size() - 2, worst.reference, worst.mass, worst.energy, worst.balance);
  }
  const double seconds = static_cast<double>(end - begin) * 1e-9;
  const double zones = static_cast<double>(options.zones()) * static_cast<double>(cycles);
  const double throughput = seconds > 0 ? zones * 1e-6 / seconds : 0;
  const apps::Report report{"pennant",  throughput,    "Mzones/s",           seconds,
                            setup.mode, options.check, worst.worst(options), kTolerance};
  fmt::print("{}", apps::Text(report, fmt::format("{} cycles, {:.3f} million zones and cycles a "
                                                  "second\n",
                                                  cycles, throughput)));
  std::fflush(stdout);
  if (apps::CheckFailed(report)) Runtime::set_return_code(1);
}

Legion::TaskVariantRegistrar OnCpu(TaskId id) {
  return apps::LeafVariant(id, Legion::Processor::LOC_PROC);
}

}  // namespace

void RegisterControlTasks(const Setup& setup) {
  RegisterOn<apps::On::kCpu, ReadInput>(kReadInput, "read_input", setup);
  RegisterOn<apps::On::kCpu, VerifyCalcVolumesFull>(kVerifyCalcVolumesFull,
                                                    "verify_calc_volumes_full", setup);
  RegisterOn<apps::On::kCpu, PrintSummary>(kPrintSummary, "print_summary", setup);
  Runtime::preregister_task_variant<Clock, Setup, CalcGlobalDt>(OnCpu(kCalcGlobalDt), setup,
                                                                "calc_global_dt");
  Runtime::preregister_task_variant<bool, Setup, ContinueSimulation>(OnCpu(kContinueSimulation),
                                                                     setup, "continue_simulation");
  Runtime::preregister_task_variant<Errors, Setup, CheckCycle>(OnCpu(kCheckCycle), setup,
                                                               "check_cycle");
}

}  // namespace groma::pennant
