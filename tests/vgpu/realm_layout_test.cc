// What the virtual driver reads of Realm's parameter structures against Realm's own header.
#include <gtest/gtest.h>

#include <cstring>

#include "realm/cuda/cuda_memcpy.h"
#include "vgpu/device/realm_kernels.h"

namespace groma::vgpu {
namespace {

namespace realm = Realm::Cuda;

template <class T>
uintptr_t Address(std::vector<T>& data) {
  return reinterpret_cast<uintptr_t>(data.data());
}

template <class T>
RealmWork DecodeOne(const char* name, const T& parameters) {
  auto work = DecodeRealmLaunch(*ParseRealmKernel(name), &parameters);
  EXPECT_TRUE(work.ok()) << work.error().message;
  EXPECT_EQ(work->size(), 1u);
  return work->front();
}

TEST(RealmLayout, BatchedCopies) {
  std::vector<char> source(4096), target(4096);
  realm::AffineCopyInfo<3, size_t> info;
  std::memset(&info, 0xee, sizeof info);
  info.num_rects = 1;
  auto& rect = info.subrects[0];
  rect.src = {{10, 4}, Address(source)};
  rect.dst = {{12, 5}, Address(target)};
  rect.extents[0] = 7;
  rect.extents[1] = 3;
  rect.extents[2] = 2;
  rect.volume = 42;
  const auto copy = std::get<StridedCopy>(DecodeOne("memcpy_affine_batch3D_32", info));
  EXPECT_EQ(copy.width, 28);
  EXPECT_EQ(copy.height, 3);
  EXPECT_EQ(copy.depth, 2);
  EXPECT_EQ(copy.source_pitch, 40);
  EXPECT_EQ(copy.source_slice, 160);
  EXPECT_EQ(copy.target_pitch, 48);
  EXPECT_EQ(copy.target_slice, 240);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.source), Address(source));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.target), Address(target));
}

TEST(RealmLayout, BatchedCopiesUpToTheLastRectangle) {
  std::vector<char> source(64), target(64);
  realm::AffineCopyInfo<1, size_t> info;
  std::memset(&info, 0xee, sizeof info);
  info.num_rects = realm::AffineCopyInfo<1, size_t>::MAX_NUM_RECTS;
  for (auto& rect : info.subrects) {
    rect.src.addr = Address(source);
    rect.dst.addr = Address(target);
    rect.extents[0] = rect.volume = 5;
  }
  const auto work = DecodeRealmLaunch(*ParseRealmKernel("memcpy_affine_batch1D_8"), &info);
  ASSERT_TRUE(work.ok()) << work.error().message;
  EXPECT_EQ(work->size(), info.num_rects);
}

TEST(RealmLayout, BatchedFills) {
  std::vector<char> target(4096);
  realm::AffineFillInfo<2, size_t> info;
  std::memset(&info, 0xee, sizeof info);
  std::memset(info.fill_value, 3, sizeof info.fill_value);
  info.num_rects = 1;
  auto& rect = info.subrects[0];
  rect.strides[0] = 20;
  rect.volume = 24;
  rect.extents[0] = 8;
  rect.extents[1] = 3;
  rect.addr = Address(target);
  const auto fill = std::get<StridedFill>(DecodeOne("fill_affine_batch2D_64", info));
  EXPECT_EQ(fill.width, 64);
  EXPECT_EQ(fill.height, 3);
  EXPECT_EQ(fill.pitch, 160);
  EXPECT_EQ(fill.value[0], std::byte{3});
  EXPECT_EQ(fill.value_bytes, 8);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(fill.target), Address(target));
}

TEST(RealmLayout, LargeFills) {
  std::vector<char> target(4096);
  realm::AffineLargeFillInfo<2, size_t> info;
  info.extents[0] = 8;
  info.extents[1] = 3;
  info.strides[0] = 20;
  info.volume = 24;
  info.fill_elem_size = 16;
  info.addr = Address(target);
  const auto fill = std::get<StridedFill>(DecodeOne("fill_affine_large2D_64", info));
  EXPECT_EQ(fill.width, 64);
  EXPECT_EQ(fill.pitch, 160);
  EXPECT_EQ(fill.value_bytes, 16);
  EXPECT_TRUE(fill.value_in_place);
}

TEST(RealmLayout, Transposes) {
  std::vector<char> source(4096), target(4096);
  realm::MemcpyTransposeInfo<size_t> info;
  std::memset(&info, 0xee, sizeof info);
  info.extents[0] = 8;
  info.extents[1] = 3;
  info.extents[2] = 5;
  info.src_strides[0] = 40;
  info.src_strides[1] = 8;
  info.dst_strides[0] = 8;
  info.dst_strides[1] = 24;
  info.src = Address(source);
  info.dst = Address(target);
  const auto copy = std::get<StridedCopy>(DecodeOne("memcpy_transpose64", info));
  EXPECT_EQ(copy.width, 8);
  EXPECT_EQ(copy.height, 3);
  EXPECT_EQ(copy.depth, 5);
  EXPECT_EQ(copy.source_pitch, 40);
  EXPECT_EQ(copy.source_slice, 8);
  EXPECT_EQ(copy.target_pitch, 8);
  EXPECT_EQ(copy.target_slice, 24);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.source), Address(source));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.target), Address(target));
}

TEST(RealmLayout, IndirectCopies) {
  std::vector<char> source(4096), target(4096), index(4096);
  realm::MemcpyIndirectInfo<3, size_t> info;
  std::memset(&info, 0, sizeof info);
  info.volume = 9;
  info.field_size = 8;
  info.src_strides[0] = 1;
  info.src_strides[1] = 10;
  info.src_ind_addr = Address(index);
  info.src_addr = Address(source);
  info.dst_addr = Address(target);
  const auto copy = std::get<IndirectCopy>(DecodeOne("memcpy_indirect2D_6464", info));
  EXPECT_EQ(copy.count, 9);
  EXPECT_EQ(copy.element_bytes, 8);
  EXPECT_EQ(copy.source_strides[1], 10);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.source_index), Address(index));
  EXPECT_EQ(copy.target_index, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.source), Address(source));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(copy.target), Address(target));
}

}  // namespace
}  // namespace groma::vgpu
