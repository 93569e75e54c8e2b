// The initial values and constants of a problem, as functions of the options.
#pragma once
#include <cstdint>

#include "apps/pennant/options.h"

namespace groma::pennant {

/// Lengths, times, masses and energies are without units, as in the literature on these problems.
/// x is the distance from the axis: volumes, masses and energies are those of a rotation by one
/// radian about the y axis.
struct Problem {
  double zone_width = 0, zone_height = 0;
  bool fixed_left = false, fixed_right = false;  // no motion through this side of the mesh
  bool fixed_bottom = false, fixed_top = false;

  double density = 1, energy = 0;            // energy per mass
  double part_width = 0, part_height = 0;    // the part of the mesh at the origin that has instead:
  double part_density = 1, part_energy = 0;  // (by zone centres)
  double radial_velocity = 0;                // outwards

  double gamma = 5.0 / 3;                     // ideal gas
  double subzonal = 0.5;                      // strength of subzonal pressures
  double least_sound_speed = 0;               // where subzonal pressures are computed
  double linear = 0.1, quadratic = 1;         // coefficients of the artificial viscosity
  double viscous_gamma = 5.0 / 3;             // its gas constant
  double courant = 0.6, volume_change = 0.1;  // largest in one time step
  double first_step = 0, growth = 1.2;        // of the time step
  double end = 0;                             // time
};

/// Leblanc's shock tube along y unless the options say --sedov or --noh. Zones are half as high as
/// wide (the published input's 320 x 5760 zones in 1 x 9), squares for the other two.
Problem ProblemOf(const Options& options);

}  // namespace groma::pennant
