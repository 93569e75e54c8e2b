// The paper's random baseline: each decision drawn for itself.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "tune/propose/catalogue.h"
#include "tune/propose/functions.h"

namespace groma::tune {
namespace {

constexpr int kMostDraws = 500;

class Random : public Proposer {
 public:
  Random(Problem problem, uint64_t seed)
      : problem_(std::move(problem)), seed_(seed), catalogue_(problem_) {}

  std::string_view name() const override { return "random"; }

  Next Propose(const History& history) override {
    for (; added_ < history.size(); ++added_) catalogue_.Add(history[added_].mapping);
    for (int draw = 0; draw < kMostDraws; ++draw) {
      std::seed_seq seeds{seed_, seed_ >> 32, static_cast<uint64_t>(history.size()),
                          static_cast<uint64_t>(draw)};
      generator_.seed(seeds);
      const std::string text = Print(
          Draw(), {fmt::format("Drawn at random: seed {}, iteration {}", seed_, history.size())});
      if (catalogue_.IsNewAndLegal(text))
        return Proposal{text, fmt::format("drawn at random (seed {}, draw {})", seed_, draw + 1)};
    }
    return NothingLeft{fmt::format(
        "{} random draws in a row gave nothing new: every mapping has been tried", kMostDraws)};
  }

 private:
  /// 0 … count − 1. The slight bias of the remainder does not matter here; the same bytes on every
  /// platform do.
  size_t Pick(size_t count) { return static_cast<size_t>(generator_() % count); }
  bool Chance(unsigned percent) { return Pick(100) < percent; }

  Decisions Draw() {
    Decisions decisions;
    decisions.SetTask("*", {"GPU", "OMP", "CPU"}, "");
    decisions.SetRegion("*", "*", "GPU", {"FBMEM", "ZCMEM"}, "");
    decisions.SetRegion("*", "*", "*", {"SOCKMEM", "SYSMEM"}, "");
    DrawLayout(decisions);
    for (const app::Task& task : problem_.app.tasks) DrawTask(task, decisions);
    for (const std::string& region : Regions()) {
      if (Chance(50)) continue;
      const bool framebuffer = Chance(50);
      decisions.SetRegion("*", region, "GPU", {framebuffer ? "FBMEM" : "ZCMEM"}, "");
    }
    return decisions;
  }

  void DrawLayout(Decisions& decisions) {
    static constexpr const char* kAlignments[] = {"", "Align==64", "Align==128", "No_Align"};
    std::string words = Chance(50) ? "SOA" : "AOS";
    words += Chance(50) ? " C_order " : " F_order ";
    decisions.SetLayout("*", "*", "*", words + kAlignments[Pick(4)], "");
  }

  void DrawTask(const app::Task& task, Decisions& decisions) {
    std::vector<ProcessorKind> kinds;
    for (const ProcessorKind kind : {ProcessorKind::kGpu, ProcessorKind::kOmp, ProcessorKind::kCpu})
      if (HasVariant(task, kind) && HasProcessor(problem_, kind)) kinds.push_back(kind);
    if (kinds.empty()) return;
    const ProcessorKind kind = kinds[Pick(kinds.size())];
    if (kinds.size() > 1) decisions.SetTask(task.name, {std::string(ToString(kind))}, "");
    if (!task.parents.empty() && Chance(10))
      decisions.SetLimit(task.name, int64_t{1} << Pick(4), "");
    if (task.index_launched && !task.domains.empty() && Chance(50)) {
      const auto placings = IndexPlacings(task.domains.front().size(), problem_.machine.nodes);
      const std::string function = Define(decisions, placings[Pick(placings.size())], kind);
      decisions.SetMap(true, task.name, function, "");
    }
    if (task.single_launched && !task.parents.empty() && Chance(20)) {
      const auto placings = SinglePlacings();
      const std::string function = Define(decisions, placings[Pick(placings.size())], kind);
      decisions.SetMap(false, task.name, function, "");
    }
  }

  std::vector<std::string> Regions() const {
    std::vector<std::string> names;
    for (const app::Task& task : problem_.app.tasks)
      for (const app::Argument& argument : task.arguments)
        if (!argument.names.empty() && argument.privilege != app::Privilege::kNoAccess &&
            std::find(names.begin(), names.end(), argument.names.front()) == names.end())
          names.push_back(argument.names.front());
    return names;
  }

  Problem problem_;
  uint64_t seed_;
  Catalogue catalogue_;
  size_t added_ = 0;
  std::mt19937_64 generator_;
};

}  // namespace

std::unique_ptr<Proposer> MakeRandom(Problem problem, uint64_t seed) {
  return std::make_unique<Random>(std::move(problem), seed);
}

}  // namespace groma::tune
