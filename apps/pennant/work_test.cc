#include "apps/pennant/work.h"

#include <gtest/gtest.h>

#include <string>

#include "apps/pennant/topology.h"

namespace groma::pennant {
namespace {

/// A piece of 100 zones with 121 points, 22 of them ghosts along two rows of zones. All fields lie
/// one after the other, or interleaved as structures of 512 bytes.
class WorkOfAPiece : public testing::Test {
 protected:
  WorkOfAPiece() {
    piece_.zones.range = {0, 100};
    piece_.sides.range = {0, 400};
    piece_.own.range = {22, 99};
    piece_.ghost.range = {0, 22};
    piece_.ends = {.in_rows = 40, .in_columns = 0};
  }
  template <typename T = const double>
  Field<T> Next() {
    const int64_t place = next_++;
    auto* const base = reinterpret_cast<char*>(memory_.data());
    if (structures_) return apps::MakeField(reinterpret_cast<T*>(base + 8 * place), 512, 0);
    return apps::MakeField(reinterpret_cast<T*>(base + 4096 * place), sizeof(T), 0);
  }
  VectorsIn NextVectors() { return {Next(), Next()}; }
  Vectors NextOut() { return {Next<double>(), Next<double>()}; }
  ZoneOf Zones() { return {{0, 400}, Next<const int64_t>()}; }
  SideEnds Ends() {
    return {Next<const int64_t>(), Next<const int64_t>(), Next<const uint8_t>(),
            Next<const uint8_t>()};
  }

  struct Total {
    int64_t streamed = 0, scattered = 0, atomics = 0;  // bytes, elements, elements
  };
  static Total TotalOf(const apps::Work& work, const std::string& region) {
    const groma_vgpu_work statement = work.Statement();
    Total total;
    for (int i = 0; i < statement.argument_count; ++i) {
      const groma_vgpu_argument& a = statement.arguments[i];
      if (a.region != region) continue;
      total.streamed += a.streamed * a.element_bytes;
      total.scattered += a.scattered;
      total.atomics += a.atomics;
    }
    return total;
  }

  Piece piece_;
  bool structures_ = false;

 private:
  int64_t next_ = 0;
  std::vector<int64_t> memory_ = std::vector<int64_t>(1 << 16);
};

// A side: 8 B of zone, 18 B of ends, 16 B of the edge's middle. A zone: 1 B and its centre. Each
// private point once. Ghost points: 40 sides begin at one and 40 end at one, two numbers each.
TEST_F(WorkOfAPiece, CentersMoveEachSideZoneAndPointOnce) {
  const VectorsIn own = NextVectors();
  const VectorsIn ghost = NextVectors();
  const CalcCenters centers{Zones(),   Ends(),   {{own, ghost}}, Next<const uint8_t>(),
                            NextOut(), NextOut()};
  const apps::Work work = WorkOf("calc_centers", piece_, centers);
  EXPECT_EQ(TotalOf(work, "rs_all_p").streamed, 400 * (26 + 16));
  EXPECT_EQ(TotalOf(work, "rz_all_p").streamed, 100 * (1 + 16));
  EXPECT_EQ(TotalOf(work, "rp_all_private_p").streamed, 99 * 16);
  EXPECT_EQ(TotalOf(work, "rp_all_ghost_p").streamed, 80 * 16);
  EXPECT_EQ(TotalOf(work, "rp_all_ghost_p").scattered, 0);
  EXPECT_EQ(work.Statement().double_flops, 400 * 6 + 100 * 3);
}

TEST_F(WorkOfAPiece, GhostsAlongColumnsAreScattered) {
  piece_.ends = {.in_rows = 0, .in_columns = 40};
  const VectorsIn own = NextVectors();
  const VectorsIn ghost = NextVectors();
  const QcsZoneCenterVelocity velocity{
      Zones(), Ends(), {{own, ghost}}, Next<const uint8_t>(), NextOut()};
  const apps::Work work = WorkOf("qcs_zone_center_velocity", piece_, velocity);
  EXPECT_EQ(TotalOf(work, "rp_all_ghost_p").streamed, 0);
  EXPECT_EQ(TotalOf(work, "rp_all_ghost_p").scattered, 40 * 2);
}

// One update for each side and component: 40 of ghost points, 360 of private ones. A task that has
// a piece for itself reads and writes these in place of that.
TEST_F(WorkOfAPiece, SumsAreAtomicWhereThreadsMeet) {
  const Vectors own = NextOut();
  const Vectors ghost = NextOut();
  const SumPointForce sum{
      Zones(),       Next<const int64_t>(), Next<const int64_t>(), Next<const uint8_t>(),
      NextVectors(), NextVectors(),         {own, ghost}};
  piece_.atomic = true;
  const apps::Work on_gpu = WorkOf("sum_point_force", piece_, sum);
  EXPECT_EQ(TotalOf(on_gpu, "rp_all_private_p").atomics, 2 * 360);
  EXPECT_EQ(TotalOf(on_gpu, "rp_all_private_p").streamed, 0);
  EXPECT_EQ(TotalOf(on_gpu, "rp_all_ghost_p").atomics, 2 * 40);
  EXPECT_EQ(TotalOf(on_gpu, "rs_all_p").streamed, 400 * (8 + 1 + 8 + 32));
  piece_.atomic = false;
  const apps::Work on_cpu = WorkOf("sum_point_force", piece_, sum);
  EXPECT_EQ(TotalOf(on_cpu, "rp_all_private_p").atomics, 0);
  EXPECT_EQ(TotalOf(on_cpu, "rp_all_private_p").streamed, 2 * 99 * 16);
  EXPECT_EQ(TotalOf(on_cpu, "rp_all_ghost_p").atomics, 2 * 40);
}

// In structures of 512 bytes, the two fields that calc_rho_half reads are used together in one
// pass, the one that it writes alone in another.
TEST_F(WorkOfAPiece, InStructuresFieldsAreUsedTogether) {
  structures_ = true;
  const CalcRhoHalf rho{{0, 100}, Next(), Next(), Next<double>()};
  const apps::Work work = WorkOf("calc_rho_half", piece_, rho);
  const groma_vgpu_work statement = work.Statement();
  ASSERT_EQ(statement.argument_count, 2);
  EXPECT_EQ(statement.arguments[0].streamed, 200);
  EXPECT_EQ(statement.arguments[0].stride_bytes, 512);
  EXPECT_EQ(statement.arguments[0].fields_together, 2);
  EXPECT_EQ(statement.arguments[1].streamed, 100);
  EXPECT_EQ(statement.arguments[1].fields_together, 1);
  EXPECT_EQ(statement.double_flops, 100);
}

TEST_F(WorkOfAPiece, APieceWithoutGhostsStatesNone) {
  piece_.ghost.range = {0, 0};
  piece_.ends = {};
  const VectorsIn own = NextVectors();
  const QcsZoneCenterVelocity velocity{
      Zones(), Ends(), {{own, {}}}, Next<const uint8_t>(), NextOut()};
  const apps::Work work = WorkOf("qcs_zone_center_velocity", piece_, velocity);
  EXPECT_EQ(TotalOf(work, "rp_all_ghost_p").streamed, 0);
}

// A zone: 1 B. A point: its place 16 B, both flags 2 B, 2 operations. A side: five pointers of 8 B
// and where its two points lie.
TEST_F(WorkOfAPiece, TheMeshIsWrittenOnce) {
  const auto points = [&](const char* region, Range range) {
    return NewPoints{{region, range}, NextOut(), Next<uint8_t>(), Next<uint8_t>()};
  };
  const NewTopology mesh{
      .zones = piece_.zones,
      .corners = Next<uint8_t>(),
      .own = points("rp_all_private_p", {22, 99}),
      .shared = points("rp_all_shared_p", {0, 11}),
      .sides = {.sides = piece_.sides,
                .zone = Next<int64_t>(),
                .ends = {Next<int64_t>(), Next<int64_t>(), Next<uint8_t>(), Next<uint8_t>()},
                .before = Next<int64_t>(),
                .after = Next<int64_t>()}};
  const apps::Work work = InitializeTopologyWork(mesh);
  EXPECT_EQ(TotalOf(work, "rz_all_p").streamed, 100);
  EXPECT_EQ(TotalOf(work, "rp_all_private_p").streamed, 99 * 18);
  EXPECT_EQ(TotalOf(work, "rp_all_shared_p").streamed, 11 * 18);
  EXPECT_EQ(TotalOf(work, "rs_all_p").streamed, 400 * 42);
  EXPECT_EQ(work.Statement().double_flops, 110 * 2);
}

TEST_F(WorkOfAPiece, PointersAreReadAndWhereTheyLieIsWritten) {
  const NewEnds ends{Next<int64_t>(), Next<int64_t>(), Next<uint8_t>(), Next<uint8_t>()};
  const apps::Work work = InitPointersWork(piece_.sides, ends);
  EXPECT_EQ(TotalOf(work, "rs_all_p").streamed, 400 * (16 + 2));
  EXPECT_EQ(work.Statement().double_flops, 0);
}

}  // namespace
}  // namespace groma::pennant
