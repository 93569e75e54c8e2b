// What tasks do with each zone. Every structure is a kernel's parameter; calling it with an
// element's number does that element.
#pragma once
#include "apps/pennant/model.h"

namespace groma::pennant {

struct InitMeshZones {
  static constexpr char kKernel[] = "pennant_init_mesh_zones";
  Range range;
  Vectors centre;
  Doubles area, volume;
  GROMA_HOST_DEVICE void operator()(int64_t z) const {
    centre.Set(z, {0, 0});
    area[z] = volume[z] = 0;
  }
};

/// Density and energy by the zone's centre.
struct InitHydro {
  static constexpr char kKernel[] = "pennant_init_hydro";
  Range range;
  double width, height;  // of the part of the mesh that has the second of each pair
  double densities[2], energies[2];
  VectorsIn centre;
  DoublesIn volume;
  Doubles mass, density, energy, total_energy, heating;
  GROMA_HOST_DEVICE void operator()(int64_t z) const {
    const Vector x = centre[z];
    const int part = x.x < width && x.y < height ? 1 : 0;
    const double m = densities[part] * volume[z];
    density[z] = densities[part];
    energy[z] = energies[part];
    mass[z] = m;
    total_energy[z] = energies[part] * m;
    heating[z] = 0;
  }
};

struct InitStepZones {
  static constexpr char kKernel[] = "pennant_init_step_zones";
  Range range;
  DoublesIn volume;
  Doubles volume_before;
  GROMA_HOST_DEVICE void operator()(int64_t z) const { volume_before[z] = volume[z]; }
};

struct CalcRhoHalf {
  static constexpr char kKernel[] = "pennant_calc_rho_half";
  Range range;
  DoublesIn volume_half, mass;
  Doubles density_half;
  GROMA_HOST_DEVICE void operator()(int64_t z) const { density_half[z] = mass[z] / volume_half[z]; }
};

/// Pressure of an ideal gas at half the step, and the sound speed at its beginning. With density r,
/// energy e and pressure p = (g - 1) r e, p changes by (dp/de) (heat - p dv) + (dp/dr) dr, where dv
/// is the change of volume per mass and p the mean of before and after; solved for p.
struct CalcStateAtHalf {
  static constexpr char kKernel[] = "pennant_calc_state_at_half";
  Range range;
  double dt, gamma;
  DoublesIn volume_before, volume_half, mass, density, energy, heating;
  Doubles pressure, sound_speed;
  GROMA_HOST_DEVICE void operator()(int64_t z) const {
    const double e = fmax(energy[z], 0.0);
    const double r = density[z];
    const double by_energy = (gamma - 1) * r;
    const double speed_squared = fmax(gamma * (gamma - 1) * e, kTiny);
    const double per_mass = 1 / fmax(mass[z], kTiny);
    const double swelling = (volume_half[z] - volume_before[z]) * per_mass;
    const double heat = heating[z] * (0.5 * dt) * per_mass;
    const double change = by_energy * heat - r * r * speed_squared * swelling;
    pressure[z] = by_energy * e + change / (1 + 0.5 * by_energy * swelling);
    sound_speed[z] = sqrt(speed_squared);
  }
};

/// Energy and density at the end of the step. Heating is the work's rate beside that of the
/// pressure.
struct CalcWorkRateEnergyRhoFull {
  static constexpr char kKernel[] = "pennant_calc_work_rate_energy_rho_full";
  Range range;
  double dt;
  DoublesIn volume_before, volume, mass, total_energy, work, pressure;
  Doubles density, energy, heating;
  GROMA_HOST_DEVICE void operator()(int64_t z) const {
    const double v = volume[z];
    const double m = fmax(mass[z], kTiny);
    heating[z] = (work[z] + pressure[z] * (v - volume_before[z])) / dt;
    energy[z] = total_energy[z] / m;
    density[z] = m / v;
  }
};

/// The largest next time step that a zone allows. A thread does every `threads`-th zone; the
/// smallest value goes to `minimum[0]`.
struct CalcDtHydro {
  static constexpr char kKernel[] = "pennant_calc_dt_hydro";
  Range range;
  int64_t threads;
  double dt, courant, volume_change;
  DoublesIn volume_before, volume, length, sound_speed, viscous_speed;
  Doubles minimum;
  GROMA_HOST_DEVICE double Allowed(int64_t z) const {
    const double fastest = fmax(viscous_speed[z], fmax(sound_speed[z], kTiny));
    const double before = volume_before[z];
    const double change = fmax(fabs(volume[z] - before) / before, kTiny);
    return fmin(length[z] * courant / fastest, dt * volume_change / change);
  }
  /// Of the zones of one thread.
  GROMA_HOST_DEVICE double Smallest(int64_t thread) const {
    double smallest = 1e99;
    for (int64_t i = thread; i < range.count; i += threads) {
      smallest = fmin(smallest, Allowed(range.first + i));
    }
    return smallest;
  }
};

}  // namespace groma::pennant
