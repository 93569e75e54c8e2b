// Tasks, fields and the order of region requirements of the Pennant benchmark. Names, orders and
// privileges are the published program's, so that mappings written for it apply.
#pragma once
#include "apps/common/variants.h"
#include "apps/pennant/checker.h"
#include "apps/pennant/options.h"
#include "apps/pennant/structure.h"
#include "legion.h"

namespace groma::pennant {

enum TaskId : Legion::TaskID {
  kTopLevel = 1,
  kReadInput,
  kInitFields,
  kInitializeTopology,
  kInitPointers,
  kInitMeshZones,
  kCalcCentersFull,
  kCalcVolumesFull,
  kVerifyCalcVolumesFull,
  kInitSideFracs,
  kInitHydro,
  kInitRadialVelocity,
  kInitStepPoints,
  kInitStepZones,
  kAdvPosHalf,
  kCalcCenters,
  kCalcVolumes,
  kCalcCharLen,
  kCalcRhoHalf,
  kSumPointMass,
  kCalcStateAtHalf,
  kCalcForcePgasTts,
  kQcsZoneCenterVelocity,
  kQcsCornerDivergence,
  kQcsQcnForce,
  kQcsForce,
  kQcsVelDiff,
  kSumPointForce,
  kApplyBoundaryConditions,
  kAdvPosFull,
  kCalcWork,
  kCalcWorkRateEnergyRhoFull,
  kCalcDtHydro,
  kCalcGlobalDt,
  kContinueSimulation,
  kCheckCycle,
  kPrintSummary,
};

// Fields of vectors have two ids, one after the other: x and y.

// rz_all: doubles, but for the number of points (uint8). "P" is at half the time step.
enum ZoneField : Legion::FieldID {
  kZxp = 101,         // centre
  kZx = kZxp + 2,     //
  kZareap = kZx + 2,  // area
  kZarea,             //
  kZvol0,             // volume at the beginning of the step
  kZvolp,             //
  kZvol,              //
  kZdl,               // smallest distance across
  kZm,                // mass
  kZrp,               // density
  kZr,                //
  kZe,                // energy per mass
  kZetot,             // energy
  kZw,                // work in this step
  kZwrate,            // heating
  kZp,                // pressure
  kZss,               // sound speed
  kZdu,               // speed that bounds the time step
  kZuc,               // velocity of the centre
  kZ0tmp = kZuc + 2,  // fastest change of an edge's length
  kZnump,             // number of points
};

// rp_all: doubles, but for the flags (uint8).
enum PointField : Legion::FieldID {
  kPx0 = 201,         // position at the beginning of the step
  kPxp = kPx0 + 2,    // at half of it
  kPx = kPxp + 2,     //
  kPu0 = kPx + 2,     // velocity at the beginning of the step
  kPu = kPu0 + 2,     //
  kPf = kPu + 2,      // force
  kPmaswt = kPf + 2,  // mass
  kHasBcx,            // whether it keeps its x
  kHasBcy,            // or its y
};

// rs_all: pointers (int64), the location of a point (uint8), else doubles.
enum SideField : Legion::FieldID {
  kMapsz = 301,       // zone
  kMapsp1,            // point where the side begins
  kMapsp1In,          //
  kMapsp2,            // point where it ends
  kMapsp2In,          //
  kMapss3,            // previous side of the zone
  kMapss4,            // next side
  kSareap,            // area
  kSarea,             //
  kExp,               // middle of the edge
  kEx = kExp + 2,     //
  kElen = kEx + 2,    // length of the edge
  kCarea,             // of the corner at the first point: area
  kCevol,             // extent along the flow
  kCdu,               // jump in velocity
  kCdiv,              // divergence
  kCcos,              // cosine of its angle
  kCqe1,              // stress along the edge before it
  kCqe2 = kCqe1 + 2,  // and along its own
  kSmf = kCqe2 + 2,   // part of the zone's mass
  kSfp,               // force of the pressure
  kSft = kSfp + 2,    // with that of the subzonal pressure
  kSfq = kSft + 2,    // of the viscosity
};

/// What every task variant is registered with.
struct Setup : apps::Setup {
  Options options;   // mode as in `mode`
  Checker* checker;  // outlives the runtime
};

/// The time at the beginning of a cycle, and its time step. A future.
struct Clock {
  double time = 0;
  double step = 0;
};

inline Legion::Rect<1> RectOf(const Span& span) { return Legion::Rect<1>(span.first, span.last); }

/// The fields that have a byte; all others have eight.
constexpr bool IsFlag(Legion::FieldID field) {
  return field == kZnump || field == kHasBcx || field == kHasBcy || field == kMapsp1In ||
         field == kMapsp2In;
}

// init_fields: write zones, private points, shared points and sides, all fields of each.
void RegisterFieldTasks(const Setup& setup);

// Tasks that build the mesh on CPUs.
//   initialize_topology  RW zones' number of points; RW position and flags of private, then of
//                        shared points; no access to ghost points; RW sides' pointers
//   init_pointers        no access to zones, private and ghost points; RW sides' points
void RegisterTopologyTasks(const Setup& setup);

// Of points, each launched for private and for shared ones.
//   init_radial_velocity       RO px; RW pu
//   init_step_points           RW pf, pmaswt
//   adv_pos_half               RO px, pu; RW px0, pxp, pu0
//   apply_boundary_conditions  RO has_bcx, has_bcy; RW pu0, pf
//   adv_pos_full               RO px0, pu0, pf, pmaswt; RW px, pu
void RegisterPointTasks(const Setup& setup);

// Of zones.
//   init_mesh_zones                 RW zx, zarea, zvol
//   init_hydro                      RO zx, zvol; RW zm, zr, ze, zetot, zwrate
//   init_step_zones                 RO zvol; RW zvol0
//   calc_rho_half                   RO zvolp, zm; RW zrp
//   calc_state_at_half              RO zvol0, zvolp, zm, zr, ze, zwrate; RW zp, zss
//   calc_work_rate_energy_rho_full  RO zvol0, zvol, zm, zetot, zw, zp; RW zr, ze, zwrate
//   calc_dt_hydro                   RO zvol0, zvol, zdl, zss, zdu; returns the largest next step
void RegisterZoneTasks(const Setup& setup);

// Of sides, with their zones and points (p: private, g: ghost points).
//   calc_centers          RO znump; RW zxp; RO p pxp; RO g pxp; RO pointers; RW exp
//   calc_volumes          RO zxp, znump; RW zareap, zvolp; RO p pxp; RO g pxp; RO pointers;
//                         RW sareap, elen
//   calc_centers_full, calc_volumes_full  the same at the end of the step, without elen; the latter
//                         returns the number of sides that are turned inside out
//   init_side_fracs       RO zarea; no access p, g; RO mapsz, sarea; RW smf
//   calc_char_len         RO znump; RW zdl; no access p, g; RO mapsz, sareap, elen
//   sum_point_mass        RO zareap, zrp; RW p pmaswt; REDUCE+ g pmaswt; RO pointers, smf
//   calc_force_pgas_tts   RO zxp, zareap, zrp, zp, zss; no access p, g; RO mapsz, sareap, smf, exp;
//                         RW sfp, sft
//   sum_point_force       RO znump; RW p pf; REDUCE+ g pf; RO pointers, sft, sfq
//   calc_work             RO znump; RW zetot, zw; RO p pxp, pu0, pu; RO g the same; RO pointers,
//                         sfp, sfq
void RegisterSideTasks(const Setup& setup);

// The artificial viscosity.
//   qcs_zone_center_velocity  RO znump; RW zuc; RO p pu; RO g pu; RO pointers
//   qcs_corner_divergence     RO zxp, zuc; RO p pxp, pu; RO g the same; RO pointers, exp, elen;
//                             RW carea, cevol, cdu, cdiv, ccos
//   qcs_qcn_force             RO zrp, zss; RO p pu; RO g pu; RO pointers, elen, cevol, cdu, cdiv;
//                             RW cqe1, cqe2
//   qcs_force                 no access zones, p, g; RO mapss4, elen, carea, ccos, cqe1, cqe2;
//                             RW sfq
//   qcs_vel_diff              RO zss; RW zdu, z0tmp; RO p pxp, pu; RO g the same; RO pointers, elen
void RegisterViscosityTasks(const Setup& setup);

// On one CPU each, without requirements but for check_cycle: read_input, verify_calc_volumes_full
// (future: tangled sides), calc_global_dt (futures: clock, largest step; returns the clock of the
// next cycle), continue_simulation (future: clock; returns whether a cycle follows), check_cycle
// (RO zones, RO points, RO sides; future: clock; launched with --check only), print_summary.
void RegisterControlTasks(const Setup& setup);

void RegisterTopLevelTask(const Setup& setup);

}  // namespace groma::pennant
