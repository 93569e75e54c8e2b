#include "apps/common/work.h"

#include <gtest/gtest.h>

namespace groma::apps {
namespace {

TEST(Work, FieldsOfASeparateArrayEachAreStatedAlone) {
  float a[8] = {};
  float b[8] = {};
  Work work;
  work.AddStreamed({{a, 4, 4}, {b, 4, 4}}, 8, 2);
  const groma_vgpu_work statement = work.Statement();
  ASSERT_EQ(statement.argument_count, 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(statement.arguments[i].element_bytes, 4);
    EXPECT_EQ(statement.arguments[i].streamed, 16);  // 8 elements, read and written
    EXPECT_EQ(statement.arguments[i].stride_bytes, 4);
    EXPECT_EQ(statement.arguments[i].fields_together, 1);
  }
}

TEST(Work, InterleavedFieldsAreStatedTogetherInTheirCommonUnit) {
  struct Element {
    int64_t pointer;
    float value;
    uint8_t index;
  } elements[4] = {};
  const int64_t stride = sizeof(Element);
  Work work;
  work.AddStreamed({{&elements[0].value, stride, 4},
                    {&elements[0].pointer, stride, 8},
                    {&elements[0].index, stride, 1}},
                   4, 1);
  const groma_vgpu_work statement = work.Statement();
  ASSERT_EQ(statement.argument_count, 1);
  EXPECT_EQ(statement.arguments[0].address, &elements[0].pointer);
  EXPECT_EQ(statement.arguments[0].element_bytes, 1);
  EXPECT_EQ(statement.arguments[0].fields_together, 13);  // 8 + 4 + 1 bytes
  EXPECT_EQ(statement.arguments[0].streamed, 52);
  EXPECT_EQ(statement.arguments[0].stride_bytes, stride);
}

TEST(Work, ScatteredAccessesAndAtomicsAreCounted) {
  float a[8] = {};
  Work work;
  work.AddSingleFlops(10);
  work.AddSingleFlops(5);
  work.AddScattered({a, 4, 4}, 3);
  work.AddAtomics({a, 4, 4}, 7);
  work.AddAtomics({a, 4, 4}, 0);
  const groma_vgpu_work statement = work.Statement();
  EXPECT_EQ(statement.single_flops, 15);
  ASSERT_EQ(statement.argument_count, 2);
  EXPECT_EQ(statement.arguments[0].scattered, 3);
  EXPECT_EQ(statement.arguments[1].atomics, 7);
}

}  // namespace
}  // namespace groma::apps
