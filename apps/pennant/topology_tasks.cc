// The tasks that build the mesh. In modelled runs they touch no data, and state the work.
#include "apps/common/run.h"
#include "apps/pennant/topology.h"
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using Legion::Context;
using Legion::Runtime;
using Legion::Task;

NewPoints PointsOf(const View& view, unsigned requirement, const char* region) {
  return {.points = {region, view.Elements(requirement)},
          .position = view.VectorOut(requirement, kPx),
          .fixed_x = view.Out<uint8_t>(requirement, kHasBcx),
          .fixed_y = view.Out<uint8_t>(requirement, kHasBcy)};
}

NewEnds EndsOf(const View& view, unsigned requirement) {
  return {.first = view.Out<int64_t>(requirement, kMapsp1),
          .second = view.Out<int64_t>(requirement, kMapsp2),
          .first_in = view.Out<uint8_t>(requirement, kMapsp1In),
          .second_in = view.Out<uint8_t>(requirement, kMapsp2In)};
}

NewTopology TopologyOf(const View& view) {
  constexpr unsigned kSides = 4;
  return {.zones = {"rz_all_p", view.Elements(0)},
          .corners = view.Out<uint8_t>(0, kZnump),
          .own = PointsOf(view, 1, "rp_all_private_p"),
          .shared = PointsOf(view, 2, "rp_all_shared_p"),
          .sides = {.sides = {"rs_all_p", view.Elements(kSides)},
                    .zone = view.Out<int64_t>(kSides, kMapsz),
                    .ends = EndsOf(view, kSides),
                    .before = view.Out<int64_t>(kSides, kMapss3),
                    .after = view.Out<int64_t>(kSides, kMapss4)}};
}

/// Initial places of points, and whether they are on a fixed edge of the mesh.
void WritePoints(const NewPoints& points, const std::vector<Place>& places,
                 const Options& options) {
  const Problem problem = ProblemOf(options);
  int64_t point = points.points.range.first;
  for (const Place place : places) {
    points.position.Set(point, {static_cast<double>(place.x) * problem.zone_width,
                                static_cast<double>(place.y) * problem.zone_height});
    points.fixed_x[point] =
        (place.x == 0 && problem.fixed_left) || (place.x == options.zones_x && problem.fixed_right)
            ? 1
            : 0;
    points.fixed_y[point] =
        (place.y == 0 && problem.fixed_bottom) || (place.y == options.zones_y && problem.fixed_top)
            ? 1
            : 0;
    ++point;
  }
}

/// Pointers of all sides. Where points lie is left to init_pointers.
void WriteSides(const NewSides& sides, const Structure& structure, const Span& zones) {
  for (int64_t zone = zones.first; zone <= zones.last; ++zone) {
    const Place place = structure.ZonePlace(zone);
    const int64_t begin = kCorners * zone;
    for (int64_t k = 0; k < kCorners; ++k) {
      const int64_t side = begin + k;
      const NewEnds& ends = sides.ends;
      sides.zone[side] = zone;
      ends.first[side] = structure.PointNumber(Structure::Corner(place, k));
      ends.second[side] = structure.PointNumber(Structure::Corner(place, (k + 1) % kCorners));
      ends.first_in[side] = ends.second_in[side] = 0;
      sides.before[side] = begin + (k + kCorners - 1) % kCorners;
      sides.after[side] = begin + (k + 1) % kCorners;
    }
  }
}

void InitializeTopology(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                        const Setup& setup) {
  const View view(task, regions, context, runtime);
  const NewTopology mesh = TopologyOf(view);
  if (setup.modelled()) return apps::PerformOnClock(InitializeTopologyWork(mesh));
  const Structure structure(setup.options);
  const Span zones = structure.Zones(view.piece());
  for (int64_t zone = zones.first; zone <= zones.last; ++zone) mesh.corners[zone] = kCorners;
  WritePoints(mesh.own, structure.Places(view.piece(), Location::kPrivate), setup.options);
  WritePoints(mesh.shared, structure.Places(view.piece(), Location::kGhost), setup.options);
  WriteSides(mesh.sides, structure, zones);
}

void InitPointers(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part sides{"rs_all_p", view.Elements(3)};
  const NewEnds ends = EndsOf(view, 3);
  if (setup.modelled()) return apps::PerformOnClock(InitPointersWork(sides, ends));
  const Legion::Rect<1> own = view.Bounds(1);
  const Legion::Rect<1> ghost = view.Bounds(2);
  const auto locate = [&](int64_t point) {
    if (own.contains(Legion::Point<1>(point))) return Location::kPrivate;
    if (ghost.contains(Legion::Point<1>(point))) return Location::kGhost;
    apps::EndRun("error: pennant: a side begins or ends at a point of another piece");
  };
  const Range range = sides.range;
  for (int64_t side = range.first; side < range.first + range.count; ++side) {
    ends.first_in[side] = static_cast<uint8_t>(locate(ends.first[side]));
    ends.second_in[side] = static_cast<uint8_t>(locate(ends.second[side]));
  }
}

}  // namespace

void RegisterTopologyTasks(const Setup& setup) {
  RegisterOn<apps::On::kCpu, InitializeTopology>(kInitializeTopology, "initialize_topology", setup);
  RegisterOn<apps::On::kCpu, InitPointers>(kInitPointers, "init_pointers", setup);
}

}  // namespace groma::pennant
