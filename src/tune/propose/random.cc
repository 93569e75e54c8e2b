// The paper's random baseline: mappings drawn from the space.
#include <fmt/format.h>

#include "tune/propose/catalogue.h"
#include "tune/propose/proposer.h"
#include "tune/space/show.h"

namespace groma::tune {
namespace {

constexpr uint64_t kMostDraws = 500;

class Random : public Proposer {
 public:
  Random(Problem problem, uint64_t seed)
      : problem_(std::move(problem)),
        seed_(seed),
        space_(Usable(SpaceOf(problem_))),
        catalogue_(problem_) {}

  std::string_view name() const override { return "random"; }

  Next Propose(const History& history) override {
    for (; added_ < history.size(); ++added_) catalogue_.Add(history[added_].mapping);
    for (uint64_t draw = 0; draw < kMostDraws; ++draw) {
      // The first is what `groma space --sample N --usable` gives under the iteration's number.
      const uint64_t number = history.size() + (draw << 32);
      std::string text = DrawnText(space_, problem_, seed_, number);
      if (catalogue_.IsNew(text))
        return Proposal{std::move(text),
                        fmt::format("drawn at random (seed {}, draw {})", seed_, draw + 1)};
    }
    return NothingLeft{fmt::format(
        "{} random draws in a row gave nothing new: every mapping has been tried", kMostDraws)};
  }

 private:
  Problem problem_;
  uint64_t seed_;
  Space space_;
  Catalogue catalogue_;
  size_t added_ = 0;
};

}  // namespace

std::unique_ptr<Proposer> MakeRandom(Problem problem, uint64_t seed) {
  return std::make_unique<Random>(std::move(problem), seed);
}

}  // namespace groma::tune
