#include "apps/pennant/problem.h"

namespace groma::pennant {
namespace {

// Two gases at rest with a wall between them that is gone at time 0 (Benson, "Momentum advection on
// a staggered mesh", JCP 100, 1992, and many since): in a tube of length 9 the lower third is 1000
// times denser and has a million times more energy.
void Leblanc(const Options& options, Problem& problem) {
  problem.zone_width = 1.0 / static_cast<double>(options.zones_x);
  problem.zone_height = problem.zone_width / 2;
  problem.fixed_left = problem.fixed_right = true;
  problem.fixed_bottom = problem.fixed_top = true;
  problem.density = 1e-3;
  problem.energy = 1e-7;
  problem.part_width = 1;
  problem.part_height = static_cast<double>(options.zones_y) * problem.zone_height / 3;
  problem.part_density = 1;
  problem.part_energy = 0.1;
  problem.end = 6;
  problem.first_step = 0.1 * problem.zone_height;
}

// A point explosion in a gas at rest (Sedov, "Similarity and Dimensional Methods in Mechanics",
// 1959): all energy in the zone at the origin. 0.4936 puts the shock of a spherical blast at radius
// 1 at time 1; a quarter plane that rotates by one radian holds a 4π-th of it.
void Sedov(const Options& options, Problem& problem) {
  constexpr double kEnergy = 0.4936 / 12.566370614359172;
  const double size = problem.zone_width = problem.zone_height =
      1.125 / static_cast<double>(options.zones_x);
  problem.fixed_left = problem.fixed_bottom = true;
  problem.part_width = problem.part_height = size;
  problem.part_energy = kEnergy / (size * size * size / 2);  // its volume: area times mean radius
  problem.end = 1;
  problem.first_step = 0.01 * size * size;
}

// A cold gas that falls in towards a point (Noh, JCP 72, 1987).
void Noh(const Options& options, Problem& problem) {
  problem.zone_width = problem.zone_height = 1.0 / static_cast<double>(options.zones_x);
  problem.fixed_left = problem.fixed_bottom = true;
  problem.radial_velocity = -1;
  problem.end = 0.6;
  problem.first_step = 0.1 * problem.zone_width;
}

}  // namespace

Problem ProblemOf(const Options& options) {
  Problem problem;
  if (options.sedov) {
    Sedov(options, problem);
  } else if (options.noh) {
    Noh(options, problem);
  } else {
    Leblanc(options, problem);
  }
  return problem;
}

}  // namespace groma::pennant
