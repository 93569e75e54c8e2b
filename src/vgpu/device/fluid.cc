#include "vgpu/device/fluid.h"

#include <algorithm>
#include <cmath>

namespace groma::vgpu {
namespace {

// A time that rounding in the last digits of a double must not push to the next nanosecond.
constexpr double kRounding = 1e-6;

// Shares left of each resource and how many operations still want some.
struct Remaining {
  std::vector<double> capacity;
  std::vector<int> users;

  double RateOf(const std::vector<Use>& uses) const {
    double rate = 1;
    for (const Use& use : uses) {
      const auto r = static_cast<size_t>(use.resource);
      rate = std::min(rate, capacity[r] / users[r] / use.share);
    }
    return rate;
  }
};

}  // namespace

std::vector<double> FairRates(int resources, const std::vector<const std::vector<Use>*>& uses) {
  Remaining left{std::vector<double>(resources, 1.0), std::vector<int>(resources, 0)};
  for (const std::vector<Use>* operation : uses)
    for (const Use& use : *operation) ++left.users[static_cast<size_t>(use.resource)];

  std::vector<double> rates(uses.size(), -1);
  for (size_t fixed = 0; fixed < uses.size(); ++fixed) {
    // One that gets all it asks for leaves more than its fair part to the others: it goes first.
    // Else the one that is held back most: where it is held back, the others fare no worse.
    size_t chosen = uses.size();
    double chosen_rate = 2;
    for (size_t i = 0; i < uses.size(); ++i) {
      if (rates[i] >= 0) continue;
      const double rate = left.RateOf(*uses[i]);
      if (rate >= 1) {
        chosen = i;
        chosen_rate = 1;
        break;
      }
      if (rate < chosen_rate) {
        chosen = i;
        chosen_rate = rate;
      }
    }
    rates[chosen] = chosen_rate;
    for (const Use& use : *uses[chosen]) {
      const auto r = static_cast<size_t>(use.resource);
      left.capacity[r] = std::max(0.0, left.capacity[r] - use.share * chosen_rate);
      --left.users[r];
    }
  }
  return rates;
}

void Fluid::Start(const OperationKey& key, Nanoseconds latency, Nanoseconds alone,
                  std::vector<Use> uses) {
  CHECK(latency.count >= 0 && alone.count >= 0, "an operation takes no negative time");
  for (const Use& use : uses)
    CHECK(static_cast<size_t>(use.resource) < resource_uses_.size() && use.share > 0 &&
              use.share <= 1 + 1e-9,
          "a use of a resource that the machine does not have, or of more than all of it");
  active_.emplace(key, Active{now_ + latency, static_cast<double>(alone.count), 0, now_ + latency,
                              std::move(uses)});
  Settle();
}

std::optional<Nanoseconds> Fluid::Next() const {
  std::optional<Nanoseconds> next;
  for (const auto& [key, active] : active_)
    if (!next || active.end < *next) next = active.end;
  return next;
}

void Fluid::AdvanceTo(Nanoseconds time) {
  CHECK(time >= now_, "virtual time does not run backwards");
  const auto passed = static_cast<double>((time - now_).count);
  std::vector<char> busy(resource_uses_.size(), 0);
  for (auto& [key, active] : active_) {
    active.remaining -= active.rate * passed;
    if (active.rate <= 0) continue;
    for (const Use& use : active.uses) {
      const auto r = static_cast<size_t>(use.resource);
      resource_uses_[r].used_ns += use.share * active.rate * passed;
      busy[r] = 1;
    }
  }
  for (size_t r = 0; r < busy.size(); ++r)
    if (busy[r] != 0) resource_uses_[r].busy += time - now_;
  now_ = time;
  Settle();
}

void Fluid::Settle() {
  for (auto it = active_.begin(); it != active_.end();) {
    Active& active = it->second;
    const bool working = active.latency_end <= now_;
    const bool due = active.rate > 0 && active.end <= now_;  // at its end, up to rounding
    if (working && (due || active.remaining <= kRounding)) {
      ended_.insert(it->first);
      it = active_.erase(it);
    } else {
      ++it;
    }
  }
  ComputeRates();
}

void Fluid::ComputeRates() {
  std::vector<Active*> working;
  std::vector<const std::vector<Use>*> uses;
  for (auto& [key, active] : active_) {
    if (active.latency_end > now_) continue;
    working.push_back(&active);
    uses.push_back(&active.uses);
  }
  const std::vector<double> rates = FairRates(static_cast<int>(resource_uses_.size()), uses);
  for (size_t i = 0; i < working.size(); ++i) {
    Active& active = *working[i];
    active.rate = rates[i];
    const double left = std::ceil(active.remaining / active.rate - kRounding);
    active.end = now_ + Nanoseconds{std::max<int64_t>(1, static_cast<int64_t>(left))};
  }
}

OperationKey Fluid::TakeEnded() {
  CHECK(!ended_.empty(), "nothing has ended");
  const OperationKey key = *ended_.begin();
  ended_.erase(ended_.begin());
  return key;
}

}  // namespace groma::vgpu
