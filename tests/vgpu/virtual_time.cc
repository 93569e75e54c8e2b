// A Legion program whose virtual time is known, on modelled virtual GPUs.
//
//   virtual_time copy   copies between instances in host memory; prints what each took on the
//   virtual
//                       clock and what the description says (bytes / host.copy_bandwidth)
//   virtual_time halo   30 steps of a stencil with ghost cells: 8 pieces on 4 GPUs; prints the
//                       virtual time
//   virtual_time sleep  a task that sleeps for real between kernels: its time cannot be trusted
//   virtual_time spin   a task that polls for ever while a kernel waits: the driver ends the run
//   virtual_time rounds 100 index launches of 4 kernels of 5 ms on 4 GPUs; prints the virtual time
//
// Exits with 1 when a copy's time is off by more than 2 us.
#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "legion.h"
#include "mappers/default_mapper.h"
#include "realm/cuda/cuda_module.h"
#include "vgpu/groma_vgpu.h"

namespace {

using namespace Legion;  // NOLINT: a Legion program
using namespace Legion::Mapping;

enum TaskIds : TaskID { kTop = 1, kTouch, kStencil, kIncrement, kFive, kSleep, kSpin };
enum FieldIds : FieldID { kX = 1, kY };

template <class Function>
Function* Symbol(const char* name) {
  void* symbol = dlsym(RTLD_DEFAULT, name);
  if (symbol == nullptr) {
    std::fprintf(stderr, "virtual_time: no %s: is the virtual driver loaded?\n", name);
    std::exit(1);
  }
  return reinterpret_cast<Function*>(symbol);
}

int64_t VirtualNow() { return Symbol<decltype(groma_vgpu_now)>("groma_vgpu_now")(); }

void NoTwin(const groma_vgpu_launch*) {}

// A kernel of that many double-precision operations: 5.3e12 of them take a second on a P100.
void Launch(double double_flops) {
  static auto* const load = Symbol<int(void**, const void*)>("cuModuleLoadData");
  static auto* const get = Symbol<int(void**, void*, const char*)>("cuModuleGetFunction");
  static auto* const launch =
      Symbol<int(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*,
                 void**, void**)>("cuLaunchKernel");
  const groma_vgpu_work work = {0, double_flops, 0, nullptr};
  Symbol<decltype(groma_vgpu_next_work)>("groma_vgpu_next_work")(&work);
  void* module = nullptr;
  void* function = nullptr;
  if (load(&module, "image") != 0 || get(&function, module, "work") != 0 ||
      launch(function, 1, 1, 1, 32, 1, 1, 0, Realm::Cuda::get_task_cuda_stream(), nullptr,
             nullptr) != 0) {
    std::fprintf(stderr, "virtual_time: the launch failed\n");
    std::exit(1);
  }
  Realm::Cuda::set_task_ctxsync_required(false);
}

constexpr double kFlopsPerMillisecond = 5.3e9;

void Touch(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Launch(kFlopsPerMillisecond);
}
void Stencil(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Launch(3 * kFlopsPerMillisecond);
}
void Increment(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Launch(kFlopsPerMillisecond);
}
void SleepForReal(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
}
void SpinForEver(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  for (std::atomic<int> i = 0;; ++i) {
  }
}
void FiveMilliseconds(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Launch(5 * kFlopsPerMillisecond);
}

class Program {
 public:
  Program(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {}

  void Fence() { runtime_->issue_execution_fence(context_).wait(); }

  LogicalRegion MakeRegion(coord_t elements) {
    const IndexSpaceT<1> space = runtime_->create_index_space(context_, Rect<1>(0, elements - 1));
    const FieldSpace fields = runtime_->create_field_space(context_);
    FieldAllocator allocator = runtime_->create_field_allocator(context_, fields);
    allocator.allocate_field(sizeof(double), kX);
    allocator.allocate_field(sizeof(double), kY);
    return runtime_->create_logical_region(context_, space, fields);
  }

  PhysicalRegion Map(LogicalRegion region) {
    InlineLauncher launcher(
        RegionRequirement(region, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, region));
    launcher.add_field(kX);
    launcher.add_field(kY);
    PhysicalRegion mapped = runtime_->map_region(context_, launcher);
    mapped.wait_until_valid();
    return mapped;
  }

  // Copies one field of `from` into one of `to`; whether it took its time.
  bool Copy(const char* what, LogicalRegion from, LogicalRegion to, FieldID field, int64_t bytes) {
    Fence();
    const int64_t before = VirtualNow();
    CopyLauncher launcher;
    launcher.add_copy_requirements(
        RegionRequirement(from, LEGION_READ_ONLY, LEGION_EXCLUSIVE, from),
        RegionRequirement(to, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, to));
    launcher.add_src_field(0, kX);
    launcher.add_dst_field(0, field);
    runtime_->issue_copy_operation(context_, launcher);
    Fence();
    const int64_t took = VirtualNow() - before;
    const int64_t expected = bytes / 10;  // 10 GB/s
    std::printf("%s of %lld bytes: %lld ns, expected %lld ns\n", what,
                static_cast<long long>(bytes), static_cast<long long>(took),
                static_cast<long long>(expected));
    return std::llabs(took - expected) <= 2000;
  }

  bool Copies() {
    bool right = true;
    for (const coord_t elements : {coord_t{1} << 12, coord_t{1} << 17, coord_t{1} << 22}) {
      const LogicalRegion from = MakeRegion(elements);
      const LogicalRegion to = MakeRegion(elements);
      for (const LogicalRegion& region : {from, to}) {
        PhysicalRegion mapped = Map(region);
        runtime_->unmap_region(context_, mapped);
      }
      right = Copy("host copy", from, to, kX, elements * 8) && right;
      right = Copy("host copy again", from, to, kY, elements * 8) && right;
    }
    return right;
  }

  void Halo() {
    constexpr int kPieces = 8;
    constexpr coord_t kPiece = 1 << 20;
    constexpr coord_t kGhost = 1 << 16;
    const LogicalRegion region = MakeRegion(kPieces * kPiece);
    const IndexSpaceT<1> whole(region.get_index_space());
    const IndexSpaceT<1> colors = runtime_->create_index_space(context_, Rect<1>(0, kPieces - 1));
    Transform<1, 1> by_piece;
    by_piece[0][0] = kPiece;
    const auto part = [&](coord_t low, coord_t high) {
      return runtime_->get_logical_partition(
          context_, region,
          runtime_->create_partition_by_restriction(context_, whole, colors, by_piece,
                                                    Rect<1>(low, high)));
    };
    const LogicalPartition own = part(0, kPiece - 1);
    const LogicalPartition left = part(-kGhost, -1);
    const LogicalPartition right = part(kPiece, kPiece + kGhost - 1);
    const auto launch = [&](TaskID task, std::vector<std::pair<LogicalPartition, FieldID>> reads,
                            FieldID writes, PrivilegeMode privilege = LEGION_READ_WRITE) {
      IndexTaskLauncher launcher(task, colors, TaskArgument(), ArgumentMap());
      launcher.add_region_requirement(
          RegionRequirement(own, 0, privilege, LEGION_EXCLUSIVE, region));
      launcher.add_field(0, writes);
      for (size_t i = 0; i < reads.size(); ++i) {
        launcher.add_region_requirement(
            RegionRequirement(reads[i].first, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region));
        launcher.add_field(i + 1, reads[i].second);
      }
      return runtime_->execute_index_space(context_, launcher);
    };
    const auto step = [&] {
      launch(kStencil, {{own, kX}, {left, kX}, {right, kX}}, kY);
      return launch(kIncrement, {}, kX);
    };
    launch(kTouch, {}, kX, LEGION_WRITE_DISCARD);
    launch(kTouch, {}, kY, LEGION_WRITE_DISCARD);
    step().wait_all_results();
    Fence();
    const int64_t before = VirtualNow();
    for (int i = 0; i < 30; ++i) step();
    Fence();
    std::printf("halo: %lld ns\n", static_cast<long long>(VirtualNow() - before));
  }

  // Kernels pass on the clock while `task` runs on a CPU.
  void Beside(TaskID task) {
    const IndexSpaceT<1> colors = runtime_->create_index_space(context_, Rect<1>(0, 3));
    const Future done = runtime_->execute_task(context_, TaskLauncher(task, TaskArgument()));
    IndexTaskLauncher launcher(kFive, colors, TaskArgument(), ArgumentMap());
    for (int i = 0; i < 4; ++i)
      runtime_->execute_index_space(context_, launcher).wait_all_results();
    done.wait();
    std::printf("beside: done\n");
  }

  void Rounds() {
    const IndexSpaceT<1> colors = runtime_->create_index_space(context_, Rect<1>(0, 3));
    const auto round = [&] {
      IndexTaskLauncher launcher(kFive, colors, TaskArgument(), ArgumentMap());
      runtime_->execute_index_space(context_, launcher).wait_all_results();
    };
    Fence();
    const int64_t before = VirtualNow();
    for (int i = 0; i < 100; ++i) round();
    std::printf("rounds: %lld ns\n", static_cast<long long>(VirtualNow() - before));
  }

 private:
  Context context_;
  Runtime* runtime_;
};

void Top(const Task*, const std::vector<PhysicalRegion>&, Context context, Runtime* runtime) {
  Program program(context, runtime);
  const InputArgs& arguments = Runtime::get_input_args();
  const std::string what = arguments.argc > 1 ? arguments.argv[1] : "";
  if (what == "halo") {
    program.Halo();
  } else if (what == "rounds") {
    program.Rounds();
  } else if (what == "sleep") {
    program.Beside(kSleep);
  } else if (what == "spin") {
    program.Beside(kSpin);
  } else {
    const bool right = program.Copies();
    std::printf("copies: %s\n", right ? "as described" : "WRONG");
    if (!right) Runtime::set_return_code(1);
  }
}

template <void (*kBody)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void Register(TaskID id, const char* name, Processor::Kind kind) {
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(kind));
  registrar.set_leaf(kind == Processor::TOC_PROC);
  Runtime::preregister_task_variant<kBody>(registrar, name);
}

}  // namespace

int main(int argc, char** argv) {
  Symbol<decltype(groma_vgpu_register_kernel)>("groma_vgpu_register_kernel")("work", NoTwin, 0,
                                                                             nullptr);
  Register<Top>(kTop, "top", Processor::LOC_PROC);
  Register<Touch>(kTouch, "touch", Processor::TOC_PROC);
  Register<Stencil>(kStencil, "stencil", Processor::TOC_PROC);
  Register<Increment>(kIncrement, "increment", Processor::TOC_PROC);
  Register<FiveMilliseconds>(kFive, "five_milliseconds", Processor::TOC_PROC);
  Register<SleepForReal>(kSleep, "sleep_for_real", Processor::LOC_PROC);
  Register<SpinForEver>(kSpin, "spin_for_ever", Processor::LOC_PROC);
  Runtime::set_top_level_task_id(kTop);
  return Runtime::start(argc, argv);
}
