// A Legion program that gathers and scatters through an index field on the GPUs' framebuffers and
// in host memory, and checks each value.
//
// Prints a line a failed case, then `gather_paths: N cases, M failed`; exits with 1 when one
// failed.
#include <cstdio>
#include <string>
#include <vector>

#include "legion.h"
#include "placing_mapper.h"

namespace {

using namespace Legion;  // NOLINT: a Legion program
using groma::Placement;
using groma::Where;

enum TaskIds : TaskID { kTop = 1, kWrite, kCheck };
enum FieldIds : FieldID { kValue = 10, kIndex };

constexpr coord_t kCount = 5003;

// A permutation of the points.
coord_t Target(coord_t i) { return (i * 1009 + 77) % kCount; }

double Value(coord_t i) { return static_cast<double>(i) * 1.5 + 3; }

void Write(const Task*, const std::vector<PhysicalRegion>& regions, Context, Runtime*) {
  const FieldAccessor<LEGION_WRITE_DISCARD, double, 1> values(regions[0], kValue);
  const FieldAccessor<LEGION_WRITE_DISCARD, Point<1>, 1> index(regions[1], kIndex);
  for (coord_t i = 0; i < kCount; ++i) {
    values[i] = Value(i);
    index[i] = Target(i);
  }
}

int Check(const Task* task, const std::vector<PhysicalRegion>& regions, Context, Runtime*) {
  const bool gather = *static_cast<const bool*>(task->args);
  const FieldAccessor<LEGION_READ_ONLY, double, 1> result(regions[0], kValue);
  int wrong = 0;
  for (coord_t i = 0; i < kCount; ++i) {
    const double got = gather ? result[i] : result[Target(i)];
    const double want = gather ? Value(Target(i)) : Value(i);
    if (got != want) ++wrong;
  }
  return wrong;
}

class Cases {
 public:
  Cases(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {
    const IndexSpace points = runtime->create_index_space(context, Rect<1>(0, kCount - 1));
    values_ = MakeRegion(points, kValue, sizeof(double));
    index_ = MakeRegion(points, kIndex, sizeof(Point<1>));
    result_ = MakeRegion(points, kValue, sizeof(double));
  }

  void Run(const Placement& placement, bool gather) {
    Launch(kWrite, values_, index_);
    runtime_->fill_field<double>(context_, result_, result_, kValue, -1);
    IndirectCopy(placement, gather);
    TaskLauncher check(kCheck, UntypedBuffer(&gather, sizeof gather));
    check.tag = Placement{}.Tag();
    check.add_region_requirement(
        RegionRequirement(result_, LEGION_READ_ONLY, LEGION_EXCLUSIVE, result_));
    check.add_field(0, kValue);
    const int wrong = runtime_->execute_task(context_, check).get_result<int>();
    ++count_;
    if (wrong > 0) {
      ++failed_;
      std::printf("FAILED %s in %s: %d elements are wrong\n", gather ? "gather" : "scatter",
                  placement.Text().c_str(), wrong);
    }
  }

  int count() const { return count_; }
  int failed() const { return failed_; }

 private:
  LogicalRegion MakeRegion(IndexSpace points, FieldID field, size_t bytes) {
    const FieldSpace fields = runtime_->create_field_space(context_);
    runtime_->create_field_allocator(context_, fields).allocate_field(bytes, field);
    return runtime_->create_logical_region(context_, points, fields);
  }

  void Launch(TaskID task, LogicalRegion values, LogicalRegion index) {
    TaskLauncher launcher(task, UntypedBuffer());
    launcher.tag = Placement{}.Tag();
    launcher.add_region_requirement(
        RegionRequirement(values, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, values));
    launcher.add_region_requirement(
        RegionRequirement(index, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, index));
    launcher.add_field(0, kValue);
    launcher.add_field(1, kIndex);
    runtime_->execute_task(context_, launcher);
  }

  void IndirectCopy(const Placement& placement, bool gather) {
    CopyLauncher copy;
    copy.tag = placement.Tag();
    copy.add_copy_requirements(
        RegionRequirement(values_, LEGION_READ_ONLY, LEGION_EXCLUSIVE, values_),
        RegionRequirement(result_, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, result_));
    copy.add_src_field(0, kValue);
    copy.add_dst_field(0, kValue);
    const RegionRequirement index(index_, LEGION_READ_ONLY, LEGION_EXCLUSIVE, index_);
    if (gather) {
      copy.add_src_indirect_field(kIndex, index);
    } else {
      copy.add_dst_indirect_field(kIndex, index);
    }
    // Realm gathers on the GPU only when no index can be out of range.
    copy.possible_src_indirect_out_of_range = false;
    copy.possible_dst_indirect_out_of_range = false;
    copy.possible_dst_indirect_aliasing = false;
    runtime_->issue_copy_operation(context_, copy);
  }

  Context context_;
  Runtime* runtime_;
  LogicalRegion values_, index_, result_;
  int count_ = 0;
  int failed_ = 0;
};

void Top(const Task*, const std::vector<PhysicalRegion>&, Context context, Runtime* runtime) {
  Cases cases(context, runtime);
  for (const bool gather : {true, false}) {
    cases.Run({Where::kFramebuffer, 0}, gather);
    cases.Run({Where::kFramebuffer, 3}, gather);
    cases.Run({Where::kZeroCopy, 1}, gather);
    cases.Run({Where::kSystem}, gather);
  }
  std::printf("gather_paths: %d cases, %d failed\n", cases.count(), cases.failed());
  std::fflush(stdout);
  if (cases.failed() > 0) Runtime::set_return_code(1);
}

TaskVariantRegistrar OnCpu(TaskID task, const char* name) {
  TaskVariantRegistrar registrar(task, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(task != kTop);
  return registrar;
}

}  // namespace

int main(int argc, char** argv) {
  Runtime::set_top_level_task_id(kTop);
  Runtime::preregister_task_variant<Top>(OnCpu(kTop, "top"), "top");
  Runtime::preregister_task_variant<Write>(OnCpu(kWrite, "write"), "write");
  Runtime::preregister_task_variant<int, Check>(OnCpu(kCheck, "check"), "check");
  Runtime::add_registration_callback(groma::MakePlacingMappers);
  return Runtime::start(argc, argv);
}
