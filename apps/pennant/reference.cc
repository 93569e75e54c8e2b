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

// The tensor viscosity of Campbell and Shashkov (JCP 172, 2001) in a corner: the quadrilateral of
// the point, the middle of the next edge, the zone's centre and the middle of the edge before. Adds
// its stresses to the zone.
void AddStresses(const Problem& problem, double density, double sound_speed, Complex centre,
                 Complex centre_velocity, const Complex (&x)[3], const Complex (&u)[3],
                 double& weight, double& cosine, Complex& stress_in, Complex& stress_out) {
  enum { kBefore, kHere, kAfter };
  const double edge_in = std::abs(x[kHere] - x[kBefore]);
  const double edge_out = std::abs(x[kAfter] - x[kHere]);
  const Complex place[4] = {x[kHere], (x[kHere] + x[kAfter]) / 2.0, centre,
                            (x[kHere] + x[kBefore]) / 2.0};
  const Complex speed[4] = {u[kHere], (u[kHere] + u[kAfter]) / 2.0, centre_velocity,
                            (u[kHere] + u[kBefore]) / 2.0};
  const double area = Cross(place[2] - place[0], place[3] - place[1]) / 2;
  const double shortest = std::min(edge_in, edge_out);
  cosine = shortest < 1e-12
               ? 0
               : Dot(x[kBefore] - x[kHere], x[kAfter] - x[kHere]) / (edge_in * edge_out);
  const double sine_squared = 1 - cosine * cosine;
  weight = sine_squared < 1e-4 ? 0 : area / sine_squared;
  if (sine_squared < 1e-4) cosine = 0;
  const double divergence = (Cross(speed[2] - speed[0], place[3] - place[1]) -
                             Cross(speed[3] - speed[1], place[2] - place[0])) /
                            (2 * area);
  if (divergence >= 0) return;
  // Extents of the corner in its two directions, and which of them the flow is along.
  const Complex along = (place[1] + place[2] - place[0] - place[3]) / 2.0;
  const Complex across = (place[2] + place[3] - place[0] - place[1]) / 2.0;
  const Complex mean = (speed[0] + speed[1] + speed[2] + speed[3]) / 4.0;
  const double ratio = std::abs(along) / std::abs(across);
  const bool flows_along =
      std::abs(Dot(along, mean)) * std::abs(across) > std::abs(Dot(across, mean)) * std::abs(along);
  const double length =
      std::min(std::sqrt(4 * area * (flows_along ? ratio : 1 / ratio)), 2 * shortest);
  const double jump = std::max(std::abs(speed[1] + speed[2] - speed[0] - speed[3]),
                               std::abs(speed[2] + speed[3] - speed[0] - speed[1]));
  // Kuropatenko's form of the linear and the quadratic term.
  const double half = problem.quadratic * (problem.viscous_gamma + 1) / 4 * jump;
  const double viscosity =
      density * length * (half + std::hypot(half, problem.linear * sound_speed));
  stress_in = viscosity * (u[kHere] - u[kBefore]) / edge_in;
  stress_out = viscosity * (u[kAfter] - u[kHere]) / edge_out;
}

}  // namespace

struct Reference::Zone {
  std::vector<size_t> corners;
  std::vector<double> weight, cosine;          // by corner, of the viscous stress
  std::vector<Complex> stress_in, stress_out;  // along the edges before and after a corner
  std::vector<Complex> pressure_force, subzonal_force, viscous_force;  // by side
  std::vector<double> point_mass;                                      // by corner
  double pressure = 0, sound_speed = 0, viscous_speed = 0, length = 0;
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
  const double mass = state_.mass[zone];
  const double density = mass / geometry.volume;

  // Pressure of an ideal gas, half a step on: it follows the change of volume at constant entropy,
  // and the heating of the last step goes on.
  const double excess = problem_.gamma - 1;
  const double energy = std::max(state_.energy[zone], 0.0);
  const double now = excess * state_.density[zone] * energy;
  const double by_energy = excess * state_.density[zone];
  const double speed_squared = std::max(problem_.gamma * excess * energy, 1e-99);
  const double swelling = (geometry.volume - state_.volume[zone]) / mass;
  const double heat = heating_[zone] * state_.step / 2 / mass;
  z.sound_speed = std::sqrt(speed_squared);
  z.pressure =
      now + (by_energy * heat - std::pow(state_.density[zone], 2) * speed_squared * swelling) /
                (1 + by_energy * swelling / 2);

  const Complex centre_velocity =
      std::accumulate(u.begin(), u.end(), Complex()) / static_cast<double>(count);
  z.weight.resize(count), z.cosine.resize(count);
  z.stress_in.resize(count), z.stress_out.resize(count);
  z.length = 1e99;
  double fastest = 0;
  for (size_t k = 0; k < count; ++k) {
    const size_t before = (k + count - 1) % count;
    const size_t after = (k + 1) % count;
    z.point_mass.push_back(density * geometry.area *
                           (fractions_[zone][k] + fractions_[zone][before]) / 2);
    const Complex outward = kQuarterTurn * ((x[k] + x[after]) / 2.0 - geometry.centre);
    z.pressure_force.push_back(-z.pressure * outward);
    // Subzonal pressures (Caramana and Shashkov, JCP 142, 1998): a triangle keeps its mass.
    const double triangle = density * geometry.area * fractions_[zone][k] / geometry.areas[k];
    const double least = std::max(z.sound_speed, problem_.least_sound_speed);
    z.subzonal_force.push_back(-problem_.subzonal * least * least * (triangle - density) * outward);
    const double edge = std::abs(x[after] - x[k]);
    z.length = std::min(z.length, (count == 3 ? 3.0 : 4.0) * geometry.areas[k] / edge);
    fastest = std::max(fastest, std::abs(Dot(u[after] - u[k], x[after] - x[k])) / edge);
    AddStresses(problem_, density, z.sound_speed, geometry.centre, centre_velocity,
                {x[before], x[k], x[after]}, {u[before], u[k], u[after]}, z.weight[k], z.cosine[k],
                z.stress_in[k], z.stress_out[k]);
  }
  z.viscous_speed = problem_.linear * z.sound_speed + 2 * problem_.quadratic * fastest;
  for (size_t k = 0; k < count; ++k) {
    const size_t after = (k + 1) % count;
    z.viscous_force.push_back(
        (z.weight[k] * (z.stress_out[k] + z.cosine[k] * z.stress_in[k]) +
         z.weight[after] * (z.stress_in[after] + z.cosine[after] * z.stress_out[after])) /
        std::abs(x[after] - x[k]));
  }
  return z;
}

void Reference::MovePoints(const std::vector<Zone>& zones, std::vector<Complex>& half) {
  std::vector<Complex> force(half.size());
  std::vector<double> mass(half.size(), 0);
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
      state_.position[i] += state_.step * (before + after) / 2.0;
      state_.velocity[i] = after;
      half[i] = (before + after) / 2.0;  // from here on: the mean velocity
    }
  }
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
    heating_[i] = (work + zone.pressure * (after - before)) / state_.step;
    state_.volume[i] = after;
    state_.pressure[i] = zone.pressure;
    state_.energy[i] = internal_[i] / state_.mass[i];
    state_.density[i] = state_.mass[i] / after;
    const double fastest = std::max({zone.viscous_speed, zone.sound_speed, 1e-99});
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
  std::vector<Complex> mean(half.size());
  MovePoints(zones, mean);
  UpdateZones(zones, half, mean);
  state_.time += state_.step;
}

}  // namespace groma::pennant
