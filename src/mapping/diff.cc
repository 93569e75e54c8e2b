#include "mapping/diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "mapping/check_instances.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

std::string KindText(std::optional<ProcessorKind> kind) {
  return kind ? std::string(ToString(*kind)) : "none that works";
}

std::string LimitText(std::optional<int64_t> limit) {
  return limit ? fmt::format("{}", *limit) : "none";
}

std::string MemoriesText(const RegionDecision& region) {
  return region.memories.empty() ? "none that the processor sees" : Joined(region.memories);
}

std::string Yes(bool value) { return value ? "yes" : "no"; }

class Differ {
 public:
  Differ(const TaskDecisions& a, const TaskDecisions& b, std::vector<Difference>& found)
      : a_(a), b_(b), found_(found) {}

  void Run() {
    Compare("processor", KindText(a_.runs_on), KindText(b_.runs_on));
    Compare("instance limit", LimitText(a_.limit), LimitText(b_.limit));
    Compare("control replication", Yes(a_.replicated), Yes(b_.replicated));
    // On different kinds of processors the rest differs of itself; memories and layouts are told.
    for (size_t i = 0; i < std::min(a_.regions.size(), b_.regions.size()); ++i)
      CompareRegion(a_.regions[i], b_.regions[i]);
    for (size_t i = 0; i < std::min(a_.launches.size(), b_.launches.size()); ++i)
      CompareLaunch(a_.launches[i], b_.launches[i]);
    for (size_t i = 0; i < std::min(a_.singles.size(), b_.singles.size()); ++i) {
      const std::string in_a = a_.singles[i].ToString(), in_b = b_.singles[i].ToString();
      if (Compare("single placement", in_a, in_b) != nullptr) break;  // the others follow from it
    }
  }

 private:
  /// The difference, to be filled in; null when there is none.
  Difference* Compare(std::string decision, std::string a, std::string b) {
    if (a == b) return nullptr;
    Difference difference;
    difference.task = a_.name;
    difference.decision = std::move(decision);
    difference.a = std::move(a);
    difference.b = std::move(b);
    found_.push_back(std::move(difference));
    return &found_.back();
  }

  void CompareRegion(const RegionDecision& a, const RegionDecision& b) {
    const auto compare = [&](std::string decision, std::string in_a, std::string in_b) {
      Difference* found = Compare(std::move(decision), std::move(in_a), std::move(in_b));
      if (found == nullptr) return;
      found->region = a.position;
      found->region_name = a.name;
    };
    compare("memories", MemoriesText(a), MemoriesText(b));
    compare("layout", a.layout.ToString(), b.layout.ToString());
    compare("collect", Yes(a.collects), Yes(b.collects));
  }

  void CompareLaunch(const LaunchDecision& a, const LaunchDecision& b) {
    Difference difference;
    std::vector<int64_t> point(a.domain.size(), 0);
    for (size_t i = 0; i < std::min(a.places.size(), b.places.size()); ++i) {
      if (a.places[i] != b.places[i] && ++difference.points == 1) {
        difference.point = point;
        difference.a = a.places[i].ToString();
        difference.b = b.places[i].ToString();
      }
      NextPoint(point, a.domain);
    }
    if (difference.points == 0) return;
    difference.task = a_.name;
    difference.decision = "placement";
    difference.domain = a.domain;
    found_.push_back(std::move(difference));
  }

  const TaskDecisions& a_;
  const TaskDecisions& b_;
  std::vector<Difference>& found_;
};

std::string LineOf(const Difference& difference) {
  std::string subject = difference.decision;
  if (difference.region) {
    subject = fmt::format(
        "region {}{}: {}", *difference.region,
        difference.region_name.empty() ? "" : fmt::format(" ({})", difference.region_name),
        difference.decision);
  }
  if (difference.points > 0) {
    subject = fmt::format("{} of {} points over ({}): point ({})", difference.points,
                          CountPoints(difference.domain, INT64_MAX),
                          fmt::join(difference.domain, ", "), fmt::join(difference.point, ", "));
  }
  return fmt::format("  {}: {} | {}\n", subject, difference.a, difference.b);
}

}  // namespace

std::vector<Difference> Diff(const std::vector<TaskDecisions>& a,
                             const std::vector<TaskDecisions>& b) {
  CHECK(a.size() == b.size(), "decisions of two applications");
  std::vector<Difference> found;
  for (size_t i = 0; i < a.size(); ++i) Differ(a[i], b[i], found).Run();
  return found;
}

nlohmann::ordered_json ToJson(const std::vector<Difference>& differences) {
  nlohmann::ordered_json document = {{"same", differences.empty()},
                                     {"differences", nlohmann::ordered_json::array()}};
  for (const Difference& difference : differences) {
    nlohmann::ordered_json json = {{"task", difference.task}, {"decision", difference.decision}};
    if (difference.region) {
      json["region"] = *difference.region;
      json["name"] = difference.region_name;
    }
    if (difference.points > 0) {
      json["domain"] = difference.domain;
      json["point"] = difference.point;
      json["points"] = difference.points;
    }
    json["a"] = difference.a;
    json["b"] = difference.b;
    document["differences"].push_back(std::move(json));
  }
  return document;
}

std::string ToText(const std::vector<Difference>& differences) {
  std::string text;
  const std::string* task = nullptr;
  for (const Difference& difference : differences) {
    if (task == nullptr || *task != difference.task) text += difference.task + "\n";
    task = &difference.task;
    text += LineOf(difference);
  }
  return text;
}

}  // namespace groma::mapping
