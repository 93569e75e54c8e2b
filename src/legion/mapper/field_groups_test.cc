#include "legion/mapper/field_groups.h"

#include "gtest/gtest.h"

namespace groma::legion {
namespace {

using Fields = std::vector<FieldGroups::Field>;
const FieldGroups::Key kHere{1, 2, 3};
const FieldGroups::Key kThere{1, 2, 4};

TEST(FieldGroups, FieldsUsedTogetherStayTogether) {
  FieldGroups groups;
  EXPECT_EQ(groups.Join(kHere, {1, 2}), (Fields{1, 2}));
  EXPECT_EQ(groups.Join(kHere, {2}), (Fields{1, 2}));
}

TEST(FieldGroups, FieldsThatNobodyAskedForAreLeftOut) {
  FieldGroups groups;
  groups.Join(kHere, {1, 2});
  EXPECT_EQ(groups.Join(kHere, {3}), (Fields{3}));
}

TEST(FieldGroups, AUseOfTwoGroupsJoinsThem) {
  FieldGroups groups;
  groups.Join(kHere, {1, 2});
  groups.Join(kHere, {3, 4});
  EXPECT_EQ(groups.Join(kHere, {2, 3}), (Fields{1, 2, 3, 4}));
  EXPECT_EQ(groups.Join(kHere, {4}), (Fields{1, 2, 3, 4}));
}

TEST(FieldGroups, PartitionsAreKeptApart) {
  FieldGroups groups;
  groups.Join(kHere, {1, 2});
  EXPECT_EQ(groups.Join(kThere, {2}), (Fields{2}));
}

}  // namespace
}  // namespace groma::legion
