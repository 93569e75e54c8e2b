#include "legion/mapper/instance_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace groma::legion {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct IndexSpace {
  uint64_t id = 0;
  uint64_t get_id() const { return id; }
  bool operator==(const IndexSpace&) const = default;
};
struct Region {
  uint64_t tree = 0;
  IndexSpace space;
  uint64_t get_tree_id() const { return tree; }
  IndexSpace get_index_space() const { return space; }
  bool operator==(const Region&) const = default;
};
enum Privilege { kNone, kRead, kWrite };
struct Requirement {
  Region region;
  Privilege privilege = kRead;
  std::set<unsigned> privilege_fields = {1};
};
using Instance = std::string;
struct Output {
  unsigned chosen_variant = 0;
  std::vector<std::vector<Instance>> chosen_instances;
  std::set<unsigned> untracked_valid_regions;
};
struct Types {
  using Region = legion::Region;
  using Requirement = legion::Requirement;
  using Instance = legion::Instance;
  using Output = legion::Output;
};
using Table = BasicInstanceTable<Types>;
using Source = Table::Source;

constexpr uint64_t kTree = 5;
const Table::Place kPlace{7, kTree};
const Table::Asker kAsker{.task = 3, .processor = 20, .version = 1};

Region Piece(uint64_t number) { return {kTree, {number}}; }

std::vector<Requirement> TwoPieces() { return {{Piece(1), kWrite, {1, 2}}, {Piece(2), kRead}}; }

Output TwoInstances() {
  return {.chosen_variant = 4,
          .chosen_instances = {{"first"}, {"second"}},
          .untracked_valid_regions = {1}};
}

/// What the asker is given; nothing when the table has no answer.
std::optional<Output> Found(const Table& table, const Table::Asker& asker,
                            const std::vector<Requirement>& requirements) {
  Output output;
  if (!table.Find(asker, requirements, output)) return std::nullopt;
  return output;
}

/// As many pieces as have to be looked for in vain before a new one is known to be new.
void MakePieces(Table& table, uint64_t partition) {
  for (uint64_t piece = 100; piece < 100 + Table::kAsked; ++piece)
    table.Saw(kPlace, Piece(piece), partition, "made", piece, Source::kMade);
}

TEST(InstanceTable, AnEqualTaskIsGivenTheSameVariantInstancesAndCollectedOnes) {
  Table table;
  EXPECT_FALSE(Found(table, kAsker, TwoPieces()));
  table.Keep(kAsker, TwoPieces(), TwoInstances());
  const auto found = Found(table, kAsker, TwoPieces());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->chosen_variant, 4u);
  EXPECT_THAT(found->untracked_valid_regions, ElementsAre(1));
  EXPECT_THAT(found->chosen_instances, ElementsAre(ElementsAre("first"), ElementsAre("second")));
}

TEST(InstanceTable, ADifferentTaskProcessorOrFieldGroupIsGivenNothing) {
  Table table;
  table.Keep(kAsker, TwoPieces(), TwoInstances());
  EXPECT_FALSE(Found(table, {.task = 4, .processor = 20, .version = 1}, TwoPieces()));
  EXPECT_FALSE(Found(table, {.task = 3, .processor = 21, .version = 1}, TwoPieces()));
  EXPECT_FALSE(Found(table, {.task = 3, .processor = 20, .version = 2}, TwoPieces()));
}

TEST(InstanceTable, OtherRegionsPrivilegesFieldsOrNumbersOfThemAreGivenNothing) {
  Table table;
  table.Keep(kAsker, TwoPieces(), TwoInstances());
  auto other = TwoPieces();
  other[1].region = Piece(3);
  EXPECT_FALSE(Found(table, kAsker, other));
  other = TwoPieces();
  other[1].privilege = kWrite;
  EXPECT_FALSE(Found(table, kAsker, other));
  other = TwoPieces();
  other[0].privilege_fields = {1};
  EXPECT_FALSE(Found(table, kAsker, other));
  other = TwoPieces();
  other.pop_back();
  EXPECT_FALSE(Found(table, kAsker, other));
  EXPECT_FALSE(Found(table, kAsker, {}));
}

TEST(InstanceTable, NothingIsChangedWhereNothingIsFound) {
  Table table;
  Output output = TwoInstances();
  EXPECT_FALSE(table.Find(kAsker, TwoPieces(), output));
  EXPECT_EQ(output.chosen_variant, 4u);
  EXPECT_THAT(output.chosen_instances, ElementsAre(ElementsAre("first"), ElementsAre("second")));
}

TEST(InstanceTable, ARequirementWithoutAnInstanceIsRemembered) {
  Table table;
  auto requirements = TwoPieces();
  requirements[0].privilege = kNone;
  table.Keep(kAsker, requirements, {.chosen_variant = 1, .chosen_instances = {{}, {"second"}}});
  const auto found = Found(table, kAsker, requirements);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->chosen_instances, ElementsAre(IsEmpty(), ElementsAre("second")));
}

TEST(InstanceTable, WhatIsKeptLaterTakesThePlaceOfTheFirst) {
  Table table;
  table.Keep(kAsker, TwoPieces(), TwoInstances());
  table.Keep(kAsker, TwoPieces(),
             {.chosen_variant = 9, .chosen_instances = {{"third"}, {"fourth"}}});
  const auto found = Found(table, kAsker, TwoPieces());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->chosen_variant, 9u);
  EXPECT_THAT(found->untracked_valid_regions, IsEmpty());
  EXPECT_THAT(found->chosen_instances, ElementsAre(ElementsAre("third"), ElementsAre("fourth")));
}

TEST(InstanceTable, APieceIsKnownToBeNewWhenEnoughOthersOfItsPartitionWereAskedForInVain) {
  Table table;
  EXPECT_FALSE(table.Look(kPlace, Piece(1), 9).is_new);
  MakePieces(table, 9);
  EXPECT_TRUE(table.Look(kPlace, Piece(1), 9).is_new);
  EXPECT_FALSE(table.Look(kPlace, Piece(100), 9).is_new);           // made already
  EXPECT_FALSE(table.Look(kPlace, Piece(1), 8).is_new);             // of another partition
  EXPECT_FALSE(table.Look(kPlace, Piece(1), std::nullopt).is_new);  // of none
  EXPECT_FALSE(table.Look({8, kTree}, Piece(1), 9).is_new);         // in another memory
}

TEST(InstanceTable, NothingIsKnownToBeNewOnceAnotherPartitionIsSeen) {
  Table table;
  MakePieces(table, 9);
  table.Saw(kPlace, Piece(1), 8, "of another partition", 1, Source::kMade);
  EXPECT_FALSE(table.Look(kPlace, Piece(2), 9).is_new);
}

TEST(InstanceTable, NothingIsKnownToBeNewOnceSomebodyElsesInstanceIsFound) {
  Table table;
  MakePieces(table, 9);
  table.Saw(kPlace, Piece(1), 9, "attached", 1, Source::kFound);
  EXPECT_FALSE(table.Look(kPlace, Piece(2), 9).is_new);
}

TEST(InstanceTable, FindingOnesOwnInstanceAgainChangesNothing) {
  Table table;
  MakePieces(table, 9);
  table.Saw(kPlace, Piece(100), 9, "made", 100, Source::kFound);
  EXPECT_TRUE(table.Look(kPlace, Piece(1), 9).is_new);
}

TEST(InstanceTable, NothingIsKnownToBeNewWhereOtherMappersMakeInstances) {
  Table table;
  MakePieces(table, 9);
  table.Share();
  EXPECT_FALSE(table.Look(kPlace, Piece(1), 9).is_new);
  EXPECT_THAT(table.Look(kPlace, Piece(100), 9).made, ElementsAre("made"));
}

TEST(InstanceTable, InstancesMadeForARegionAreToldUntilTheyAreGone) {
  Table table;
  table.Saw(kPlace, Piece(1), 9, "one", 11, Source::kMade);
  table.Saw(kPlace, Piece(1), 9, "two", 12, Source::kMade);
  table.Saw(kPlace, Piece(2), 9, "other", 13, Source::kMade);
  table.Saw(kPlace, Piece(1), 9, "found", 14, Source::kFound);
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9).made, ElementsAre("one", "two"));
  EXPECT_TRUE(table.Remove(11, "one"));
  EXPECT_FALSE(table.Remove(99, "made by nobody here"));
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9).made, ElementsAre("two"));
  EXPECT_THAT(table.Look(kPlace, Piece(2), 9).made, ElementsAre("other"));
}

TEST(InstanceTable, WhatIsOwnedIsGivenToItsOwnersAlone) {
  Table table;
  table.Saw(kPlace, Piece(1), 9, "own", 11, Source::kMade, /*owner=*/5);
  table.Saw(kPlace, Piece(1), 9, "for all", 12, Source::kMade);
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9).made, ElementsAre("for all"));
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9, 6).made, ElementsAre("for all"));
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9, 5).made, ElementsAre("own", "for all"));
  EXPECT_TRUE(table.IsOwned(11));
  EXPECT_FALSE(table.IsOwned(12));
  EXPECT_FALSE(table.IsOwned(13));
}

TEST(InstanceTable, OneThatIsGoneLeavesItsIdToTheNext) {
  Table table;
  table.Saw(kPlace, Piece(1), 9, "own", 11, Source::kMade, /*owner=*/5);
  table.Saw(kPlace, Piece(2), 9, "next", 11, Source::kMade);
  EXPECT_FALSE(table.IsOwned(11));
  EXPECT_FALSE(table.Remove(11, "own"));
  EXPECT_THAT(table.Look(kPlace, Piece(1), 9).made, IsEmpty());
  EXPECT_THAT(table.Look(kPlace, Piece(2), 9).made, ElementsAre("next"));
}

TEST(InstanceTable, APieceWhoseInstanceIsGoneIsNotNew) {
  Table table;
  MakePieces(table, 9);
  table.Remove(100, "made");
  EXPECT_FALSE(table.Look(kPlace, Piece(100), 9).is_new);
}

std::vector<uint64_t> AskedAbout(Table& table) {
  std::vector<uint64_t> ids;
  for (const auto& [id, instance] : table.ToAskAbout()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

TEST(InstanceTable, AFewInstancesAreAskedAboutWheneverOneIsMade) {
  Table table;
  EXPECT_THAT(AskedAbout(table), IsEmpty());
  table.Saw(kPlace, Piece(1), 9, "one", 11, Source::kMade);
  table.Saw({8, kTree}, Piece(1), 9, "elsewhere", 12, Source::kMade);
  EXPECT_THAT(AskedAbout(table), ElementsAre(11, 12));
  EXPECT_THAT(AskedAbout(table), IsEmpty());
  table.Saw(kPlace, Piece(2), 9, "two", 13, Source::kMade);
  table.Saw(kPlace, Piece(3), 9, "found", 14, Source::kFound);
  EXPECT_THAT(AskedAbout(table), ElementsAre(11, 13));
  table.Remove(11, "one");
  table.Saw(kPlace, Piece(1), 9, "one again", 15, Source::kMade);
  EXPECT_THAT(AskedAbout(table), ElementsAre(13, 15));
}

TEST(InstanceTable, ManyInstancesAreAskedAboutWhenAQuarterIsNewOrTheMemoryIsFull) {
  Table table;
  uint64_t id = 0;
  const auto make = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i, ++id)
      table.Saw(kPlace, Piece(id), 9, "made", id, Source::kMade);
  };
  make(4 * Table::kFew);
  EXPECT_EQ(AskedAbout(table).size(), id);
  make(10);
  EXPECT_THAT(AskedAbout(table), IsEmpty());
  table.TellFull(kPlace.first);
  EXPECT_EQ(AskedAbout(table).size(), id);
  make(2 * Table::kFew);
  EXPECT_EQ(AskedAbout(table).size(), id);
}

TEST(InstanceTable, APlaceWithoutAnyLiveInstanceIsForgotten) {
  Table table;
  MakePieces(table, 9);
  for (uint64_t id = 100; id < 100 + Table::kAsked; ++id) table.Remove(id, "made");
  EXPECT_FALSE(table.Look(kPlace, Piece(1), 9).is_new);  // others may have come meanwhile
  MakePieces(table, 8);
  EXPECT_TRUE(table.Look(kPlace, Piece(1), 8).is_new);
}

}  // namespace
}  // namespace groma::legion
