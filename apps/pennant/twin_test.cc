#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "apps/pennant/checker.h"
#include "apps/pennant/kernels.h"
#include "apps/pennant/problem.h"
#include "apps/pennant/structure.h"

namespace groma::pennant {
namespace {

/// The mesh in plain arrays, run piece by piece through the host twins.
class MeshTwin {
 public:
  /// `lost`: a kernel that is left out, to see whether the check notices.
  explicit MeshTwin(const Options& options, std::string lost = "")
      : options_(options),
        problem_(ProblemOf(options)),
        structure_(options),
        lost_(std::move(lost)),
        checker_(options) {
    for (const apps::Kernel& kernel : Kernels()) twins_[kernel.name] = kernel.twin;
    const auto sides = static_cast<size_t>(kCorners * options.zones());
    for (auto* pointers : {&zone_of_, &first_, &second_, &before_, &after_})
      pointers->resize(sides);
    first_in_.resize(sides), second_in_.resize(sides);
    points_.assign(static_cast<size_t>(options.zones()), kCorners);
    fixed_x_.assign(static_cast<size_t>(options.points()), 0);
    fixed_y_ = fixed_x_;
    for (int64_t i = 0; i < options.pieces; ++i) InitTopology(i);
    for (int64_t i = 0; i < options.pieces; ++i) Init(i);
  }

  /// A cycle, like the program piece by piece through each launch; nothing after the end.
  void Cycle() {
    if (time_ + step_ >= problem_.end) return;
    time_ += step_;
    step_ = std::min(step_ == 0 ? problem_.first_step : std::min(problem_.growth * step_, allowed_),
                     problem_.end - time_);
    ++cycles_;
    allowed_ = 1e99;
    for (int64_t i = 0; i < options_.pieces; ++i) Begin(i);
    for (int64_t i = 0; i < options_.pieces; ++i) AtHalf(i);
    for (int64_t i = 0; i < options_.pieces; ++i) Viscosity(i);
    for (int64_t i = 0; i < options_.pieces; ++i) Move(i);
    for (int64_t i = 0; i < options_.pieces; ++i) End(i);
  }

  Errors Check() {
    return checker_.Compare(cycles_, {.position = InVector("px"),
                                      .velocity = InVector("pu"),
                                      .density = In("zr"),
                                      .energy = In("ze"),
                                      .pressure = In("zp"),
                                      .volume = In("zvol"),
                                      .mass = In("zm"),
                                      .total_energy = In("zetot"),
                                      .mass_fraction = In("smf"),
                                      .step = step_,
                                      .half_position = InVector("pxp"),
                                      .velocity_before = InVector("pu0"),
                                      .point_mass = In("pmaswt"),
                                      .work = In("zw"),
                                      .pressure_force = InVector("sfp"),
                                      .inner_force = InVector("sft")});
  }

 private:
  std::vector<double>& Values(const std::string& name) {
    const char kind = name[0] == 'c' || name[0] == 'e' ? 's' : name[0];
    const int64_t size = kind == 'z'   ? options_.zones()
                         : kind == 'p' ? options_.points()
                                       : kCorners * options_.zones();
    std::vector<double>& values = values_[name];
    values.resize(static_cast<size_t>(size));
    return values;
  }
  Doubles Out(const std::string& name) {
    return apps::MakeField(Values(name).data(), sizeof(double), 0);
  }
  DoublesIn In(const std::string& name) {
    return apps::MakeField<const double>(Values(name).data(), sizeof(double), 0);
  }
  Vectors OutVector(const std::string& name) { return {Out(name + ".x"), Out(name + ".y")}; }
  VectorsIn InVector(const std::string& name) { return {In(name + ".x"), In(name + ".y")}; }
  PointVectors Points(const std::string& name) { return {{InVector(name), InVector(name)}}; }
  template <typename T>
  static Field<const T> Read(const std::vector<T>& values) {
    return apps::MakeField<const T>(values.data(), sizeof(T), 0);
  }
  SideEnds Ends() const { return {Read(first_), Read(second_), Read(first_in_), Read(second_in_)}; }
  static Range RangeOf(const Span& span) { return {span.first, span.size()}; }
  ZoneOf Zones(int64_t piece) const { return {RangeOf(structure_.Sides(piece)), Read(zone_of_)}; }

  template <typename Body>
  void Call(Body body) {
    if (Body::kKernel == lost_) return;
    void* parameters[] = {&body};
    const groma_vgpu_launch launch{.parameters = parameters};
    twins_.at(Body::kKernel)(&launch);
  }
  template <typename Action>
  void OnPoints(int64_t piece, const Action& action) {
    action(RangeOf(structure_.Private(piece)));
    action(RangeOf(structure_.Shared(piece)));
  }

  void InitTopology(int64_t piece) {
    for (const Location location : {Location::kPrivate, Location::kGhost}) {
      for (const Place place : structure_.Places(piece, location)) {
        const int64_t point = structure_.PointNumber(place);
        const auto at = static_cast<size_t>(point);
        OutVector("px").Set(point, {static_cast<double>(place.x) * problem_.zone_width,
                                    static_cast<double>(place.y) * problem_.zone_height});
        fixed_x_[at] = (place.x == 0 && problem_.fixed_left) ||
                       (place.x == options_.zones_x && problem_.fixed_right);
        fixed_y_[at] = (place.y == 0 && problem_.fixed_bottom) ||
                       (place.y == options_.zones_y && problem_.fixed_top);
      }
    }
    const Span zones = structure_.Zones(piece);
    for (int64_t zone = zones.first; zone <= zones.last; ++zone) {
      for (int64_t k = 0; k < kCorners; ++k) {
        const auto side = static_cast<size_t>(kCorners * zone + k);
        const Place place = structure_.ZonePlace(zone);
        zone_of_[side] = zone;
        first_[side] = structure_.PointNumber(Structure::Corner(place, k));
        second_[side] = structure_.PointNumber(Structure::Corner(place, (k + 1) % kCorners));
        first_in_[side] = static_cast<uint8_t>(structure_.Locate(first_[side]));
        second_in_[side] = static_cast<uint8_t>(structure_.Locate(second_[side]));
        before_[side] = kCorners * zone + (k + kCorners - 1) % kCorners;
        after_[side] = kCorners * zone + (k + 1) % kCorners;
      }
    }
  }

  void Geometry(int64_t piece, const std::string& suffix) {
    Call(CalcCenters{Zones(piece), Ends(), Points("px" + suffix), Read(points_),
                     OutVector("zx" + suffix), OutVector("ex" + suffix)});
    Call(CalcVolumes{Zones(piece), Ends(), Points("px" + suffix), InVector("zx" + suffix),
                     Out("zarea" + suffix), Out("zvol" + suffix), Out("sarea" + suffix),
                     /*lengths=*/!suffix.empty(), Out("elen"),
                     apps::MakeField(&tangled_, sizeof(tangled_), 0)});
    if (lost_.empty()) {
      EXPECT_EQ(tangled_, 0);
    }
  }

  void Init(int64_t piece) {
    const Range zones = RangeOf(structure_.Zones(piece));
    Call(InitMeshZones{zones, OutVector("zx"), Out("zarea"), Out("zvol")});
    Geometry(piece, "");
    Call(InitSideFracs{Zones(piece), In("zarea"), In("sarea"), Out("smf")});
    Call(InitHydro{zones,
                   problem_.part_width,
                   problem_.part_height,
                   {problem_.density, problem_.part_density},
                   {problem_.energy, problem_.part_energy},
                   InVector("zx"),
                   In("zvol"),
                   Out("zm"),
                   Out("zr"),
                   Out("ze"),
                   Out("zetot"),
                   Out("zwrate")});
    OnPoints(piece, [&](Range points) {
      Call(InitRadialVelocity{points, problem_.radial_velocity, InVector("px"), OutVector("pu")});
    });
  }

  void Begin(int64_t piece) {
    OnPoints(piece, [&](Range points) {
      Call(InitStepPoints{points, OutVector("pf"), Out("pmaswt")});
      Call(AdvPosHalf{points, step_, InVector("px"), InVector("pu"), OutVector("px0"),
                      OutVector("pxp"), OutVector("pu0")});
    });
    Call(InitStepZones{RangeOf(structure_.Zones(piece)), In("zvol"), Out("zvol0")});
  }

  void AtHalf(int64_t piece) {
    const Range zones = RangeOf(structure_.Zones(piece));
    Geometry(piece, "p");
    Call(CalcCharLen{Zones(piece), Read(points_), In("sareap"), In("elen"), Out("zdl")});
    Call(CalcRhoHalf{zones, In("zvolp"), In("zm"), Out("zrp")});
    Call(SumPointMass{Zones(piece),
                      Read(first_),
                      Read(before_),
                      Read(first_in_),
                      In("smf"),
                      In("zareap"),
                      In("zrp"),
                      {Out("pmaswt"), Out("pmaswt")}});
    Call(CalcStateAtHalf{zones, step_, problem_.gamma, In("zvol0"), In("zvolp"), In("zm"), In("zr"),
                         In("ze"), In("zwrate"), Out("zp"), Out("zss")});
    Call(CalcForcePgasTts{Zones(piece), problem_.subzonal, problem_.least_sound_speed,
                          InVector("zxp"), In("zareap"), In("zrp"), In("zp"), In("zss"),
                          In("sareap"), In("smf"), InVector("exp"), OutVector("sfp"),
                          OutVector("sft")});
  }

  void Viscosity(int64_t piece) {
    Call(
        QcsZoneCenterVelocity{Zones(piece), Ends(), Points("pu"), Read(points_), OutVector("zuc")});
    Call(QcsCornerDivergence{Zones(piece), Ends(), Read(before_), Points("pxp"), Points("pu"),
                             InVector("zxp"), InVector("zuc"), InVector("exp"), In("elen"),
                             Out("carea"), Out("cevol"), Out("cdu"), Out("cdiv"), Out("ccos")});
    Call(QcsQcnForce{Zones(piece), problem_.linear, problem_.quadratic, problem_.viscous_gamma,
                     Ends(), Read(before_), Points("pu"), In("zrp"), In("zss"), In("elen"),
                     In("cevol"), In("cdu"), In("cdiv"), OutVector("cqe1"), OutVector("cqe2")});
    Call(QcsForce{RangeOf(structure_.Sides(piece)), Read(after_), In("elen"), In("carea"),
                  In("ccos"), InVector("cqe1"), InVector("cqe2"), OutVector("sfq")});
    Call(QcsVelDiff{Zones(piece), problem_.linear, problem_.quadratic, Ends(), Points("pxp"),
                    Points("pu"), In("zss"), In("elen"), Out("zdu"), Out("z0tmp")});
    Call(SumPointForce{Zones(piece),
                       Read(first_),
                       Read(before_),
                       Read(first_in_),
                       InVector("sft"),
                       InVector("sfq"),
                       {OutVector("pf"), OutVector("pf")}});
  }

  void Move(int64_t piece) {
    OnPoints(piece, [&](Range points) {
      Call(ApplyBoundaryConditions{points, Read(fixed_x_), Read(fixed_y_), OutVector("pu0"),
                                   OutVector("pf")});
      Call(AdvPosFull{points, step_, InVector("px0"), InVector("pu0"), InVector("pf"), In("pmaswt"),
                      OutVector("px"), OutVector("pu")});
    });
  }

  void End(int64_t piece) {
    const Range zones = RangeOf(structure_.Zones(piece));
    Geometry(piece, "");
    Call(CalcWork{Zones(piece), step_, Ends(), Points("pxp"), Points("pu0"), Points("pu"),
                  InVector("sfp"), InVector("sfq"), Out("zetot"), Out("zw")});
    Call(CalcWorkRateEnergyRhoFull{zones, step_, In("zvol0"), In("zvol"), In("zm"), In("zetot"),
                                   In("zw"), In("zp"), Out("zr"), Out("ze"), Out("zwrate")});
    Call(CalcDtHydro{zones, std::min<int64_t>(zones.count, 3), step_, problem_.courant,
                     problem_.volume_change, In("zvol0"), In("zvol"), In("zdl"), In("zss"),
                     In("zdu"), apps::MakeField(&allowed_, sizeof(allowed_), 0)});
  }

  Options options_;
  Problem problem_;
  Structure structure_;
  std::string lost_;
  Checker checker_;
  std::map<std::string, groma_vgpu_twin> twins_;
  std::map<std::string, std::vector<double>> values_;
  std::vector<int64_t> zone_of_, first_, second_, before_, after_;
  std::vector<uint8_t> first_in_, second_in_, points_, fixed_x_, fixed_y_;
  int64_t tangled_ = 0;
  double time_ = 0, step_ = 0, allowed_ = 1e99;
  int64_t cycles_ = 0;
};

Options Mesh(int64_t zones_x, int64_t zones_y, int64_t pieces_x, int64_t pieces_y) {
  Options options;
  options.zones_x = zones_x, options.zones_y = zones_y;
  options.pieces_x = pieces_x, options.pieces_y = pieces_y;
  options.pieces = pieces_x * pieces_y;
  return options;
}

std::vector<Options> Problems() {
  std::vector<Options> problems = {Mesh(4, 30, 1, 4), Mesh(1, 1, 1, 1), Mesh(9, 8, 2, 2),
                                   Mesh(11, 7, 3, 2)};
  problems[2].sedov = true;
  problems[3].noh = true;
  return problems;
}

TEST(Twin, TheTwinsAgreeWithTheReferenceCycleByCycle) {
  for (const Options& options : Problems()) {
    MeshTwin twin(options);
    for (int i = 0; i < 25; ++i) {
      twin.Cycle();
      EXPECT_LT(twin.Check().worst(options), kTolerance / 1000) << options.zones_x << " " << i;
    }
  }
}

// The blast gains energy and the collapse too, which the balance explains to the last digits.
TEST(Twin, EachCycleBalancesItsEnergyInEveryProblem) {
  for (const Options& options : Problems()) {
    MeshTwin twin(options);
    Errors worst;
    for (int i = 0; i < 25; ++i) {
      twin.Cycle();
      const Errors errors = twin.Check();
      worst.energy = std::max(worst.energy, errors.energy);
      worst.balance = std::max(worst.balance, errors.balance);
    }
    EXPECT_LT(worst.balance, 1e-14) << options.zones_x;
    EXPECT_EQ(worst.energy > 1e-5, options.sedov || options.noh) << worst.energy;
  }
}

// Without the reference: the loss of a force, a mass, a motion or a work is energy made or lost.
TEST(Twin, TheBalanceOfEnergyNoticesLossesAlone) {
  for (const char* lost : {"pennant_sum_point_force", "pennant_sum_point_mass",
                           "pennant_adv_pos_full", "pennant_calc_work"}) {
    Options options = Mesh(9, 8, 2, 2);
    options.noh = true;
    MeshTwin twin(options, lost);
    for (int i = 0; i < 10; ++i) twin.Cycle();
    EXPECT_GT(twin.Check().balance, kTolerance) << lost;
  }
}

// Of a blast or, where only moving gas shows it, a collapse.
bool CheckNoticesTheLossOf(const std::string& kernel) {
  for (const bool collapse : {false, true}) {
    Options options = Mesh(9, 8, 2, 2);
    options.sedov = !collapse;
    options.noh = collapse;
    MeshTwin twin(options, kernel);
    for (int i = 0; i < 40; ++i) twin.Cycle();
    if (!(twin.Check().worst(options) <= kTolerance)) return true;
  }
  return false;
}

TEST(Twin, TheCheckNoticesEveryTaskThatIsLeftOut) {
  for (const apps::Kernel& kernel : Kernels()) {
    // These write zeros, which the arrays have from the start.
    if (kernel.name == "pennant_zero_field" || kernel.name == "pennant_init_mesh_zones") continue;
    // Where a mesh shrinks or swells, the bound on its volumes is below this one's.
    if (kernel.name == "pennant_qcs_vel_diff") continue;
    EXPECT_TRUE(CheckNoticesTheLossOf(kernel.name)) << kernel.name;
  }
}

}  // namespace
}  // namespace groma::pennant
