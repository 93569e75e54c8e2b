#include "apps/pennant/reference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace groma::pennant {
namespace {

using Complex = std::complex<double>;
constexpr Complex kQuarterTurn(0, 1);

double Dot(Complex a, Complex b) { return (std::conj(a) * b).real(); }
double Cross(Complex a, Complex b) { return (std::conj(a) * b).imag(); }

/// A polygon's centre, and areas and volumes of the triangles from there to its edges.
struct Geometry {
  explicit Geometry(const std::vector<Complex>& corners) {
    for (const Complex corner : corners) centre += corner / static_cast<double>(corners.size());
    for (size_t k = 0; k < corners.size(); ++k) {
      const Complex from = corners[k];
      const Complex to = corners[(k + 1) % corners.size()];
      areas.push_back(Cross(to - from, centre - from) / 2);
      // By Pappus: the area times the distance of its centroid from the axis.
      volumes.push_back(areas.back() * (from + to + centre).real() / 3);
    }
    area = std::accumulate(areas.begin(), areas.end(), 0.0);
    volume = std::accumulate(volumes.begin(), volumes.end(), 0.0);
  }
  Complex centre;
  std::vector<double> areas, volumes;
  double area, volume;
};

/// What the viscosity needs of a corner.
struct CornerStress {
  double weight = 0, cosine = 0;
  Complex along_in, along_out;  // the edges that end and that begin at the point
};

/// The quadrilateral of a corner: the point, the middle of the next edge, the zone's centre, the
/// middle of the edge before; in space or of velocities.
struct Corner {
  Corner(Complex before, Complex here, Complex after, Complex centre)
      : point{here, (here + after) / 2.0, centre, (here + before) / 2.0},
        along(point[1] + point[2] - point[0] - point[3]),
        across(point[2] + point[3] - point[0] - point[1]) {}
  Complex point[4];
  Complex along, across;  // twice the differences between its opposite sides
};

/// The extent of a corner along the flow.
double Extent(const Corner& x, const Corner& u, double area, double shortest_edge) {
  const Complex mean = (u.point[0] + u.point[1] + u.point[2] + u.point[3]) / 4.0;
  const double ratio = std::abs(x.along) / std::abs(x.across);
  const bool flows_along = std::abs(Dot(x.along, mean)) * std::abs(x.across) >
                           std::abs(Dot(x.across, mean)) * std::abs(x.along);
  return std::min(std::sqrt(4 * area * (flows_along ? ratio : 1 / ratio)), 2 * shortest_edge);
}

/// The tensor viscosity of Campbell and Shashkov (JCP 172, 2001) in a corner. Three places and
/// velocities: of the point before, the point itself, the point after.
CornerStress StressOf(const Problem& problem, double density, double sound_speed,
                      const Complex (&x)[3], Complex centre, const Complex (&u)[3],
                      Complex centre_velocity) {
  const double edge_in = std::abs(x[1] - x[0]);
  const double edge_out = std::abs(x[2] - x[1]);
  const Corner place(x[0], x[1], x[2], centre);
  const Corner speed(u[0], u[1], u[2], centre_velocity);
  const Complex diagonal = place.point[2] - place.point[0];
  const Complex other_diagonal = place.point[3] - place.point[1];
  const double area = Cross(diagonal, other_diagonal) / 2;
  const double shortest = std::min(edge_in, edge_out);
  CornerStress stress;
  if (shortest >= 1e-12) stress.cosine = Dot(x[0] - x[1], x[2] - x[1]) / (edge_in * edge_out);
  const double sine_squared = 1 - stress.cosine * stress.cosine;
  if (sine_squared < 1e-4) {
    stress.cosine = 0;
  } else {
    stress.weight = area / sine_squared;
  }
  const double divergence = (Cross(speed.point[2] - speed.point[0], other_diagonal) -
                             Cross(speed.point[3] - speed.point[1], diagonal)) /
                            (2 * area);
  if (divergence >= 0) return stress;
  // Kuropatenko's form of the linear and the quadratic term.
  const double jump = std::max(std::abs(speed.along), std::abs(speed.across));
  const double half = problem.quadratic * (problem.viscous_gamma + 1) / 4 * jump;
  const double viscosity = density * Extent(place, speed, area, shortest) *
                           (half + std::hypot(half, problem.linear * sound_speed));
  stress.along_in = viscosity * (u[1] - u[0]) / edge_in;
  stress.along_out = viscosity * (u[2] - u[1]) / edge_out;
  return stress;
}

}  // namespace

struct Reference::Zone {
  std::vector<size_t> corners;
  std::vector<Complex> pressure_force, subzonal_force, viscous_force;  // by side
  std::vector<double> point_mass;                                      // by corner
  Gas gas;
  double viscous_speed = 0, length = 1e99;
};

size_t Reference::Point(int64_t x, int64_t y) const {
  return static_cast<size_t>(y * (options_.zones_x + 1) + x);
}

std::vector<size_t> Reference::Corners(size_t zone) const {
  const int64_t x = static_cast<int64_t>(zone) % options_.zones_x;
  const int64_t y = static_cast<int64_t>(zone) / options_.zones_x;
  return {Point(x, y), Point(x + 1, y), Point(x + 1, y + 1), Point(x, y + 1)};
}

Reference::Reference(const Options& options) : options_(options), problem_(ProblemOf(options)) {
  for (int64_t y = 0; y <= options.zones_y; ++y) {
    for (int64_t x = 0; x <= options.zones_x; ++x) {
      const Complex place(static_cast<double>(x) * problem_.zone_width,
                          static_cast<double>(y) * problem_.zone_height);
      const double radius = std::abs(place);
      state_.position.push_back(place);
      state_.velocity.push_back(radius > 0 ? problem_.radial_velocity * place / radius : 0);
    }
  }
  for (size_t i = 0; i < static_cast<size_t>(options.zones()); ++i) {
    std::vector<Complex> corners;
    for (const size_t corner : Corners(i)) corners.push_back(state_.position[corner]);
    const Geometry geometry(corners);
    const bool in_part = geometry.centre.real() < problem_.part_width &&
                         geometry.centre.imag() < problem_.part_height;
    state_.density.push_back(in_part ? problem_.part_density : problem_.density);
    state_.energy.push_back(in_part ? problem_.part_energy : problem_.energy);
    state_.volume.push_back(geometry.volume);
    state_.mass.push_back(state_.density.back() * geometry.volume);
    internal_.push_back(state_.energy.back() * state_.mass.back());
    fractions_.emplace_back();
    for (const double area : geometry.areas) fractions_.back().push_back(area / geometry.area);
  }
  state_.pressure.assign(state_.mass.size(), 0);
  heating_.assign(state_.mass.size(), 0);
}

double Reference::NextStep() const {
  const double step = state_.step == 0 ? problem_.first_step
                                       : std::min(problem_.growth * state_.step, recommended_);
  return std::min(step, problem_.end - state_.time);
}

// Pressure of an ideal gas, half a step on: it follows the change of volume at constant entropy,
// and the heating of the last step goes on.
Reference::Gas Reference::GasAtHalfStep(size_t zone, double volume) const {
  const double excess = problem_.gamma - 1;
  const double mass = state_.mass[zone];
  const double energy = std::max(state_.energy[zone], 0.0);
  const double by_energy = excess * state_.density[zone];
  const double speed_squared = std::max(problem_.gamma * excess * energy, 1e-99);
  const double swelling = (volume - state_.volume[zone]) / mass;
  const double heat = heating_[zone] * state_.step / 2 / mass;
  const double change =
      by_energy * heat - std::pow(state_.density[zone], 2) * speed_squared * swelling;
  return {.density = mass / volume,
          .pressure = by_energy * energy + change / (1 + by_energy * swelling / 2),
          .sound_speed = std::sqrt(speed_squared)};
}

Reference::Zone Reference::AtHalfStep(size_t zone, const std::vector<Complex>& half) const {
  Zone z;
  z.corners = Corners(zone);
  const size_t count = z.corners.size();
  std::vector<Complex> x;
  std::vector<Complex> u;
  for (const size_t corner : z.corners) {
    x.push_back(half[corner]);
    u.push_back(state_.velocity[corner]);
  }
  const Geometry geometry(x);
  const Complex centre_velocity =
      std::accumulate(u.begin(), u.end(), Complex()) / static_cast<double>(count);
  const Gas gas = z.gas = GasAtHalfStep(zone, geometry.volume);
  const double stiffness =
      problem_.subzonal * std::pow(std::max(gas.sound_speed, problem_.least_sound_speed), 2);
  const double mass = gas.density * geometry.area;  // weighted by area
  double fastest = 0;
  std::vector<CornerStress> stresses;
  for (size_t k = 0; k < count; ++k) {
    const size_t before = (k + count - 1) % count;
    const size_t after = (k + 1) % count;
    const double part = fractions_[zone][k];
    z.point_mass.push_back(mass * (part + fractions_[zone][before]) / 2);
    const Complex outward = kQuarterTurn * ((x[k] + x[after]) / 2.0 - geometry.centre);
    z.pressure_force.push_back(-gas.pressure * outward);
    // Subzonal pressures (Caramana and Shashkov, JCP 142, 1998): a triangle keeps its mass.
    const double triangle = mass * part / geometry.areas[k];
    z.subzonal_force.push_back(-stiffness * (triangle - gas.density) * outward);
    const double edge = std::abs(x[after] - x[k]);
    z.length = std::min(z.length, (count == 3 ? 3.0 : 4.0) * geometry.areas[k] / edge);
    fastest = std::max(fastest, std::abs(Dot(u[after] - u[k], x[after] - x[k])) / edge);
    stresses.push_back(StressOf(problem_, gas.density, gas.sound_speed, {x[before], x[k], x[after]},
                                geometry.centre, {u[before], u[k], u[after]}, centre_velocity));
  }
  z.viscous_speed = problem_.linear * gas.sound_speed + 2 * problem_.quadratic * fastest;
  for (size_t k = 0; k < count; ++k) {
    const size_t after = (k + 1) % count;
    const CornerStress& from = stresses[k];
    const CornerStress& to = stresses[after];
    z.viscous_force.push_back((from.weight * (from.along_out + from.cosine * from.along_in) +
                               to.weight * (to.along_in + to.cosine * to.along_out)) /
                              std::abs(x[after] - x[k]));
  }
  return z;
}

std::vector<Complex> Reference::MovePoints(const std::vector<Zone>& zones) {
  std::vector<Complex> force(state_.position.size());
  std::vector<Complex> mean(force.size());
  std::vector<double> mass(force.size(), 0);
  for (const Zone& zone : zones) {
    const size_t count = zone.corners.size();
    for (size_t k = 0; k < count; ++k) {
      const size_t before = (k + count - 1) % count;
      mass[zone.corners[k]] += zone.point_mass[k];
      force[zone.corners[k]] += zone.pressure_force[k] + zone.subzonal_force[k] +
                                zone.viscous_force[k] - zone.pressure_force[before] -
                                zone.subzonal_force[before] - zone.viscous_force[before];
    }
  }
  for (int64_t y = 0; y <= options_.zones_y; ++y) {
    for (int64_t x = 0; x <= options_.zones_x; ++x) {
      const size_t i = Point(x, y);
      const bool upright =
          (x == 0 && problem_.fixed_left) || (x == options_.zones_x && problem_.fixed_right);
      const bool level =
          (y == 0 && problem_.fixed_bottom) || (y == options_.zones_y && problem_.fixed_top);
      Complex before = state_.velocity[i];
      if (upright) before = Complex(0, before.imag()), force[i] = Complex(0, force[i].imag());
      if (level) before = Complex(before.real(), 0), force[i] = Complex(force[i].real(), 0);
      const Complex after = before + state_.step * force[i] / std::max(mass[i], 1e-99);
      mean[i] = (before + after) / 2.0;
      state_.position[i] += state_.step * mean[i];
      state_.velocity[i] = after;
    }
  }
  return mean;
}

double Reference::TotalMass() const {
  double mass = 0;
  for (size_t i = 0; i < state_.mass.size(); ++i) mass += state_.density[i] * state_.volume[i];
  return mass;
}

double Reference::TotalEnergy() const {
  double energy = std::accumulate(internal_.begin(), internal_.end(), 0.0);
  for (size_t i = 0; i < state_.mass.size(); ++i) {
    const std::vector<size_t> corners = Corners(i);
    const size_t count = corners.size();
    std::vector<Complex> x;
    for (const size_t corner : corners) x.push_back(state_.position[corner]);
    const double area = Geometry(x).area;
    for (size_t k = 0; k < count; ++k) {
      const double fraction = (fractions_[i][k] + fractions_[i][(k + count - 1) % count]) / 2;
      energy += state_.density[i] * area * fraction * x[k].real() *
                std::norm(state_.velocity[corners[k]]) / 2;
    }
  }
  return energy;
}

void Reference::UpdateZones(const std::vector<Zone>& zones, const std::vector<Complex>& half,
                            const std::vector<Complex>& mean) {
  recommended_ = 1e99;
  for (size_t i = 0; i < zones.size(); ++i) {
    const Zone& zone = zones[i];
    const size_t count = zone.corners.size();
    double work = 0;
    std::vector<Complex> x;
    for (size_t k = 0; k < count; ++k) {
      const size_t from = zone.corners[k];
      const size_t to = zone.corners[(k + 1) % count];
      x.push_back(state_.position[from]);
      const Complex force = zone.pressure_force[k] + zone.viscous_force[k];
      work -= state_.step *
              (Dot(force, mean[from]) * half[from].real() - Dot(force, mean[to]) * half[to].real());
    }
    const double before = state_.volume[i];
    const double after = Geometry(x).volume;
    internal_[i] += work;
    heating_[i] = (work + zone.gas.pressure * (after - before)) / state_.step;
    state_.volume[i] = after;
    state_.pressure[i] = zone.gas.pressure;
    state_.energy[i] = internal_[i] / state_.mass[i];
    state_.density[i] = state_.mass[i] / after;
    const double fastest = std::max({zone.viscous_speed, zone.gas.sound_speed, 1e-99});
    recommended_ = std::min(recommended_, problem_.courant * zone.length / fastest);
    const double change = std::max(std::abs(after - before) / before, 1e-99);
    recommended_ = std::min(recommended_, state_.step * problem_.volume_change / change);
  }
}

void Reference::Step() {
  if (ended()) return;
  state_.step = NextStep();
  std::vector<Complex> half = state_.position;
  for (size_t i = 0; i < half.size(); ++i) half[i] += state_.step / 2 * state_.velocity[i];
  std::vector<Zone> zones;
  for (size_t i = 0; i < state_.mass.size(); ++i) zones.push_back(AtHalfStep(i, half));
  UpdateZones(zones, half, MovePoints(zones));
  state_.time += state_.step;
}

}  // namespace groma::pennant
