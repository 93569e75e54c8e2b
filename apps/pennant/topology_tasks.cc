// The tasks that build the mesh. In modelled runs they touch no data.
#include "apps/common/run.h"
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using Legion::Context;
using Legion::Runtime;
using Legion::Task;

/// Initial places of points, and whether they are on a fixed edge of the mesh.
void WritePoints(const View& view, unsigned requirement, const std::vector<Place>& places,
                 const Options& options) {
  if (places.empty()) return;
  const Problem problem = ProblemOf(options);
  const Vectors position = view.VectorOut(requirement, kPx);
  const Field<uint8_t> fixed_x = view.Out<uint8_t>(requirement, kHasBcx);
  const Field<uint8_t> fixed_y = view.Out<uint8_t>(requirement, kHasBcy);
  int64_t point = view.Elements(requirement).first;
  for (const Place place : places) {
    position.Set(point, {static_cast<double>(place.x) * problem.zone_width,
                         static_cast<double>(place.y) * problem.zone_height});
    fixed_x[point] =
        (place.x == 0 && problem.fixed_left) || (place.x == options.zones_x && problem.fixed_right)
            ? 1
            : 0;
    fixed_y[point] =
        (place.y == 0 && problem.fixed_bottom) || (place.y == options.zones_y && problem.fixed_top)
            ? 1
            : 0;
    ++point;
  }
}

/// Pointers of all sides. Where points lie is left to init_pointers.
void WriteSides(const View& view, unsigned requirement, const Structure& structure,
                const Span& zones) {
  const auto zone_of = view.Out<int64_t>(requirement, kMapsz);
  const auto first = view.Out<int64_t>(requirement, kMapsp1);
  const auto second = view.Out<int64_t>(requirement, kMapsp2);
  const auto first_in = view.Out<uint8_t>(requirement, kMapsp1In);
  const auto second_in = view.Out<uint8_t>(requirement, kMapsp2In);
  const auto before = view.Out<int64_t>(requirement, kMapss3);
  const auto after = view.Out<int64_t>(requirement, kMapss4);
  for (int64_t zone = zones.first; zone <= zones.last; ++zone) {
    const Place place = structure.ZonePlace(zone);
    const int64_t begin = kCorners * zone;
    for (int64_t k = 0; k < kCorners; ++k) {
      const int64_t side = begin + k;
      zone_of[side] = zone;
      first[side] = structure.PointNumber(Structure::Corner(place, k));
      second[side] = structure.PointNumber(Structure::Corner(place, (k + 1) % kCorners));
      first_in[side] = second_in[side] = 0;
      before[side] = begin + (k + kCorners - 1) % kCorners;
      after[side] = begin + (k + 1) % kCorners;
    }
  }
}

void InitializeTopology(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                        const Setup& setup) {
  if (setup.modelled()) return;
  const View view(task, regions, context, runtime);
  const Structure structure(setup.options);
  const Span zones = structure.Zones(view.piece());
  const auto points = view.Out<uint8_t>(0, kZnump);
  for (int64_t zone = zones.first; zone <= zones.last; ++zone) points[zone] = kCorners;
  WritePoints(view, 1, structure.Places(view.piece(), Location::kPrivate), setup.options);
  WritePoints(view, 2, structure.Places(view.piece(), Location::kGhost), setup.options);
  WriteSides(view, 4, structure, zones);
}

void InitPointers(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  if (setup.modelled()) return;
  const View view(task, regions, context, runtime);
  const Legion::Rect<1> own = view.Bounds(1);
  const Legion::Rect<1> ghost = view.Bounds(2);
  const auto locate = [&](int64_t point) {
    if (own.contains(Legion::Point<1>(point))) return Location::kPrivate;
    if (ghost.contains(Legion::Point<1>(point))) return Location::kGhost;
    apps::EndRun("error: pennant: a side begins or ends at a point of another piece");
  };
  const auto first = view.Out<int64_t>(3, kMapsp1);
  const auto second = view.Out<int64_t>(3, kMapsp2);
  const auto first_in = view.Out<uint8_t>(3, kMapsp1In);
  const auto second_in = view.Out<uint8_t>(3, kMapsp2In);
  const Range sides = view.Elements(3);
  for (int64_t side = sides.first; side < sides.first + sides.count; ++side) {
    first_in[side] = static_cast<uint8_t>(locate(first[side]));
    second_in[side] = static_cast<uint8_t>(locate(second[side]));
  }
}

}  // namespace

void RegisterTopologyTasks(const Setup& setup) {
  RegisterOn<apps::On::kCpu, InitializeTopology>(kInitializeTopology, "initialize_topology", setup);
  RegisterOn<apps::On::kCpu, InitPointers>(kInitPointers, "init_pointers", setup);
}

}  // namespace groma::pennant
