#include "apps/circuit/init_work.h"

#include <gtest/gtest.h>

#include <string>

namespace groma::circuit {
namespace {

Options FourPieces(int64_t percent_in_piece) {
  Options options;
  options.pieces = 4;
  options.percent_in_piece = percent_in_piece;
  return options;
}

/// Fields of 100 elements that follow each other, or lie interleaved as structures of 256 bytes.
class InitWork : public testing::Test {
 protected:
  template <typename T>
  void Next(Field<T>& field) {
    const int64_t place = next_;
    next_ += structures_ ? 8 : 800;
    field = apps::MakeField(reinterpret_cast<T*>(memory_.data() + place),
                            structures_ ? 256 : static_cast<int64_t>(sizeof(T)), 0);
  }
  NewEnds Ends() {
    NewEnds ends;
    Next(ends.in_node), Next(ends.out_node), Next(ends.in_region), Next(ends.out_region);
    return ends;
  }
  NewWires Wires() {
    NewWires wires{.wires = {0, 99}, .ends = Ends()};
    Next(wires.inductance), Next(wires.resistance), Next(wires.capacitance);
    for (auto& field : wires.current) Next(field);
    for (auto& field : wires.voltage) Next(field);
    return wires;
  }
  static int64_t Streamed(const apps::Work& work, const std::string& region) {
    const groma_vgpu_work statement = work.Statement();
    int64_t bytes = 0;
    for (int i = 0; i < statement.argument_count; ++i) {
      const groma_vgpu_argument& a = statement.arguments[i];
      if (a.region == region) bytes += a.streamed * a.element_bytes;
    }
    return bytes;
  }

  bool structures_ = false;
  apps::FieldUse range_{&structures_, 16, 16, "rp_ghost_ranges"};

 private:
  int64_t next_ = 0;
  std::vector<char> memory_ = std::vector<char>(1 << 16);
};

// 4 floats; 3 + 2 + 3 operations.
TEST_F(InitWork, ANodeIsFourFloatsAndEightOperations) {
  NewNodes nodes{.region = "rp_shared", .nodes = {0, 99}};
  Next(nodes.capacitance), Next(nodes.leakage), Next(nodes.charge), Next(nodes.voltage);
  const apps::Work work = InitNodesWork(nodes);
  EXPECT_EQ(Streamed(work, "rp_shared"), 100 * 16);
  EXPECT_EQ(work.Statement().double_flops, 800);
}

TEST_F(InitWork, NoNodesAreNoWork) {
  const apps::Work work = InitNodesWork({.region = "rp_shared"});
  EXPECT_EQ(work.Statement().argument_count, 0);
  EXPECT_EQ(work.Statement().double_flops, 0);
}

// 18 B of ends, 3 constants, 10 currents and 9 voltages; 17 operations, and 2 for each of the 40
// wires that leave their piece.
TEST_F(InitWork, AWireIsItsEndsConstantsAndState) {
  const apps::Work work = InitWiresWork(FourPieces(60), Wires(), range_);
  EXPECT_EQ(Streamed(work, "rp_wires"), 100 * (18 + 22 * 4));
  EXPECT_EQ(Streamed(work, "rp_ghost_ranges"), 16);
  EXPECT_DOUBLE_EQ(work.Statement().double_flops, 100 * 17 + 40 * 2);
}

TEST_F(InitWork, WiresOfASinglePieceStay) {
  Options options = FourPieces(60);
  options.pieces = 1;
  EXPECT_EQ(InitWiresWork(options, Wires(), range_).Statement().double_flops, 1700);
}

TEST_F(InitWork, AWiresFieldsInAStructureAreWrittenTogether) {
  structures_ = true;
  const apps::Work work = InitWiresWork(FourPieces(80), Wires(), range_);
  const groma_vgpu_work statement = work.Statement();
  ASSERT_EQ(statement.argument_count, 2);
  EXPECT_EQ(statement.arguments[0].stride_bytes, 256);
  EXPECT_EQ(statement.arguments[0].fields_together, 18 + 22 * 4);  // in bytes, their common unit
}

// Two numbers are read, two bytes written.
TEST_F(InitWork, PointersAreReadAndTheirRegionsWritten) {
  const apps::Work work = InitPointersWork({0, 99}, Ends());
  EXPECT_EQ(Streamed(work, "rp_wires"), 100 * (16 + 2));
  EXPECT_EQ(work.Statement().double_flops, 0);
}

TEST_F(InitWork, TheGhostPartitionReadsEverySuperpiecesRange) {
  EXPECT_EQ(Streamed(CreateGhostPartitionWork(range_, 4), "rp_ghost_ranges"), 64);
}

}  // namespace
}  // namespace groma::circuit
