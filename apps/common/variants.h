// Tasks with a variant for CPUs and one for GPUs. Functional CPU variants run loops on the host,
// GPU variants launch kernels; in modelled runs both only state the work.
#pragma once
#include <vector>

#include "apps/common/clock.h"
#include "apps/common/device.h"
#include "apps/common/legion_field.h"
#include "apps/common/run.h"
#include "apps/common/stamp.h"
#include "legion.h"

namespace groma::apps {

/// What every task variant is registered with; programs may derive from it. Copied as bytes.
struct Setup {
  KernelModule* kernels;  // outlives the runtime
  Mode mode;

  bool modelled() const { return mode == Mode::kModelled; }
};

enum class On { kCpu, kGpu };

constexpr Legion::Processor::Kind KindOf(On on) {
  return on == On::kGpu ? Legion::Processor::TOC_PROC : Legion::Processor::LOC_PROC;
}

/// Lets a CPU task's work take its time on the virtual clock; for modelled runs.
inline void PerformOnClock(const Work& work) {
  const groma_vgpu_work statement = work.Statement();
  FindVirtualGpus().cpu_work(&statement);
}

/// Runs `arguments` as the mode and the processor say: by `run` on the host, as `kernel` on the
/// device, one thread for each of `count`, or as `work` on the virtual clock.
template <On on, typename Arguments>
void Perform(const Setup& setup, const char* kernel, void (*run)(const Arguments&),
             Arguments arguments, int64_t count, const Work& work) {
  if constexpr (on == On::kGpu) {
    setup.kernels->Launch(kernel, count, {&arguments}, work);
  } else if (setup.modelled()) {
    PerformOnClock(work);
  } else {
    run(arguments);
  }
}

/// Notes the time in element `slot` of a field of `times`, whose name for reports is `region`.
template <On on>
void Stamp(const Setup& setup, const char* kernel, const char* task, const char* region,
           int64_t slot, const Legion::PhysicalRegion& times, Legion::FieldID field) {
  const StampArguments arguments{
      .first = slot,
      .count = 1,
      .stamp = FieldOf<LEGION_READ_WRITE, int64_t>(times, field, Range(slot, slot)),
      .value = Now(setup.mode)};
  Perform<on>(setup, kernel, RunStamp, arguments, 1, StampWork(task, region, arguments));
}

/// A leaf variant for processors of `kind`, named "cpu" or "gpu".
inline Legion::TaskVariantRegistrar LeafVariant(Legion::TaskID id, Legion::Processor::Kind kind) {
  Legion::TaskVariantRegistrar registrar(id, kind == Legion::Processor::TOC_PROC ? "gpu" : "cpu");
  registrar.add_constraint(Legion::ProcessorConstraint(kind));
  registrar.set_leaf();
  return registrar;
}

/// The task that the program starts with: on one CPU, or replicated over the nodes. `name` is what
/// mappings call it.
template <typename Setup, auto Body>
void RegisterTopLevel(Legion::TaskID id, const Setup& setup, const char* name = "toplevel") {
  Legion::TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  registrar.set_replicable();
  Legion::Runtime::preregister_task_variant<Setup, Body>(registrar, setup, name);
  Legion::Runtime::set_top_level_task_id(id);
}

}  // namespace groma::apps
