#include "apps/circuit/kernels.h"

#include <gtest/gtest.h>

#include "apps/circuit/reference.h"

namespace groma::circuit {
namespace {

/// The circuit in plain arrays, run superpiece by superpiece through the host twins.
class Twin {
 public:
  explicit Twin(const Options& options)
      : options_(options),
        structure_(options),
        in_(Wires()),
        out_(Wires()),
        in_region_(Wires()),
        out_region_(Wires()),
        constants_(3, std::vector<float>(Wires())),
        state_(19, std::vector<float>(Wires())),
        nodes_(4, std::vector<float>(static_cast<size_t>(options.nodes()))) {
    for (size_t i = 0; i < in_.size(); ++i) InitWire(static_cast<int64_t>(i));
    for (size_t i = 0; i < nodes_[0].size(); ++i) {
      const NodeValues node = structure_.Node(static_cast<int64_t>(i));
      nodes_[0][i] = node.capacitance;
      nodes_[1][i] = node.leakage;
      nodes_[3][i] = node.voltage;
    }
  }

  void Loop() {
    const std::vector<apps::Kernel> kernels = Kernels();
    for (int64_t i = 0; i < options_.superpieces(); ++i) Call(kernels[0], Currents(i));
    for (int64_t i = 0; i < options_.superpieces(); ++i) Call(kernels[1], Charge(i));
    for (int64_t i = 0; i < options_.superpieces(); ++i) Call(kernels[2], Voltages(i));
  }

  State Result() const {
    State state;
    state.node_voltage.assign(nodes_[3].begin(), nodes_[3].end());
    for (size_t wire = 0; wire < in_.size(); ++wire) {
      for (size_t i = 0; i < 10; ++i) state.current.push_back(state_[i][wire]);
      for (size_t i = 10; i < 19; ++i) state.voltage.push_back(state_[i][wire]);
    }
    return state;
  }

 private:
  size_t Wires() const { return static_cast<size_t>(options_.wires()); }

  void InitWire(int64_t wire) {
    const int64_t piece = wire / options_.wires_per_piece;
    const int64_t superpiece = piece / options_.pieces_per_superpiece;
    const WireValues values = structure_.Wire(wire, structure_.Neighbours(piece));
    const auto i = static_cast<size_t>(wire);
    in_[i] = values.in_node;
    out_[i] = values.out_node;
    in_region_[i] = static_cast<uint8_t>(structure_.Locate(values.in_node, superpiece));
    out_region_[i] = static_cast<uint8_t>(structure_.Locate(values.out_node, superpiece));
    constants_[0][i] = values.inductance;
    constants_[1][i] = values.resistance;
    constants_[2][i] = values.capacitance;
  }

  template <typename T>
  static apps::Field<const T> Read(const std::vector<T>& values) {
    return apps::MakeField<const T>(values.data(), sizeof(T), 0);
  }
  static apps::Field<float> Write(std::vector<float>& values) {
    return apps::MakeField<float>(values.data(), sizeof(float), 0);
  }
  WireEnds Ends() const { return {Read(in_), Read(out_), Read(in_region_), Read(out_region_)}; }

  CurrentsArguments Currents(int64_t superpiece) {
    const Span wires = structure_.Wires(superpiece);
    CurrentsArguments arguments{.first = wires.first,
                                .count = wires.size(),
                                .steps = options_.steps,
                                .ends = Ends(),
                                .inductance = Read(constants_[0]),
                                .resistance = Read(constants_[1]),
                                .capacitance = Read(constants_[2])};
    for (size_t i = 0; i < 10; ++i) arguments.current[i] = Write(state_[i]);
    for (size_t i = 0; i < 9; ++i) arguments.voltage[i] = Write(state_[10 + i]);
    for (auto& voltage : arguments.node_voltage) voltage = Read(nodes_[3]);
    return arguments;
  }

  ChargeArguments Charge(int64_t superpiece) {
    const Span wires = structure_.Wires(superpiece);
    const auto charge = Write(nodes_[2]);
    return {.first = wires.first,
            .count = wires.size(),
            .ends = Ends(),
            .current_in = Read(state_[0]),
            .current_out = Read(state_[9]),
            .charge = {charge, charge, charge}};
  }

  VoltageArguments Voltages(int64_t superpiece) {
    VoltageArguments arguments{};
    for (int i = 0; i < 2; ++i) {
      const Span nodes = i == 0 ? structure_.Private(superpiece) : structure_.Shared(superpiece);
      arguments.first[i] = nodes.first;
      arguments.count[i] = nodes.size();
      arguments.capacitance[i] = Read(nodes_[0]);
      arguments.leakage[i] = Read(nodes_[1]);
      arguments.charge[i] = Write(nodes_[2]);
      arguments.voltage[i] = Write(nodes_[3]);
    }
    return arguments;
  }

  template <typename Arguments>
  static void Call(const apps::Kernel& kernel, Arguments arguments) {
    ASSERT_EQ(kernel.parameter_bytes, std::vector<int>{sizeof(Arguments)});
    void* parameters[] = {&arguments};
    const groma_vgpu_launch launch{.parameters = parameters};
    kernel.twin(&launch);
  }

  Options options_;
  Structure structure_;
  std::vector<int64_t> in_, out_;
  std::vector<uint8_t> in_region_, out_region_;
  std::vector<std::vector<float>> constants_, state_;
  std::vector<std::vector<float>> nodes_;  // capacitance, leakage, charge, voltage
};

Options Small(int64_t npp, int64_t wpp, int64_t pieces, int64_t pps) {
  Options options;
  options.nodes_per_piece = npp;
  options.wires_per_piece = wpp;
  options.pieces = pieces;
  options.pieces_per_superpiece = pps;
  options.steps = 50;
  return options;
}

TEST(Kernels, TheTwinsAgreeWithTheReference) {
  for (const Options& options :
       {Small(20, 80, 4, 1), Small(7, 13, 3, 1), Small(2, 3, 1, 1), Small(300, 500, 6, 2)}) {
    Twin twin(options);
    for (int i = 0; i < 8; ++i) twin.Loop();
    EXPECT_LT(RelativeError(twin.Result(), Reference(options, 8)), kTolerance / 10);
  }
}

TEST(Kernels, TheCheckNoticesALostLoop) {
  const Options options = Small(20, 80, 4, 1);
  EXPECT_GT(RelativeError(Reference(options, 7), Reference(options, 8)), 100 * kTolerance);
}

TEST(Kernels, TheReferenceStaysBounded) {
  Options options = Small(20, 80, 4, 1);
  for (const int64_t percent : {0, 80, 100}) {
    options.percent_in_piece = percent;
    for (const double voltage : Reference(options, 100).node_voltage) {
      EXPECT_LT(std::abs(voltage), 1.0) << percent;
    }
  }
}

// 200 wires: 96 operations a step each; 30 bytes of constants and two passes over 19 floats.
TEST(Kernels, TheWorkOfCurrentsIsDerived) {
  const Options options = Small(100, 100, 2, 2);
  const Structure structure(options);
  std::vector<char> memory(1 << 16);
  CurrentsArguments arguments{.first = 0, .count = 200, .steps = 50};
  int64_t offset = 0;
  const auto next = [&]<typename T>(Field<T>& field) {
    field = apps::MakeField<T>(reinterpret_cast<T*>(memory.data() + offset), sizeof(T), 0);
    offset += 200 * static_cast<int64_t>(sizeof(T));
  };
  next(arguments.ends.in_node), next(arguments.ends.out_node);
  next(arguments.inductance), next(arguments.resistance), next(arguments.capacitance);
  for (auto& field : arguments.current) next(field);
  for (auto& field : arguments.voltage) next(field);
  for (auto& field : arguments.node_voltage) next(field);
  next(arguments.ends.in_region), next(arguments.ends.out_region);
  const apps::Work work = CurrentsWork(arguments, structure.ExpectedEnds(0),
                                       {structure.Private(0), structure.Shared(0), {}});
  const groma_vgpu_work statement = work.Statement();
  EXPECT_EQ(statement.single_flops, 200.0 * 50 * 96);
  int64_t streamed_bytes = 0;
  int64_t scattered = 0;
  for (int i = 0; i < statement.argument_count; ++i) {
    streamed_bytes += statement.arguments[i].streamed * statement.arguments[i].element_bytes;
    scattered += statement.arguments[i].scattered;
  }
  EXPECT_EQ(streamed_bytes, 200 * (30 + 2 * 19 * 4));
  EXPECT_EQ(scattered, 400);  // two ends a wire
}

}  // namespace
}  // namespace groma::circuit
