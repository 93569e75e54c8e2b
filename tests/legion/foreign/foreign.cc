// A Legion program that has never heard of groma: it includes nothing of it, names no region, and
// brings its own mappers, one in place of the default one and one under an id of its own. Repeated
// smoothing of a line of cells, a histogram by reduction, a check on one processor.
//
//   foreign [-pieces N] [-cells N] [-steps N] [-fault KIND]
//
// -fault makes its own mapper or task wrong on purpose: processor (a processor that does not
// exist), instance (no instance chosen), null (an instance that does not exist), fewer (fewer
// answers than region requirements), single (no instance chosen for a single task), event
// (select_tasks_to_map does nothing and gives no event), crash (a task writes to address 8), divide
// (a task divides by zero), hang (a task waits for ever), recurse (slice_task without end), missing
// (a launcher names a mapper that is not there). What the runtime refuses with words of its own:
// concurrent, never (launches); nowhere, noslices, partial, functor (slices); variant, kinds,
// initial (processors); memory, virtual, sibling, tiled, nomemory, aos, reduction, sum, pool,
// hostpool (instances); lock, uncaught, defer (calls); privilege, dense, dimensions, abort, leave,
// kill, deep, alloc, texture, chatter, spin, wrong (tasks).
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>

#include "legion.h"
#include "mappers/default_mapper.h"

using namespace Legion;
using namespace Legion::Mapping;

namespace {

enum TaskIds { kMain = 1, kFill, kSmooth, kCount, kTotal };
enum FieldIds { kValue = 11, kOld = 12, kBin = 13 };
constexpr ReductionOpID kAdd = 1;
constexpr MapperID kSecondMapper = 7;
constexpr int kBins = 8;
constexpr VariantID kMainVariant = 1;

struct Options {
  int pieces = 4;
  int cells = 4000;
  int steps = 10;
  std::string fault;
};

Options ReadOptions() {
  const InputArgs& args = Runtime::get_input_args();
  Options options;
  for (int i = 1; i + 1 < args.argc; ++i) {
    if (!strcmp(args.argv[i], "-pieces")) options.pieces = atoi(args.argv[i + 1]);
    if (!strcmp(args.argv[i], "-cells")) options.cells = atoi(args.argv[i + 1]);
    if (!strcmp(args.argv[i], "-steps")) options.steps = atoi(args.argv[i + 1]);
    if (!strcmp(args.argv[i], "-fault")) options.fault = args.argv[i + 1];
  }
  return options;
}

// Legion's default, the generic accessor, copies each element on its own where the instance is on a
// GPU.
template <PrivilegeMode P>
using Accessor = FieldAccessor<P, double, 1, coord_t, Realm::AffineAccessor<double, 1, coord_t>>;

struct Add {
  using LHS = double;
  using RHS = double;
  static constexpr double identity = 0;
  template <bool EXCLUSIVE>
  static void apply(double& left, double right) {
    left += right;
  }
  template <bool EXCLUSIVE>
  static void fold(double& left, double right) {
    left += right;
  }
};

class ForeignMapper : public DefaultMapper {
 public:
  ForeignMapper(MapperRuntime* runtime, Machine machine, Processor local, const char* name)
      : DefaultMapper(runtime, machine, local, name), fault_(ReadOptions().fault) {}

  void select_task_options(MapperContext ctx, const Task& task, TaskOptions& output) override {
    DefaultMapper::select_task_options(ctx, task, output);
    if (fault_ == "initial" && task.task_id == kTotal)
      output.initial_proc = Processors(Processor::TOC_PROC)[0];
    if (fault_ == "functor" && task.task_id == kMain) output.replicate = true;
    if (fault_ == "uncaught" && task.task_id == kTotal) throw std::out_of_range("the mapper's own");
  }
  void slice_task(MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    if (fault_ == "processor" && task.task_id == kSmooth) {
      Processor nowhere;
      nowhere.id = 0x1d000000000000ffull;
      output.slices.emplace_back(input.domain, nowhere, false, false);
    } else if (fault_ == "recurse" && task.task_id == kSmooth) {
      output.slices.emplace_back(input.domain, local_proc, true, false);
    } else if (fault_ == "nowhere" && task.task_id == kSmooth) {
      output.slices.emplace_back(input.domain, Processor::NO_PROC, false, false);
    } else if (fault_ == "noslices" && task.task_id == kSmooth) {
    } else if (fault_ == "partial" && task.task_id == kSmooth) {
      output.slices.emplace_back(Rect<1>(0, 0), local_proc, false, false);
    } else {
      DefaultMapper::slice_task(ctx, task, input, output);
    }
  }
  void map_task(MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    if (fault_ == "lock" && task.task_id == kTotal) runtime->unlock_mapper(ctx);
    DefaultMapper::map_task(ctx, task, input, output);
    if (task.task_id == kSmooth) Spoil(ctx, task, output);
    if (fault_ == "hostpool" && task.task_id == kTotal)
      output.leaf_pool_bounds.insert({HostMemory(), PoolBounds(size_t{1} << 40)});
    if (fault_ == "aos" && task.task_id == kTotal)
      output.chosen_instances[0] = {Make(ctx, task, 0, HostMemory(), true, 0)};
    if (fault_ == "reduction" && task.task_id == kCount)
      output.chosen_instances[1] = {Make(ctx, task, 1, HostMemory(), false, 0)};
    if (fault_ == "sum" && task.task_id == kTotal)
      output.chosen_instances[0] = {Make(ctx, task, 0, HostMemory(), false, kAdd)};
    if (fault_ == "instance" && task.task_id == kSmooth) output.chosen_instances[0].clear();
    if (fault_ == "null" && task.task_id == kSmooth)
      output.chosen_instances[0].assign(1, PhysicalInstance());
    // Without its storage: what is left of a cleared vector may pass for an answer.
    if (fault_ == "fewer" && task.task_id == kSmooth)
      std::vector<std::vector<PhysicalInstance>>().swap(output.chosen_instances);
    if (fault_ == "single" && task.task_id == kTotal) output.chosen_instances[0].clear();
  }
  void replicate_task(MapperContext, const Task&, const ReplicateTaskInput&,
                      ReplicateTaskOutput& output) override {
    output.chosen_variant = kMainVariant;
    output.target_processors = Processors(Processor::LOC_PROC);
  }
  void select_sharding_functor(MapperContext ctx, const Task& task,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    if (fault_ != "functor") DefaultMapper::select_sharding_functor(ctx, task, input, output);
  }
  void select_tasks_to_map(MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    const bool smooth = !input.ready_tasks.empty() && input.ready_tasks.front()->task_id == kSmooth;
    if (fault_ == "event" && smooth) return;
    if (fault_ == "defer" && smooth) {
      output.deferral_event = runtime->create_mapper_event(ctx);
      return;
    }
    DefaultMapper::select_tasks_to_map(ctx, input, output);
  }

 private:
  static std::vector<Processor> Processors(Processor::Kind kind) {
    Machine::ProcessorQuery query(Machine::get_machine());
    query.only_kind(kind);
    return {query.begin(), query.end()};
  }
  static Memory HostMemory() {
    Machine::MemoryQuery query(Machine::get_machine());
    query.only_kind(Memory::SYSTEM_MEM);
    query.has_capacity(1);
    return query.first();
  }
  PhysicalInstance Make(MapperContext ctx, const Task& task, unsigned argument, Memory memory,
                        bool together, ReductionOpID sum, LogicalRegion region = {}) {
    LayoutConstraintSet layout;
    layout.add_constraint(sum != 0 ? SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE, sum)
                                   : SpecializedConstraint());
    layout.add_constraint(
        MemoryConstraint(fault_ == "nomemory" ? Memory::SYSTEM_MEM : memory.kind()));
    layout.add_constraint(
        FieldConstraint(std::vector<FieldID>(task.regions[argument].privilege_fields.begin(),
                                             task.regions[argument].privilege_fields.end()),
                        false, false));
    layout.add_constraint(together ? OrderingConstraint({LEGION_DIM_F, LEGION_DIM_X}, false)
                                   : OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
    if (fault_ == "tiled") layout.add_constraint(TilingConstraint(LEGION_DIM_X, 10, false));
    if (fault_ == "twice")
      layout.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_X, LEGION_DIM_F}, false));
    if (fault_ == "unknown")
      layout.add_constraint(FieldConstraint(std::vector<FieldID>{77}, false, false));
    PhysicalInstance instance;
    if (!region.exists()) region = task.regions[argument].region;
    runtime->create_physical_instance(ctx, memory, layout, {region}, instance);
    return instance;
  }
  // What is wrong with the mapping of smooth.
  void Spoil(MapperContext ctx, const Task& task, MapTaskOutput& output) {
    if (fault_ == "variant") output.chosen_variant = 12345;
    if (fault_ == "generator") output.chosen_variant = 0;
    if (fault_ == "kinds")
      output.target_procs = {task.target_proc, Processors(Processor::LOC_PROC)[0]};
    if (fault_ == "memory")
      output.chosen_instances[0] = {Make(ctx, task, 0, HostMemory(), false, 0)};
    if (fault_ == "tiled")
      output.chosen_instances[0] = {
          Make(ctx, task, 0, output.chosen_instances[0][0].get_location(), false, 0)};
    if (fault_ == "twice" || fault_ == "unknown")
      output.chosen_instances[0] = {
          Make(ctx, task, 0, output.chosen_instances[0][0].get_location(), false, 0)};
    if (fault_ == "nomemory") {
      Memory nowhere;
      nowhere.id = 0x1e000000000000ffull;
      output.chosen_instances[0] = {Make(ctx, task, 0, nowhere, false, 0)};
    }
    if (fault_ == "dense")
      output.chosen_instances[0] = {
          Make(ctx, task, 0, output.chosen_instances[0][0].get_location(), true, 0)};
    if (fault_ == "virtual")
      output.chosen_instances[0] = {PhysicalInstance::get_virtual_instance()};
    if (fault_ == "sibling") {
      const LogicalPartition parts =
          runtime->get_parent_logical_partition(ctx, task.regions[0].region);
      const DomainPoint other(task.index_point[0] == 0 ? 1 : 0);
      output.chosen_instances[0] = {
          Make(ctx, task, 0, output.chosen_instances[0][0].get_location(), false, 0,
               runtime->get_logical_subregion_by_color(ctx, parts, other))};
    }
    if (fault_ == "pool")
      output.leaf_pool_bounds.insert(
          {output.chosen_instances[0][0].get_location(), PoolBounds(size_t{1} << 40)});
  }

  const std::string fault_;
};

// Fills the stack.
int Deeper(int depth) {
  volatile char room[4096];
  room[0] = 0;
  return depth == 0 ? room[0] : Deeper(depth - 1) + room[0];
}

// Waits, leaves, throws, or asks for what it has no right to.
void Misbehave(const std::string& fault, const PhysicalRegion& region, Context ctx,
               Runtime* runtime) {
  if (fault == "abort") abort();
  if (fault == "leave") _exit(3);
  if (fault == "kill") raise(SIGKILL);
  if (fault == "deep") Deeper(1 << 30);
  if (fault == "texture") {
    using Get = int (*)(const char*, void**, int, uint64_t);
    void* function = nullptr;
    auto get = reinterpret_cast<Get>(dlsym(dlopen("libcuda.so.1", RTLD_NOW), "cuGetProcAddress"));
    if (get != nullptr) get("cuTexObjectCreate", &function, 12080, 0);
    if (function != nullptr) reinterpret_cast<int (*)()>(function)();
  }
  if (fault == "alloc") new char[size_t{1} << 46];
  if (fault == "chatter")
    for (;;) puts("a line that nobody reads, and that is printed again and again without end");
  if (fault == "spin") {
    volatile bool on = true;
    while (on) {
    }
  }
  if (fault == "privilege") const Accessor<LEGION_READ_WRITE> bins(region, kBin);
  if (fault == "dense") {
    const Accessor<LEGION_READ_WRITE> value(region, kValue);
    const Rect<1> rect =
        runtime->get_index_space_domain(ctx, region.get_logical_region().get_index_space());
    value.ptr(rect)[0] = 1;
  }
  if (fault == "outside") {
    const FieldAccessor<LEGION_READ_WRITE, double, 1> value(region, kValue);
    value[1 << 28] = 1;
  }
  if (fault == "dimensions")
    const FieldAccessor<LEGION_READ_WRITE, double, 2> value(region, kValue);
}

void FillTask(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
              Runtime* runtime) {
  const Accessor<LEGION_WRITE_DISCARD> value(regions[0], kValue);
  const Accessor<LEGION_WRITE_DISCARD> old(regions[0], kOld);
  for (PointInDomainIterator<1> it(
           runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space()));
       it(); it++)
    value[*it] = old[*it] = double((*it)[0] % 16);
}

void SmoothTask(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                Runtime* runtime) {
  const std::string fault = ReadOptions().fault;
  if (fault == "crash") *reinterpret_cast<volatile int*>(8) = 1;
  if (fault == "hang") {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait(lock, [] { return false; });
  }
  if (fault == "divide") {
    volatile int zero = 0;
    zero = 7 / zero;
  }
  Misbehave(fault, regions[0], ctx, runtime);
  const Accessor<LEGION_READ_WRITE> value(regions[0], kValue);
  const Accessor<LEGION_READ_WRITE> old(regions[0], kOld);
  const Rect<1> rect =
      runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (PointInRectIterator<1> it(rect); it(); it++) old[*it] = value[*it];
  for (coord_t i = rect.lo[0] + 1; i < rect.hi[0]; ++i)
    value[i] = (old[i - 1] + 2 * old[i] + old[i + 1]) / 4;
}

void CountTask(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
               Runtime* runtime) {
  const Accessor<LEGION_READ_ONLY> value(regions[0], kValue);
  const ReductionAccessor<Add, true, 1, coord_t, Realm::AffineAccessor<double, 1, coord_t>> bins(
      regions[1], kBin, kAdd);
  for (PointInDomainIterator<1> it(
           runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space()));
       it(); it++)
    bins[int(value[*it]) % kBins] <<= 1.0;
}

double TotalTask(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                 Runtime* runtime) {
  double sum = ReadOptions().fault == "wrong" ? 1 : 0;
  const Accessor<LEGION_READ_ONLY> bins(regions[0], kBin);
  for (PointInDomainIterator<1> it(
           runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space()));
       it(); it++)
    sum += bins[*it];
  return sum;
}

IndexTaskLauncher Launch(int id, IndexSpace pieces, LogicalPartition parts, LogicalRegion whole,
                         PrivilegeMode privilege, std::initializer_list<FieldID> fields) {
  IndexTaskLauncher launcher(id, pieces, TaskArgument(), ArgumentMap());
  launcher.add_region_requirement(RegionRequirement(parts, 0, privilege, LEGION_EXCLUSIVE, whole));
  for (FieldID field : fields) launcher.add_field(0, field);
  return launcher;
}

void MainTask(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  const Options options = ReadOptions();
  const IndexSpace cells = runtime->create_index_space(ctx, Rect<1>(0, options.cells - 1));
  const IndexSpace bins = runtime->create_index_space(ctx, Rect<1>(0, kBins - 1));
  const IndexSpace pieces = runtime->create_index_space(ctx, Rect<1>(0, options.pieces - 1));
  const FieldSpace fields = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  for (FieldID field : {kValue, kOld, kBin}) allocator.allocate_field(sizeof(double), field);
  const LogicalRegion line = runtime->create_logical_region(ctx, cells, fields);
  const LogicalRegion histogram = runtime->create_logical_region(ctx, bins, fields);
  const LogicalPartition parts = runtime->get_logical_partition(
      ctx, line, runtime->create_equal_partition(ctx, cells, pieces));

  if (options.fault == "name") {
    const char* name = nullptr;
    runtime->retrieve_name(line, name);
  }
  runtime->fill_field<double>(ctx, histogram, histogram, kBin, 0.0);
  runtime->execute_index_space(
      ctx, Launch(kFill, pieces, parts, line, LEGION_WRITE_DISCARD, {kValue, kOld}));
  runtime->issue_execution_fence(ctx).get_void_result(true);
  const auto begin = std::chrono::steady_clock::now();
  for (int step = 0; step < options.steps; ++step) {
    IndexTaskLauncher smooth =
        Launch(kSmooth, pieces, parts, line, LEGION_READ_WRITE, {kValue, kOld});
    if (options.fault == "missing") smooth.map_id = 99;
    if (options.fault == "concurrent") smooth.concurrent = true;
    runtime->execute_index_space(ctx, smooth);
  }
  IndexTaskLauncher count = Launch(kCount, pieces, parts, line, LEGION_READ_ONLY, {kValue});
  count.add_region_requirement(RegionRequirement(histogram, 0, kAdd, LEGION_EXCLUSIVE, histogram));
  count.add_field(1, kBin);
  count.map_id = kSecondMapper;
  runtime->execute_index_space(ctx, count);
  TaskLauncher total(kTotal, TaskArgument());
  total.add_region_requirement(
      RegionRequirement(histogram, LEGION_READ_ONLY, LEGION_EXCLUSIVE, histogram));
  total.add_field(0, kBin);
  const double sum = runtime->execute_task(ctx, total).get_result<double>();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  printf("total %.0f of %d: %s\n", sum, options.cells, sum == options.cells ? "correct" : "WRONG");
  printf("rate %.1f steps/s\n", options.steps / seconds);
}

void InstallMappers(Machine machine, Runtime* runtime, const std::set<Processor>& processors) {
  for (Processor processor : processors) {
    runtime->replace_default_mapper(
        new ForeignMapper(runtime->get_mapper_runtime(), machine, processor, "foreign mapper"),
        processor);
    runtime->add_mapper(
        kSecondMapper,
        new ForeignMapper(runtime->get_mapper_runtime(), machine, processor, "foreign second"),
        processor);
  }
}

template <auto F>
void Register(int id, const char* name, Processor::Kind kind, bool leaf,
              VariantID variant = LEGION_AUTO_GENERATE_ID) {
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(kind));
  registrar.set_leaf(leaf);
  registrar.set_replicable(id == kMain);
  if constexpr (std::is_same_v<std::decay_t<decltype(F)>,
                               double (*)(const Task*, const std::vector<PhysicalRegion>&, Context,
                                          Runtime*)>) {
    Runtime::preregister_task_variant<double, F>(registrar, name, variant);
  } else {
    Runtime::preregister_task_variant<F>(registrar, name, variant);
  }
}

/// With a layout of its own: fields one after the other. `far`: in a memory that it does not see.
void RegisterTotal(bool far, bool inner) {
  LayoutConstraintRegistrar layout(FieldSpace::NO_SPACE, "fields apart");
  layout.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
  if (far) layout.add_constraint(MemoryConstraint(Memory::GPU_FB_MEM));
  TaskVariantRegistrar registrar(kTotal, "total");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.add_layout_constraint_set(0, Runtime::preregister_layout(layout));
  registrar.set_leaf(!inner);
  registrar.set_inner(inner);
  Runtime::preregister_task_variant<double, TotalTask>(registrar, "total");
}

}  // namespace

int main(int argc, char** argv) {
  bool far = false, inner = false;
  for (int i = 1; i < argc; ++i) {
    if (!strcmp(argv[i], "never")) return 0;
    far |= !strcmp(argv[i], "far");
    inner |= !strcmp(argv[i], "inner");
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  Runtime::set_top_level_task_id(kMain);
  Runtime::register_reduction_op<Add>(kAdd);
  Register<MainTask>(kMain, "main", Processor::LOC_PROC, false, kMainVariant);
  Register<FillTask>(kFill, "fill", Processor::LOC_PROC, true);
  Register<SmoothTask>(kSmooth, "smooth", Processor::LOC_PROC, true);
  // On a virtual GPU the framebuffer is host memory: the same code serves as its GPU variant.
  Register<SmoothTask>(kSmooth, "smooth", Processor::TOC_PROC, true);
  Register<FillTask>(kFill, "fill", Processor::TOC_PROC, true);
  Register<CountTask>(kCount, "count", Processor::LOC_PROC, true);
  RegisterTotal(far, inner);
  Runtime::add_registration_callback(InstallMappers);
  return Runtime::start(argc, argv);
}
