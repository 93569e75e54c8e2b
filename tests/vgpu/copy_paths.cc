// A Legion program that moves data through every path between the memories of a machine with GPUs
// and checks each value: SYSMEM, ZCMEM and framebuffers of the same and of another GPU; structures
// of arrays and arrays of structures; C and Fortran order; whole regions and tiles of one, two and
// three dimensions; fills; reductions with their instances in each of these memories.
//
// Prints a line a failed case, then `copy_paths: N cases, M failed`; exits with 1 when one failed.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "legion.h"
#include "placing_mapper.h"
#include "realm/cuda/cuda_module.h"
#include "vgpu/groma_vgpu.h"

namespace {

using namespace Legion;  // NOLINT: a Legion program
using groma::Placement;
using groma::Where;

enum TaskIds : TaskID { kTop = 1, kWrite, kUpdate, kReduce, kCheck };
enum FieldIds : FieldID { kDouble = 10, kInt, kByte };
constexpr ReductionOpID kSum = LEGION_REDOP_SUM_FLOAT64;

// ---- Kernels: one that visits all points of a field
// ----------------------------------------------

enum class Action : int { kUpdate, kReduce };

// The elements of one field of an instance.
struct FieldView {
  char* base;  // of the element at the rectangle's low corner
  long long stride[3];
  long long extent[3];
  int element;  // bytes
  Action action;
};

// Doubles double; other types go up by one.
void ChangeElement(char* at, const FieldView& view) {
  if (view.action == Action::kReduce) {
    *reinterpret_cast<double*>(at) += 1000.0;
  } else if (view.element == 8) {
    *reinterpret_cast<double*>(at) *= 2;
  } else if (view.element == 4) {
    *reinterpret_cast<int*>(at) += 1;
  } else {
    *at = static_cast<char>(*at + 1);
  }
}

void ChangeAll(const FieldView& view) {
  for (long long z = 0; z < view.extent[2]; ++z) {
    for (long long y = 0; y < view.extent[1]; ++y) {
      for (long long x = 0; x < view.extent[0]; ++x) {
        ChangeElement(view.base + z * view.stride[2] + y * view.stride[1] + x * view.stride[0],
                      view);
      }
    }
  }
}

void ChangeAllTwin(const groma_vgpu_launch* launch) {
  ChangeAll(*static_cast<const FieldView*>(launch->parameters[0]));
}

template <class Function>
Function* Symbol(const char* name) {
  void* symbol = dlsym(RTLD_DEFAULT, name);
  if (symbol == nullptr) {
    std::fprintf(stderr, "copy_paths: no %s: is the virtual driver loaded?\n", name);
    std::exit(1);
  }
  return reinterpret_cast<Function*>(symbol);
}

void LaunchChangeAll(const FieldView& view) {
  static auto* const load = Symbol<int(void**, const void*)>("cuModuleLoadData");
  static auto* const get = Symbol<int(void**, void*, const char*)>("cuModuleGetFunction");
  static auto* const launch =
      Symbol<int(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*,
                 void**, void**)>("cuLaunchKernel");
  void* module = nullptr;
  void* function = nullptr;
  FieldView copy = view;
  void* parameters[] = {&copy};
  if (load(&module, "image") != 0 || get(&function, module, "change_all") != 0 ||
      launch(function, 1, 1, 1, 32, 1, 1, 0, Realm::Cuda::get_task_cuda_stream(), parameters,
             nullptr) != 0) {
    std::fprintf(stderr, "copy_paths: the launch failed\n");
    std::exit(1);
  }
}

void RegisterKernels() {
  const int sizes[] = {sizeof(FieldView)};
  Symbol<decltype(groma_vgpu_register_kernel)>("groma_vgpu_register_kernel")(
      "change_all", ChangeAllTwin, 1, sizes);
}

// ---- Values
// --------------------------------------------------------------------------------------

template <int kDim>
long long Number(const Point<kDim>& point) {
  long long number = 1;
  for (int d = 0; d < kDim; ++d) number = number * 131 + point[d];
  return number % 100003;
}

struct TaskArguments {
  int doublings = 0;    // for kCheck: how often the doubles were doubled (the others went up by it)
  double added = 0;     // for kCheck: what reductions added to the doubles
  bool filled = false;  // for kCheck: the start is a fill, not kWrite
};

constexpr double kFillDouble = 2.5;
constexpr int kFillInt = 77;
constexpr char kFillByte = 9;

template <class T, int kDim, PrivilegeMode kMode>
FieldView View(const PhysicalRegion& region, FieldID field, const Rect<kDim>& rect, Action action) {
  const FieldAccessor<kMode, T, kDim, coord_t, Realm::AffineAccessor<T, kDim, coord_t>> access(
      region, field);
  FieldView view = {reinterpret_cast<char*>(const_cast<T*>(access.ptr(rect.lo))),
                    {0, 0, 0},
                    {1, 1, 1},
                    sizeof(T),
                    action};
  for (int d = 0; d < kDim; ++d) {
    view.extent[d] = rect.hi[d] - rect.lo[d] + 1;
    Point<kDim> next = rect.lo;
    next[d] += 1;
    if (view.extent[d] > 1) {
      view.stride[d] = reinterpret_cast<const char*>(access.ptr(next)) - view.base;
    }
  }
  return view;
}

template <int kDim>
void ForEachView(const Task* task, const PhysicalRegion& region, Context context, Runtime* runtime,
                 const std::function<void(const FieldView&)>& visit) {
  // Of a sparse piece all of its box: nobody sees what lies between.
  const Rect<kDim> rect =
      runtime->get_index_space_domain(context, task->regions[0].region.get_index_space())
          .bounds<kDim, coord_t>();
  if (task->task_id == kReduce) {
    const ReductionAccessor<SumReduction<double>, true, kDim, coord_t,
                            Realm::AffineAccessor<double, kDim, coord_t>>
        access(region, kDouble, kSum);
    FieldView view = {reinterpret_cast<char*>(access.ptr(rect.lo)),
                      {0, 0, 0},
                      {1, 1, 1},
                      sizeof(double),
                      Action::kReduce};
    for (int d = 0; d < kDim; ++d) {
      view.extent[d] = rect.hi[d] - rect.lo[d] + 1;
      Point<kDim> next = rect.lo;
      next[d] += 1;
      if (view.extent[d] > 1) {
        view.stride[d] = reinterpret_cast<char*>(access.ptr(next)) - view.base;
      }
    }
    visit(view);
    return;
  }
  visit(View<double, kDim, LEGION_READ_WRITE>(region, kDouble, rect, Action::kUpdate));
  visit(View<int, kDim, LEGION_READ_WRITE>(region, kInt, rect, Action::kUpdate));
  visit(View<char, kDim, LEGION_READ_WRITE>(region, kByte, rect, Action::kUpdate));
}

void VisitViews(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
                Runtime* runtime, const std::function<void(const FieldView&)>& visit) {
  switch (task->regions[0].region.get_dim()) {
    case 1:
      return ForEachView<1>(task, regions[0], context, runtime, visit);
    case 2:
      return ForEachView<2>(task, regions[0], context, runtime, visit);
    default:
      return ForEachView<3>(task, regions[0], context, runtime, visit);
  }
}

void ChangeOnCpu(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
                 Runtime* runtime) {
  VisitViews(task, regions, context, runtime, ChangeAll);
}

void ChangeOnGpu(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
                 Runtime* runtime) {
  VisitViews(task, regions, context, runtime, LaunchChangeAll);
}

template <int kDim>
void WriteAll(const PhysicalRegion& region, const Rect<kDim>& rect) {
  const FieldAccessor<LEGION_WRITE_DISCARD, double, kDim> doubles(region, kDouble);
  const FieldAccessor<LEGION_WRITE_DISCARD, int, kDim> ints(region, kInt);
  const FieldAccessor<LEGION_WRITE_DISCARD, char, kDim> bytes(region, kByte);
  for (PointInRectIterator<kDim> at(rect); at(); at++) {
    doubles[*at] = static_cast<double>(Number<kDim>(*at));
    ints[*at] = static_cast<int>(Number<kDim>(*at)) + 5;
    bytes[*at] = static_cast<char>(Number<kDim>(*at) % 50);
  }
}

void Write(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
           Runtime* runtime) {
  const Domain domain =
      runtime->get_index_space_domain(context, task->regions[0].region.get_index_space());
  if (domain.get_dim() == 1) WriteAll<1>(regions[0], domain);
  if (domain.get_dim() == 2) WriteAll<2>(regions[0], domain);
  if (domain.get_dim() == 3) WriteAll<3>(regions[0], domain);
}

template <int kDim>
int CountWrong(const PhysicalRegion& region, const Rect<kDim>& rect, const TaskArguments& want) {
  const FieldAccessor<LEGION_READ_ONLY, double, kDim> doubles(region, kDouble);
  const FieldAccessor<LEGION_READ_ONLY, int, kDim> ints(region, kInt);
  const FieldAccessor<LEGION_READ_ONLY, char, kDim> bytes(region, kByte);
  int wrong = 0;
  for (PointInRectIterator<kDim> at(rect); at(); at++) {
    const long long number = Number<kDim>(*at);
    double value = want.filled ? kFillDouble : static_cast<double>(number);
    for (int i = 0; i < want.doublings; ++i) value *= 2;
    const int whole = (want.filled ? kFillInt : static_cast<int>(number) + 5) + want.doublings;
    const int byte = (want.filled ? kFillByte : static_cast<int>(number % 50)) + want.doublings;
    if (doubles[*at] != value + want.added || ints[*at] != whole || bytes[*at] != byte) ++wrong;
  }
  return wrong;
}

int Check(const Task* task, const std::vector<PhysicalRegion>& regions, Context context,
          Runtime* runtime) {
  const auto& want = *static_cast<const TaskArguments*>(task->args);
  const Domain domain =
      runtime->get_index_space_domain(context, task->regions[0].region.get_index_space());
  if (domain.get_dim() == 1) return CountWrong<1>(regions[0], domain, want);
  if (domain.get_dim() == 2) return CountWrong<2>(regions[0], domain, want);
  return CountWrong<3>(regions[0], domain, want);
}

// ---- Cases
// ---------------------------------------------------------------------------------------

// Into which pieces a region's data is moved.
enum class Parts { kWhole, kTiles, kSparse };

class Cases {
 public:
  Cases(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {
    fields_ = runtime->create_field_space(context);
    FieldAllocator allocator = runtime->create_field_allocator(context, fields_);
    allocator.allocate_field(sizeof(double), kDouble);
    allocator.allocate_field(sizeof(int), kInt);
    allocator.allocate_field(sizeof(char), kByte);
  }

  // Data goes from a CPU's instance through each placement in turn (where it is changed) and back.
  void Chain(int dimension, Parts parts, bool filled, const std::vector<Placement>& placements,
             bool reduce) {
    const LogicalRegion region = MakeRegion(dimension);
    const LogicalPartition tiles = MakeTiles(region, dimension);
    if (filled) {
      Fill(region);
    } else {
      Launch(kWrite, region, region, Placement{}, LEGION_WRITE_DISCARD, {});
    }
    TaskArguments want;
    want.filled = filled;
    std::string text = std::to_string(dimension) + "-D" +
                       (parts == Parts::kWhole   ? ""
                        : parts == Parts::kTiles ? " tiles"
                                                 : " sparse") +
                       (filled ? " fill" : "") + (reduce ? " reduce" : "") + ":";
    for (const Placement& placement : placements) {
      text += " -> " + placement.Text();
      for (const LogicalRegion& part : RegionsOf(region, tiles, parts)) {
        if (reduce) {
          Launch(kReduce, part, region, placement, LEGION_REDUCE, {});
        } else {
          Launch(kUpdate, part, region, placement, LEGION_READ_WRITE, {});
        }
      }
      if (reduce) {
        want.added += 1000;
      } else {
        ++want.doublings;
      }
    }
    const int wrong =
        Launch(kCheck, region, region, Placement{}, LEGION_READ_ONLY, want).get_result<int>();
    ++count_;
    if (wrong > 0) {
      ++failed_;
      std::printf("FAILED %s: %d elements are wrong\n", text.c_str(), wrong);
    }
    runtime_->destroy_logical_region(context_, region);
  }

  int count() const { return count_; }
  int failed() const { return failed_; }

 private:
  LogicalRegion MakeRegion(int dimension) {
    IndexSpace space;
    if (dimension == 1) {
      space = runtime_->create_index_space(context_, Rect<1>(3, 4098));
    } else if (dimension == 2) {
      space = runtime_->create_index_space(context_, Rect<2>({1, 2}, {64, 37}));
    } else {
      space = runtime_->create_index_space(context_, Rect<3>({0, 1, 2}, {15, 18, 13}));
    }
    return runtime_->create_logical_region(context_, space, fields_);
  }

  // Tiles of a quarter (1-D) or a half in each dimension.
  LogicalPartition MakeTiles(const LogicalRegion& region, int dimension) {
    const Domain whole = runtime_->get_index_space_domain(context_, region.get_index_space());
    DomainPoint size = whole.lo();
    for (int d = 0; d < dimension; ++d) {
      const coord_t parts = dimension == 1 ? 4 : 2;
      size[d] = (whole.hi()[d] - whole.lo()[d] + parts) / parts;
    }
    const IndexPartition partition = runtime_->create_partition_by_blockify(
        context_, region.get_index_space(), size, whole.lo());
    return runtime_->get_logical_partition(context_, region, partition);
  }

  std::vector<LogicalRegion> RegionsOf(const LogicalRegion& region, const LogicalPartition& tiles,
                                       Parts kind) {
    if (kind == Parts::kWhole) return {region};
    if (kind == Parts::kSparse) return SparseRegions(region, tiles);
    std::vector<LogicalRegion> parts;
    const Domain colors =
        runtime_->get_index_partition_color_space(context_, tiles.get_index_partition());
    for (Domain::DomainPointIterator at(colors); at; at++) {
      parts.push_back(runtime_->get_logical_subregion_by_color(context_, tiles, DomainPoint(*at)));
    }
    return parts;
  }

  // Two pieces, each every other tile: their copies are of several rectangles.
  std::vector<LogicalRegion> SparseRegions(const LogicalRegion& region,
                                           const LogicalPartition& tiles) {
    std::vector<IndexSpace> pieces[2];
    const Domain colors =
        runtime_->get_index_partition_color_space(context_, tiles.get_index_partition());
    size_t number = 0;
    for (Domain::DomainPointIterator at(colors); at; at++, ++number) {
      // Tiles that touch at corners alone cannot be merged into one rectangle.
      size_t parity = 0;
      for (int d = 0; d < colors.get_dim(); ++d) parity += static_cast<size_t>((*at)[d]);
      pieces[parity % 2].push_back(
          runtime_->get_index_subspace(context_, tiles.get_index_partition(), DomainPoint(*at)));
    }
    const IndexSpace two = runtime_->create_index_space(context_, Rect<1>(0, 1));
    const IndexPartition halves =
        runtime_->create_pending_partition(context_, region.get_index_space(), two);
    std::vector<LogicalRegion> regions;
    for (int i = 0; i < 2; ++i) {
      const IndexSpace space =
          runtime_->create_index_space_union(context_, halves, DomainPoint(Point<1>(i)), pieces[i]);
      regions.push_back(runtime_->get_logical_subregion(
          context_, runtime_->get_logical_partition(context_, region, halves), space));
    }
    return regions;
  }

  void Fill(const LogicalRegion& region) {
    runtime_->fill_field<double>(context_, region, region, kDouble, kFillDouble);
    runtime_->fill_field<int>(context_, region, region, kInt, kFillInt);
    runtime_->fill_field<char>(context_, region, region, kByte, kFillByte);
  }

  Future Launch(TaskID task, const LogicalRegion& part, const LogicalRegion& region,
                const Placement& placement, PrivilegeMode privilege, const TaskArguments& want) {
    TaskLauncher launcher(task, UntypedBuffer(&want, sizeof want));
    launcher.tag = placement.Tag();
    if (privilege == LEGION_REDUCE) {
      launcher.add_region_requirement(RegionRequirement(part, kSum, LEGION_SIMULTANEOUS, region));
      launcher.add_field(0, kDouble);
    } else {
      launcher.add_region_requirement(RegionRequirement(part, privilege, LEGION_EXCLUSIVE, region));
      for (const FieldID field : {kDouble, kInt, kByte}) launcher.add_field(0, field);
    }
    return runtime_->execute_task(context_, launcher);
  }

  Context context_;
  Runtime* runtime_;
  FieldSpace fields_;
  int count_ = 0;
  int failed_ = 0;
};

std::vector<Placement> AllPlacements() {
  std::vector<Placement> all;
  for (const bool soa : {true, false}) {
    for (const bool fortran : {true, false}) {
      all.push_back({Where::kSystem, 0, soa, fortran});
      all.push_back({Where::kZeroCopy, 0, soa, fortran});
      all.push_back({Where::kFramebuffer, 0, soa, fortran});
      all.push_back({Where::kFramebuffer, 1, soa, fortran});
    }
  }
  return all;
}

void Top(const Task*, const std::vector<PhysicalRegion>&, Context context, Runtime* runtime) {
  Cases cases(context, runtime);
  const std::vector<Placement> all = AllPlacements();
  for (const int dimension : {1, 2, 3}) {
    for (const Placement& first : all) {
      cases.Chain(dimension, Parts::kTiles, true, {first}, false);
      cases.Chain(dimension, Parts::kTiles, false, {first}, true);
      cases.Chain(dimension, Parts::kSparse, true, {first}, true);
      for (const Placement& second : all) {
        cases.Chain(dimension, Parts::kWhole, false, {first, second}, false);
      }
    }
    for (size_t i = 0; i < all.size(); ++i) {
      const Placement& other = all[(i * 7 + 3) % all.size()];
      cases.Chain(dimension, Parts::kTiles, false, {all[i], other}, false);
      cases.Chain(dimension, Parts::kSparse, false, {all[i], other}, false);
      cases.Chain(dimension, Parts::kWhole, true, {all[i], other}, false);
    }
  }
  std::printf("copy_paths: %d cases, %d failed\n", cases.count(), cases.failed());
  std::fflush(stdout);
  if (cases.failed() > 0) Runtime::set_return_code(1);
}

template <void (*kBody)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void Preregister(TaskID task, const char* name, Processor::Kind kind) {
  TaskVariantRegistrar registrar(task, name);
  registrar.add_constraint(ProcessorConstraint(kind));
  registrar.set_leaf(task != kTop);
  Runtime::preregister_task_variant<kBody>(registrar, name);
}

}  // namespace

int main(int argc, char** argv) {
  RegisterKernels();
  Runtime::set_top_level_task_id(kTop);
  Preregister<Top>(kTop, "top", Processor::LOC_PROC);
  Preregister<Write>(kWrite, "write", Processor::LOC_PROC);
  Preregister<ChangeOnCpu>(kUpdate, "update", Processor::LOC_PROC);
  Preregister<ChangeOnGpu>(kUpdate, "update", Processor::TOC_PROC);
  Preregister<ChangeOnCpu>(kReduce, "reduce", Processor::LOC_PROC);
  Preregister<ChangeOnGpu>(kReduce, "reduce", Processor::TOC_PROC);
  {
    TaskVariantRegistrar registrar(kCheck, "check");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf();
    Runtime::preregister_task_variant<int, Check>(registrar, "check");
  }
  Runtime::add_registration_callback(groma::MakePlacingMappers);
  return Runtime::start(argc, argv);
}
