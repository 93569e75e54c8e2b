// A mapper around another one that adds up the processor time inside its calls.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <utility>

#include "legion.h"
#include "mappers/forwarding_mapper.h"

namespace groma::bench {

enum Call { kTaskOptions, kSliceTask, kMapTask, kSelectTasks, kOther, kCalls };

/// Of all mappers of the process.
struct Totals {
  std::atomic<int64_t> count = 0;
  std::atomic<int64_t> nanoseconds = 0;  // of the calling threads, not of the clock on the wall
};
inline std::array<Totals, kCalls> totals;

/// Counts the time from here to the end of the scope. A call that makes an instance waits until
/// Legion has heard of it: run with -ll:force_kthreads, which gives each call a thread of its own,
/// so that what runs meanwhile is not counted.
class Measured {
 public:
  explicit Measured(Call call) : totals_(totals[call]), start_(Now()) {}
  ~Measured() {
    totals_.nanoseconds += Now() - start_;
    ++totals_.count;
  }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;

 private:
  static int64_t Now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  Totals& totals_;
  int64_t start_;
};

/// Owns the mapper that it measures.
class TimedMapper : public Legion::Mapping::ForwardingMapper {
 public:
  using Context = Legion::Mapping::MapperContext;
  using Task = Legion::Task;
  using ForwardingMapper::ForwardingMapper;

  void select_task_options(const Context ctx, const Task& task, TaskOptions& output) override {
    const Measured measured(kTaskOptions);
    ForwardingMapper::select_task_options(ctx, task, output);
  }
  void premap_task(const Context ctx, const Task& task, const PremapTaskInput& input,
                   PremapTaskOutput& output) override {
    const Measured measured(kOther);
    ForwardingMapper::premap_task(ctx, task, input, output);
  }
  void slice_task(const Context ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    const Measured measured(kSliceTask);
    ForwardingMapper::slice_task(ctx, task, input, output);
  }
  void map_task(const Context ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    const Measured measured(kMapTask);
    ForwardingMapper::map_task(ctx, task, input, output);
  }
  void select_task_sources(const Context ctx, const Task& task, const SelectTaskSrcInput& input,
                           SelectTaskSrcOutput& output) override {
    const Measured measured(kOther);
    ForwardingMapper::select_task_sources(ctx, task, input, output);
  }
  void select_tasks_to_map(const Context ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    const Measured measured(kSelectTasks);
    ForwardingMapper::select_tasks_to_map(ctx, input, output);
  }
  void select_steal_targets(const Context ctx, const SelectStealingInput& input,
                            SelectStealingOutput& output) override {
    const Measured measured(kOther);
    ForwardingMapper::select_steal_targets(ctx, input, output);
  }
};

}  // namespace groma::bench
