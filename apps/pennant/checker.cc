#include "apps/pennant/checker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/pennant/structure.h"

namespace groma::pennant {
namespace {

/// Collects the largest difference from expected values, relative to the largest magnitude among
/// those.
class Difference {
 public:
  void Add(double computed, double expected) {
    const double difference = std::abs(computed - expected);
    largest_ = std::isfinite(difference) ? std::max(largest_, difference)
                                         : std::numeric_limits<double>::infinity();
    scale_ = std::max(scale_, std::abs(expected));
  }
  double relative() const { return largest_ == 0 ? 0 : largest_ / scale_; }

 private:
  double largest_ = 0;
  double scale_ = 0;
};

double PointError(const Options& options, const Structure& structure, const Results& results,
                  const State& expected) {
  Difference positions;
  Difference velocities;
  size_t i = 0;
  for (int64_t y = 0; y <= options.zones_y; ++y) {
    for (int64_t x = 0; x <= options.zones_x; ++x, ++i) {
      const int64_t point = structure.PointNumber({x, y});
      const Vector position = results.position[point];
      const Vector velocity = results.velocity[point];
      positions.Add(position.x, expected.position[i].real());
      positions.Add(position.y, expected.position[i].imag());
      velocities.Add(velocity.x, expected.velocity[i].real());
      velocities.Add(velocity.y, expected.velocity[i].imag());
    }
  }
  return std::max(positions.relative(), velocities.relative());
}

double ZoneError(const Options& options, const Structure& structure, const Results& results,
                 const State& expected) {
  const std::pair<DoublesIn, const std::vector<double>*> quantities[] = {
      {results.density, &expected.density},
      {results.energy, &expected.energy},
      {results.pressure, &expected.pressure},
      {results.volume, &expected.volume},
      {results.mass, &expected.mass}};
  double worst = 0;
  for (const auto& [computed, values] : quantities) {
    Difference difference;
    for (int64_t i = 0; i < options.zones(); ++i) {
      const int64_t zone = structure.ZoneNumber({i % options.zones_x, i / options.zones_x});
      difference.Add(computed[zone], (*values)[static_cast<size_t>(i)]);
    }
    worst = std::max(worst, difference.relative());
  }
  return worst;
}

double TotalMass(const Options& options, const Results& results) {
  double mass = 0;
  for (int64_t z = 0; z < options.zones(); ++z) mass += results.density[z] * results.volume[z];
  return mass;
}

/// Internal and kinetic. A corner has half of the mass of each of its sides.
double TotalEnergy(const Options& options, const Structure& structure, const Results& results) {
  double energy = 0;
  for (int64_t zone = 0; zone < options.zones(); ++zone) {
    energy += results.total_energy[zone];
    const Place place = structure.ZonePlace(zone);
    Vector x[kCorners];
    Vector u[kCorners];
    for (int64_t k = 0; k < kCorners; ++k) {
      const int64_t point = structure.PointNumber(Structure::Corner(place, k));
      x[k] = results.position[point];
      u[k] = results.velocity[point];
    }
    const double area = 0.5 * Cross(x[2] - x[0], x[3] - x[1]);
    for (int64_t k = 0; k < kCorners; ++k) {
      const int64_t before = (k + kCorners - 1) % kCorners;
      const double part = 0.5 * (results.mass_fraction[kCorners * zone + k] +
                                 results.mass_fraction[kCorners * zone + before]);
      energy += 0.5 * results.density[zone] * area * part * x[k].x * Dot(u[k], u[k]);
    }
  }
  return energy;
}

/// The work that a force of every side does in the cycle: on the points where sides begin, less
/// that on those where they end. Forces are weighted by area, so that it takes the distance from
/// the axis.
template <typename ForceOf>
double Work(const Options& options, const Structure& structure, const Results& results,
            const ForceOf& force_of) {
  const auto by = [&](Vector force, int64_t point) {
    const Vector velocity = Middle(results.velocity_before[point], results.velocity[point]);
    return results.step * results.half_position[point].x * Dot(force, velocity);
  };
  double work = 0;
  for (int64_t zone = 0; zone < options.zones(); ++zone) {
    const Place place = structure.ZonePlace(zone);
    for (int64_t k = 0; k < kCorners; ++k) {
      const Vector force = force_of(kCorners * zone + k);
      work += by(force, structure.PointNumber(Structure::Corner(place, k))) -
              by(force, structure.PointNumber(Structure::Corner(place, (k + 1) % kCorners)));
    }
  }
  return work;
}

/// The energy that a cycle makes out of nothing: 0, whatever the forces are. A point of mass m at
/// distance r from the axis goes from velocity u0 to u by m (u - u0) = step F, so that it gains
/// m r (u² - u0²) / 2 = step r F (u0 + u) / 2. F is the sum of what its sides do to it. Zones take
/// the work of the same forces from their energy, but for that of subzonal pressures. Walls stand
/// still, and beyond the mesh's other edges is no pressure: neither does work.
double EnergyMade(const Options& options, const Structure& structure, const Results& results) {
  double made = -Work(options, structure, results, [&](int64_t side) {
    return results.inner_force[side] - results.pressure_force[side];
  });
  for (int64_t zone = 0; zone < options.zones(); ++zone) made += results.work[zone];
  for (int64_t point = 0; point < options.points(); ++point) {
    const Vector u0 = results.velocity_before[point];
    const Vector u = results.velocity[point];
    made += results.point_mass[point] * results.half_position[point].x * Dot(u - u0, Middle(u0, u));
  }
  return made;
}

}  // namespace

double Errors::worst(const Options& options) const {
  const bool conserves_energy = !options.sedov && !options.noh;
  return std::max({reference, mass, balance, conserves_energy ? energy : 0.0});
}

const Reference& Checker::After(int64_t cycles) {
  if (!reference_ || cycles < cycles_) {
    reference_.emplace(options_);
    cycles_ = 0;
    mass_ = reference_->TotalMass();
    energy_ = reference_->TotalEnergy();
  }
  for (; cycles_ < cycles; ++cycles_) reference_->Step();
  return *reference_;
}

Errors Checker::Compare(int64_t cycles, const Results& results) {
  const std::lock_guard lock(mutex_);
  const State& expected = After(cycles).state();
  const Structure structure(options_);
  Difference mass;
  mass.Add(TotalMass(options_, results), mass_);
  Difference energy;
  const double total = TotalEnergy(options_, structure, results);
  energy.Add(total, energy_);
  const double made = std::abs(EnergyMade(options_, structure, results) / total);
  return {std::max(PointError(options_, structure, results, expected),
                   ZoneError(options_, structure, results, expected)),
          mass.relative(), energy.relative(),
          std::isfinite(made) ? made : std::numeric_limits<double>::infinity()};
}

}  // namespace groma::pennant
