// What a point of a launch sees of its regions: fields by requirement, and the work's parts.
#pragma once
#include "apps/pennant/tasks.h"
#include "apps/pennant/work.h"

namespace groma::pennant {

using Regions = std::vector<Legion::PhysicalRegion>;

class View {
 public:
  View(const Legion::Task* task, const Regions& regions, Legion::Context context,
       Legion::Runtime* runtime)
      : task_(task), regions_(regions), context_(context), runtime_(runtime) {}

  const char* task() const { return task_->get_task_name(); }
  int64_t piece() const { return task_->index_point[0]; }

  /// The bounds of a requirement's region; empty when it is.
  Legion::Rect<1> Bounds(unsigned requirement) const {
    return runtime_
        ->get_index_space_domain(context_, task_->regions[requirement].region.get_index_space())
        .bounds<1, Legion::coord_t>();
  }
  Range Elements(unsigned requirement) const {
    const Legion::Rect<1> bounds = Bounds(requirement);
    return {bounds.lo[0], static_cast<int64_t>(bounds.volume())};
  }

  template <typename T = double>
  Field<const T> In(unsigned requirement, Legion::FieldID field) const {
    return apps::FieldOf<LEGION_READ_ONLY, const T>(regions_[requirement], field,
                                                    Bounds(requirement));
  }
  VectorsIn VectorIn(unsigned requirement, Legion::FieldID field) const {
    return {In(requirement, field), In(requirement, field + 1)};
  }
  template <typename T = double>
  Field<T> Out(unsigned requirement, Legion::FieldID field) const {
    return apps::FieldOf<LEGION_READ_WRITE, T>(regions_[requirement], field, Bounds(requirement));
  }
  Vectors VectorOut(unsigned requirement, Legion::FieldID field) const {
    return {Out(requirement, field), Out(requirement, field + 1)};
  }
  /// Of a requirement with the sum of doubles.
  Doubles Sum(unsigned requirement, Legion::FieldID field) const {
    return apps::ReductionFieldOf<Legion::SumReduction<double>>(regions_[requirement], field,
                                                                Bounds(requirement));
  }

  /// Of private and ghost points, whose requirements follow each other.
  PointVectors Points(unsigned requirement, Legion::FieldID field) const {
    return {{VectorIn(requirement, field), VectorIn(requirement + 1, field)}};
  }
  ZoneOf Zones(unsigned sides) const { return {Elements(sides), In<int64_t>(sides, kMapsz)}; }
  SideEnds Ends(unsigned sides) const {
    return {In<int64_t>(sides, kMapsp1), In<int64_t>(sides, kMapsp2), In<uint8_t>(sides, kMapsp1In),
            In<uint8_t>(sides, kMapsp2In)};
  }

  /// The time step of the cycle, from the task's future.
  double Step() const { return task_->futures[0].get_result<Clock>().step; }

 private:
  const Legion::Task* task_;
  const Regions& regions_;
  Legion::Context context_;
  Legion::Runtime* runtime_;
};

/// Runs a kernel's body as mode and processor say.
template <apps::On on, typename Body>
void Perform(const Setup& setup, const Body& body, const apps::Work& work) {
  apps::Perform<on>(setup, Body::kKernel, Run<Body>, body, ElementsOf(body).count, work);
}

/// The parts of zones alone.
inline Piece ZonesOf(const View& view, unsigned zones) {
  Piece piece;
  piece.zones.range = view.Elements(zones);
  return piece;
}

/// Zones, private points (ghosts after them) and sides, by their requirements.
template <apps::On on>
Piece PieceOf(const View& view, const Setup& setup, unsigned zones, unsigned points,
              unsigned sides) {
  Piece piece = ZonesOf(view, zones);
  piece.sides.range = view.Elements(sides);
  piece.own.range = view.Elements(points);
  piece.ghost.range = view.Elements(points + 1);
  if (setup.modelled()) piece.ends = Structure(setup.options).Ends(view.piece());
  piece.atomic = on == apps::On::kGpu;
  return piece;
}

using Body = void (*)(const Legion::Task*, const Regions&, Legion::Context, Legion::Runtime*,
                      const Setup&);

/// A leaf variant for processors of a kind; for GPUs where kernels can run.
template <apps::On on, Body body>
void RegisterOn(TaskId id, const char* name, const Setup& setup) {
  if (on == apps::On::kGpu && !setup.kernels->usable()) return;
  Legion::Runtime::preregister_task_variant<Setup, body>(apps::LeafVariant(id, apps::KindOf(on)),
                                                         setup, name);
}

/// A GPU variant that returns a deferred value: the task brings a little memory for it.
inline Legion::TaskVariantRegistrar LeafVariantWithValue(TaskId id) {
  constexpr size_t kBytes = 64;
  Legion::TaskVariantRegistrar registrar = apps::LeafVariant(id, Legion::Processor::TOC_PROC);
  registrar.leaf_pool_bounds.emplace(Legion::Memory::Z_COPY_MEM, Legion::PoolBounds(kBytes));
  return registrar;
}

/// Both variants.
template <Body on_cpu, Body on_gpu>
void Register(TaskId id, const char* name, const Setup& setup) {
  RegisterOn<apps::On::kCpu, on_cpu>(id, name, setup);
  RegisterOn<apps::On::kGpu, on_gpu>(id, name, setup);
}

}  // namespace groma::pennant
