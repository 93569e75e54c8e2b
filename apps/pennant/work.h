// What each kernel costs: operations, and bytes by argument.
#pragma once
#include "apps/common/work.h"
#include "apps/pennant/kernels.h"
#include "apps/pennant/structure.h"

namespace groma::pennant {

/// Elements of a region that a launch uses, by the name of their partition.
struct Part {
  const char* region = nullptr;
  Range range = {0, 0};
};

/// What one point of an index launch works on. Parts that a task has no access to are empty.
struct Piece {
  Part zones{.region = "rz_all_p"};
  Part sides{.region = "rs_all_p"};
  Part own{.region = "rp_all_private_p"};  // points
  Part ghost{.region = "rp_all_ghost_p"};
  GhostEnds ends;
  /// Whether many threads share the piece: sums into its own points are atomic.
  bool atomic = false;
};

/// Builds a statement of work.
class Statement {
 public:
  explicit Statement(const char* task) : work_(task) {}

  Statement& Flops(int64_t count, double each) {
    work_.AddDoubleFlops(static_cast<double>(count) * each);
    return *this;
  }

  /// Every element of the fields once, in order: one pass, in which fields that lie interleaved
  /// share what is moved.
  template <typename... Fields>
  Statement& Streams(const Part& part, const Fields&... fields) {
    if (part.range.count == 0) return *this;
    std::vector<apps::FieldUse> uses;
    (Append(uses, part, fields), ...);
    work_.AddStreamed(uses, part.range.count, 1);
    return *this;
  }

  /// The fields of points over the pointers of sides; `ends`: over how many a side does, 1 or 2.
  template <typename... Fields>
  Statement& Gathers(const Piece& piece, int64_t ends, const Fields&... fields) {
    Streams(piece.own, fields.in[0]...);
    (GathersGhosts(piece, ends, fields.in[1]), ...);
    return *this;
  }

  /// One update of a point's field for each side.
  Statement& Adds(const Piece& piece, const Doubles& own, const Doubles& ghost);

  apps::Work Done() const { return work_; }

 private:
  template <typename T>
  static void Append(std::vector<apps::FieldUse>& uses, const Part& part, const Field<T>& field) {
    uses.push_back(apps::UseOf(field, part.range.first, part.region));
  }
  template <typename T>
  static void Append(std::vector<apps::FieldUse>& uses, const Part& part,
                     const VectorField<T>& field) {
    Append(uses, part, field.x);
    Append(uses, part, field.y);
  }
  void GathersGhosts(const Piece& piece, int64_t ends, const VectorsIn& field);

  apps::Work work_;
};

// The work of one launch. `task` does it.
apps::Work WorkOf(const char* task, const Part& part, const ZeroField& k);
apps::Work WorkOf(const char* task, const Part& points, const InitRadialVelocity& k);
apps::Work WorkOf(const char* task, const Part& points, const InitStepPoints& k);
apps::Work WorkOf(const char* task, const Part& points, const AdvPosHalf& k);
apps::Work WorkOf(const char* task, const Part& points, const ApplyBoundaryConditions& k);
apps::Work WorkOf(const char* task, const Part& points, const AdvPosFull& k);

apps::Work WorkOf(const char* task, const Piece& piece, const InitMeshZones& k);
apps::Work WorkOf(const char* task, const Piece& piece, const InitHydro& k);
apps::Work WorkOf(const char* task, const Piece& piece, const InitStepZones& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcRhoHalf& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcStateAtHalf& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcWorkRateEnergyRhoFull& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcDtHydro& k);

apps::Work WorkOf(const char* task, const Piece& piece, const CalcCenters& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcVolumes& k);
apps::Work WorkOf(const char* task, const Piece& piece, const InitSideFracs& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcCharLen& k);
apps::Work WorkOf(const char* task, const Piece& piece, const SumPointMass& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcForcePgasTts& k);
apps::Work WorkOf(const char* task, const Piece& piece, const SumPointForce& k);
apps::Work WorkOf(const char* task, const Piece& piece, const CalcWork& k);

apps::Work WorkOf(const char* task, const Piece& piece, const QcsZoneCenterVelocity& k);
apps::Work WorkOf(const char* task, const Piece& piece, const QcsCornerDivergence& k);
apps::Work WorkOf(const char* task, const Piece& piece, const QcsQcnForce& k);
apps::Work WorkOf(const char* task, const Piece& piece, const QcsForce& k);
apps::Work WorkOf(const char* task, const Piece& piece, const QcsVelDiff& k);

}  // namespace groma::pennant
