// Mappings drawn from a space, and picks as statements.
#include <fmt/format.h>

#include <sstream>

#include "base/check.h"
#include "tune/space/space.h"

namespace groma::tune {
namespace {

void DrawFrom(const Space& space, std::mt19937_64& generator, Picks& picks) {
  for (const Dimension& dimension : space) {
    // Each choice as often as there are mappings with it: only then are all equally likely.
    Natural at = Count(dimension).DrawBelow(generator);
    size_t choice = 0;
    for (Natural count; at >= (count = Count(dimension.choices[choice])); ++choice) at -= count;
    picks.push_back({&dimension, choice});
    DrawFrom(dimension.choices[choice].then, generator, picks);
  }
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

/// `next`: behind the pick; moved behind the parameters of its family.
void SetMap(const Pick& pick, const Picks& picks, size_t& next, Decisions& decisions) {
  const std::optional<PlacingFamily>& family = pick.chosen().family;
  if (!family) return;
  std::vector<std::string> values;
  for (; values.size() < family->parameters.size(); ++next) {
    CHECK(next < picks.size() && picks[next].dimension->aspect == Aspect::kParameter,
          fmt::format("{} has {} parameters", family->name, family->parameters.size()));
    values.push_back(picks[next].chosen().value);
  }
  const Placing placing = Member(*family, values);
  const std::string function =
      Define(decisions, placing, *ParseProcessorKind(pick.dimension->processor));
  decisions.SetMap(!placing.single, pick.dimension->task, function, "");
}

}  // namespace

Picks Draw(const Space& space, uint64_t seed, uint64_t number) {
  std::seed_seq seeds{seed & 0xffffffff, seed >> 32, number & 0xffffffff, number >> 32};
  std::mt19937_64 generator(seeds);
  Picks picks;
  DrawFrom(space, generator, picks);
  return picks;
}

Decisions DecisionsOf(const Picks& picks) {
  Decisions decisions;
  for (size_t next = 0; next < picks.size();) {
    const Pick& pick = picks[next++];
    const Dimension& about = *pick.dimension;
    const std::string& value = pick.chosen().value;
    const bool decided = about.choices.size() > 1;
    switch (about.aspect) {
      case Aspect::kProcessor:
        if (decided) decisions.SetTask(about.task, {value}, "");
        break;
      case Aspect::kMemory:
        decisions.SetRegion(about.task, about.region, about.processor, SplitAtCommas(value), "");
        break;
      case Aspect::kStructure:
      case Aspect::kOrder:
      case Aspect::kAlignment:
        decisions.SetLayout(about.task, about.region, about.processor, value, "");
        break;
      case Aspect::kCollect:
        if (pick.choice != 0) decisions.SetCollect(about.task, about.region, "");
        break;
      case Aspect::kLimit:
        if (pick.choice != 0) decisions.SetLimit(about.task, std::stoll(value), "");
        break;
      case Aspect::kIndexMap:
      case Aspect::kSingleMap:
        SetMap(pick, picks, next, decisions);
        break;
      case Aspect::kParameter:
        CHECK(false, "parameters stand behind the map that has them");
    }
  }
  return decisions;
}

}  // namespace groma::tune
