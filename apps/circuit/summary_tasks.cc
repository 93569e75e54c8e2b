// Reading the options, timing, checking and reporting.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "apps/circuit/kernels.h"
#include "apps/circuit/reference.h"
#include "apps/circuit/tasks.h"
#include "apps/common/legion_field.h"

namespace groma::circuit {
namespace {

using apps::FieldOf;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

Options ParseInput(const Task*, const Regions&, Context, Runtime*, const Setup& setup) {
  const Legion::InputArgs& words = Runtime::get_input_args();
  const Result<Options> parsed =
      ParseOptions(std::vector<std::string>(words.argv + 1, words.argv + words.argc));
  Options options = parsed.value();  // main has refused wrong ones
  options.mode = static_cast<int>(setup.mode);
  fmt::print(
      "circuit settings: loops={} prune={} pieces={} pieces/superpiece={} nodes/piece={} "
      "(shared {}) wires/piece={} percent in piece={} steps={} seed={} {}\n",
      options.loops, options.prune, options.pieces, options.pieces_per_superpiece,
      options.nodes_per_piece, options.shared_per_piece(), options.wires_per_piece,
      options.percent_in_piece, options.steps, options.seed,
      setup.modelled() ? "modelled" : "functional");
  std::fflush(stdout);
  return options;
}

double GetElapsed(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  return apps::ElapsedSeconds(task, regions[0], context, runtime, kStart, kStop, setup.mode,
                              "circuit");
}

double CheckResult(const Task* task, const Regions& regions, Context, Runtime*, const Setup&) {
  const auto& options = *static_cast<const Options*>(task->args);
  const Span nodes{0, options.nodes() - 1};
  const Span wires{0, options.wires() - 1};
  State state;
  const auto node_voltage =
      FieldOf<LEGION_READ_ONLY, const float>(regions[0], kNodeVoltage, RectOf(nodes));
  for (int64_t i = 0; i <= nodes.last; ++i) state.node_voltage.push_back(node_voltage[i]);
  std::vector<apps::Field<const float>> fields;
  for (unsigned i = 0; i < 19; ++i) {
    fields.push_back(
        FieldOf<LEGION_READ_ONLY, const float>(regions[1], kCurrent + i, RectOf(wires)));
  }
  for (int64_t wire = 0; wire <= wires.last; ++wire) {
    for (size_t i = 0; i < 19; ++i) {
      (i < 10 ? state.current : state.voltage).push_back(fields[i][wire]);
    }
  }
  return RelativeError(state, Reference(options, options.loops + 2 * options.prune));
}

/// Futures: seconds, and the relative error.
void PrintSummary(const Task* task, const Regions&, Context, Runtime*, const Setup& setup) {
  if (task->index_point[0] != 0) return;
  const auto& options = *static_cast<const Options*>(task->args);
  const auto seconds = task->futures[0].get_result<double>();
  const auto error = task->futures[1].get_result<double>();
  const auto wires = static_cast<double>(options.wires());
  const auto nodes = static_cast<double>(options.nodes());
  const double operations = static_cast<double>(options.loops) *
                            (wires * kFlopsOfWireStep * static_cast<double>(options.steps) +
                             wires * kFlopsOfCharge + nodes * kFlopsOfNode);
  const double gflops = seconds > 0 ? operations * 1e-9 / seconds : 0;
  const apps::Report report{"circuit",  gflops,        "GFLOP/s", seconds,
                            setup.mode, options.check, error,     kTolerance};
  fmt::print("{}", apps::Text(report, fmt::format("GFLOPS = {:7.3f} GFLOPS\n", gflops)));
  std::fflush(stdout);
  if (apps::CheckFailed(report)) Runtime::set_return_code(1);
}

Legion::TaskVariantRegistrar Leaf(TaskId id, const char* name) {
  Legion::TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  registrar.set_leaf();
  return registrar;
}

}  // namespace

void RegisterSummaryTasks(const Setup& setup) {
  Runtime::preregister_task_variant<Options, Setup, ParseInput>(Leaf(kParseInput, "parse_input"),
                                                                setup, "parse_input");
  Runtime::preregister_task_variant<double, Setup, GetElapsed>(Leaf(kGetElapsed, "get_elapsed"),
                                                               setup, "get_elapsed");
  Runtime::preregister_task_variant<Setup, PrintSummary>(Leaf(kPrintSummary, "print_summary"),
                                                         setup, "print_summary");
  Runtime::preregister_task_variant<double, Setup, CheckResult>(Leaf(kCheckResult, "check_result"),
                                                                setup, "check_result");
}

}  // namespace groma::circuit
