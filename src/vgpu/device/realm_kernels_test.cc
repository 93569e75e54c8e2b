#include "vgpu/device/realm_kernels.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace groma::vgpu {
namespace {

using ::testing::HasSubstr;

// ---- Realm's parameter structures, as its header cuda_memcpy.h lays them out
// ----------------------

template <size_t N>
struct SubRect {
  uint64_t strides_and_address[N];  // N−1 strides, then the address
};

template <size_t N>
struct CopyPair {
  SubRect<N> source, target;
  uint64_t extents[N];
  uint64_t volume;
};

template <size_t N>
struct CopyInfo {
  static constexpr size_t kMax = (4096 - 2) / sizeof(CopyPair<N>);
  CopyPair<N> rects[kMax];
  uint16_t count;
};

template <size_t N>
struct FillRect {
  uint64_t strides_and_volume[N];  // N−1 strides, then the volume
  uint64_t extents[N];
  uint64_t address;
};

template <size_t N>
struct FillInfo {
  static constexpr size_t kMax = (4096 - 20) / sizeof(FillRect<N>);
  alignas(16) unsigned char value[16];
  uint16_t count;
  FillRect<N> rects[kMax];
};

struct TransposeInfo {
  uint64_t extents[3];
  uint64_t source_strides[2];
  uint64_t target_strides[2];
  uint64_t tile_size;
  uint64_t target;
  uint64_t source;
};

struct IndirectInfo {
  uint64_t volume;
  uint64_t field_size;
  uint64_t source_strides[3];
  uint64_t target_strides[3];
  uint64_t source_index;
  uint64_t target_index;
  uint64_t source;
  uint64_t target;
};

// ---- A device of plain memory, and kernels done element by element as the CUDA source does
// --------

class Memory {
 public:
  explicit Memory(size_t bytes, uint8_t seed) : bytes_(bytes + 16) {
    for (size_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] = static_cast<uint8_t>(i * 37 + i / 251 + seed);
    }
  }
  // Aligned to 16, as instances are.
  uint64_t address() { return (reinterpret_cast<uint64_t>(bytes_.data()) + 15) & ~uint64_t{15}; }
  uint8_t* data() { return reinterpret_cast<uint8_t*>(address()); }
  std::vector<uint8_t> Snapshot() { return {data(), data() + bytes_.size() - 16}; }

 private:
  std::vector<uint8_t> bytes_;
};

// The element that a linear index names: coordinates from the extents, then v0 + s0 (v1 + s1 v2).
uint64_t Element(uint64_t index, int dimensions, const uint64_t* extents, const uint64_t* strides) {
  uint64_t element = 0;
  uint64_t scale = 1;
  for (int d = 0; d < dimensions; ++d) {
    const bool last = d + 1 == dimensions;
    const uint64_t coordinate = last ? index : index % extents[d];
    if (!last) index /= extents[d];
    element += scale * coordinate;
    if (!last) scale *= strides[d];
  }
  return element;
}

void Run(const RealmKernel& kernel, const void* parameters) {
  auto work = DecodeRealmLaunch(kernel, parameters);
  ASSERT_TRUE(work.ok()) << work.error().message;
  for (const RealmWork& one : *work) std::visit([](const auto& each) { Perform(each); }, one);
}

std::string SizeName(int element_bytes) { return std::to_string(element_bytes * 8); }

const std::vector<int> kElementBytes = {1, 2, 4, 8, 16};

// Extents of a small box and strides that leave gaps of any size.
struct Box {
  uint64_t extents[3] = {1, 1, 1};
  uint64_t strides[2] = {1, 1};
  uint64_t volume = 1;
  uint64_t Span(int dimensions) const {  // elements from the first to one past the last
    return Element(volume - 1, dimensions, extents, strides) + 1;
  }
};

Box RandomBox(int dimensions, const uint64_t* extents) {
  Box box;
  for (int d = 0; d < dimensions; ++d) {
    box.extents[d] = extents[d];
    box.volume *= extents[d];
  }
  box.strides[0] = box.extents[0] + *rc::gen::inRange<uint64_t>(0, 4);
  box.strides[1] = box.extents[1] + *rc::gen::inRange<uint64_t>(0, 3);
  return box;
}

template <size_t N>
void CheckCopies(int element_bytes) {
  const auto element = static_cast<uint64_t>(element_bytes);
  CopyInfo<N> info = {};
  const int count = *rc::gen::inRange(0, 5);
  std::vector<Box> sources, targets;
  uint64_t source_bytes = 0, target_bytes = 0;
  for (int i = 0; i < count; ++i) {
    uint64_t extents[3] = {1, 1, 1};
    for (size_t d = 0; d < N; ++d) extents[d] = *rc::gen::inRange<uint64_t>(1, 7);
    sources.push_back(RandomBox(N, extents));
    targets.push_back(RandomBox(N, extents));
    source_bytes += sources.back().Span(N) * element;
    target_bytes += targets.back().Span(N) * element;
  }
  Memory source(source_bytes, 1), target(target_bytes, 2), expected(target_bytes, 2);
  uint64_t source_offset = 0, target_offset = 0;
  info.count = static_cast<uint16_t>(count);
  for (int i = 0; i < count; ++i) {
    CopyPair<N>& pair = info.rects[i];
    const Box& from = sources[static_cast<size_t>(i)];
    const Box& to = targets[static_cast<size_t>(i)];
    for (size_t d = 0; d + 1 < N; ++d) {
      pair.source.strides_and_address[d] = from.strides[d];
      pair.target.strides_and_address[d] = to.strides[d];
    }
    pair.source.strides_and_address[N - 1] = source.address() + source_offset;
    pair.target.strides_and_address[N - 1] = target.address() + target_offset;
    std::copy_n(from.extents, N, pair.extents);
    pair.volume = from.volume;
    for (uint64_t at = 0; at < from.volume; ++at) {
      std::memcpy(
          expected.data() + target_offset + Element(at, N, to.extents, to.strides) * element,
          source.data() + source_offset + Element(at, N, from.extents, from.strides) * element,
          element);
    }
    source_offset += from.Span(N) * element;
    target_offset += to.Span(N) * element;
  }
  const auto kernel =
      ParseRealmKernel(fmt::format("memcpy_affine_batch{}D_{}", N, SizeName(element_bytes)));
  RC_ASSERT(kernel.has_value());
  Run(*kernel, &info);
  RC_ASSERT(target.Snapshot() == expected.Snapshot());
}

RC_GTEST_PROP(RealmKernels, BatchedCopiesMoveTheElementsThatRealmsKernelsMove, ()) {
  const int element = *rc::gen::elementOf(kElementBytes);
  switch (*rc::gen::inRange(1, 4)) {
    case 1:
      return CheckCopies<1>(element);
    case 2:
      return CheckCopies<2>(element);
    default:
      return CheckCopies<3>(element);
  }
}

template <size_t N>
void CheckFills(int element_bytes) {
  const auto element = static_cast<uint64_t>(element_bytes);
  FillInfo<N> info = {};
  for (unsigned char& byte : info.value) byte = *rc::gen::arbitrary<unsigned char>();
  const int count = *rc::gen::inRange(0, 5);
  std::vector<Box> boxes;
  uint64_t bytes = 0;
  for (int i = 0; i < count; ++i) {
    uint64_t extents[3] = {1, 1, 1};
    for (size_t d = 0; d < N; ++d) extents[d] = *rc::gen::inRange<uint64_t>(1, 7);
    boxes.push_back(RandomBox(N, extents));
    bytes += boxes.back().Span(N) * element;
  }
  Memory target(bytes, 5), expected(bytes, 5);
  uint64_t offset = 0;
  info.count = static_cast<uint16_t>(count);
  for (int i = 0; i < count; ++i) {
    FillRect<N>& rect = info.rects[i];
    const Box& box = boxes[static_cast<size_t>(i)];
    for (size_t d = 0; d + 1 < N; ++d) rect.strides_and_volume[d] = box.strides[d];
    rect.strides_and_volume[N - 1] = box.volume;
    std::copy_n(box.extents, N, rect.extents);
    rect.address = target.address() + offset;
    for (uint64_t at = 0; at < box.volume; ++at) {
      std::memcpy(expected.data() + offset + Element(at, N, box.extents, box.strides) * element,
                  info.value, element);
    }
    offset += box.Span(N) * element;
  }
  const auto kernel =
      ParseRealmKernel(fmt::format("fill_affine_batch{}D_{}", N, SizeName(element_bytes)));
  RC_ASSERT(kernel.has_value());
  Run(*kernel, &info);
  RC_ASSERT(target.Snapshot() == expected.Snapshot());
}

RC_GTEST_PROP(RealmKernels, BatchedFillsWriteTheElementsThatRealmsKernelsWrite, ()) {
  const int element = *rc::gen::elementOf(kElementBytes);
  switch (*rc::gen::inRange(1, 4)) {
    case 1:
      return CheckFills<1>(element);
    case 2:
      return CheckFills<2>(element);
    default:
      return CheckFills<3>(element);
  }
}

RC_GTEST_PROP(RealmKernels, LargeFillsRepeatTheFirstElement, ()) {
  const int dimensions = *rc::gen::inRange(1, 4);
  const auto element = static_cast<uint64_t>(*rc::gen::elementOf(kElementBytes));
  const auto repeat = *rc::gen::inRange<uint64_t>(1, 4);  // kernel elements in the value
  uint64_t extents[3] = {1, 1, 1};
  for (int d = 0; d < dimensions; ++d) extents[d] = *rc::gen::inRange<uint64_t>(1, 5);
  extents[0] *= repeat;
  const Box box = RandomBox(dimensions, extents);
  Memory target(box.Span(dimensions) * element, 3), expected(box.Span(dimensions) * element, 3);
  std::vector<uint64_t> info(box.extents, box.extents + dimensions);
  info.insert(info.end(), box.strides, box.strides + dimensions - 1);
  info.insert(info.end(), {box.volume, repeat * element, target.address()});
  for (uint64_t at = 0; at < box.volume; ++at) {
    const uint64_t within = at % box.extents[0] % repeat;
    std::memmove(expected.data() + Element(at, dimensions, box.extents, box.strides) * element,
                 target.data() + within * element, element);
  }
  const auto kernel = ParseRealmKernel(
      fmt::format("fill_affine_large{}D_{}", dimensions, SizeName(static_cast<int>(element))));
  RC_ASSERT(kernel.has_value());
  Run(*kernel, info.data());
  RC_ASSERT(target.Snapshot() == expected.Snapshot());
}

RC_GTEST_PROP(RealmKernels, TransposesMoveFieldsBetweenAnyTwoOrders, ()) {
  const auto element = static_cast<uint64_t>(*rc::gen::elementOf(kElementBytes));
  const uint64_t field = element * *rc::gen::inRange<uint64_t>(1, 4);
  const auto lines = *rc::gen::inRange<uint64_t>(1, 9);
  const auto planes = *rc::gen::inRange<uint64_t>(1, 9);
  const uint64_t gap = field * *rc::gen::inRange<uint64_t>(0, 3);
  TransposeInfo info = {{field, lines, planes},
                        {field + gap, (field + gap) * lines},
                        {field * planes, field},
                        0,
                        0,
                        0};
  Memory source((field + gap) * lines * planes, 7), target(field * lines * planes, 8),
      expected(field * lines * planes, 8);
  info.source = source.address();
  info.target = target.address();
  for (uint64_t y = 0; y < lines; ++y) {
    for (uint64_t x = 0; x < planes; ++x) {
      std::memcpy(expected.data() + y * info.target_strides[0] + x * info.target_strides[1],
                  source.data() + y * info.source_strides[0] + x * info.source_strides[1], field);
    }
  }
  const auto kernel = ParseRealmKernel("memcpy_transpose" + SizeName(static_cast<int>(element)));
  RC_ASSERT(kernel.has_value());
  Run(*kernel, &info);
  RC_ASSERT(target.Snapshot() == expected.Snapshot());
}

template <class Coordinate>
void CheckIndirect(bool gather) {
  const int dimensions = *rc::gen::inRange(1, 4);
  const auto element = static_cast<uint64_t>(*rc::gen::elementOf(kElementBytes));
  const uint64_t field = element * *rc::gen::inRange<uint64_t>(1, 3);
  uint64_t extents[3] = {1, 1, 1};
  for (int d = 0; d < dimensions; ++d) extents[d] = *rc::gen::inRange<uint64_t>(1, 6);
  const uint64_t strides[3] = {1, extents[0], extents[0] * extents[1]};
  const uint64_t volume = extents[0] * extents[1] * extents[2];
  // Each point once, in any order: scatters then have one right result.
  std::vector<uint64_t> order(volume);
  std::iota(order.begin(), order.end(), 0);
  for (uint64_t i = volume; i > 1; --i) {
    std::swap(order[i - 1], order[*rc::gen::inRange<uint64_t>(0, i)]);
  }
  std::vector<Coordinate> points;
  for (const uint64_t at : order) {
    uint64_t rest = at;
    for (int d = 0; d < dimensions; ++d) {
      points.push_back(static_cast<Coordinate>(rest % extents[d]));
      rest /= extents[d];
    }
  }
  Memory source(volume * field, 11), target(volume * field, 12), expected(volume * field, 12);
  IndirectInfo info = {};
  info.volume = volume;
  info.field_size = field;
  std::copy_n(strides, 3, gather ? info.source_strides : info.target_strides);
  (gather ? info.source_index : info.target_index) = reinterpret_cast<uint64_t>(points.data());
  info.source = source.address();
  info.target = target.address();
  for (uint64_t i = 0; i < volume; ++i) {
    const uint64_t from = gather ? order[i] : i;
    const uint64_t to = gather ? i : order[i];
    std::memcpy(expected.data() + to * field, source.data() + from * field, field);
  }
  const auto kernel =
      ParseRealmKernel(fmt::format("memcpy_indirect{}D_{}{}", dimensions,
                                   SizeName(static_cast<int>(element)), sizeof(Coordinate) * 8));
  RC_ASSERT(kernel.has_value());
  Run(*kernel, &info);
  RC_ASSERT(target.Snapshot() == expected.Snapshot());
}

RC_GTEST_PROP(RealmKernels, IndirectCopiesGatherAndScatter, (bool gather, bool wide)) {
  return wide ? CheckIndirect<int64_t>(gather) : CheckIndirect<int32_t>(gather);
}

TEST(RealmKernels, AllNamesThatRealmAsksForAreKnown) {
  int known = 0;
  for (const int bytes : kElementBytes) {
    known += ParseRealmKernel("memcpy_transpose" + SizeName(bytes)) ? 1 : 0;
    for (const int dimensions : {1, 2, 3}) {
      for (const char* family : {"memcpy_affine_batch", "fill_affine_batch", "fill_affine_large"}) {
        const auto kernel =
            ParseRealmKernel(fmt::format("{}{}D_{}", family, dimensions, SizeName(bytes)));
        ASSERT_TRUE(kernel);
        EXPECT_EQ(kernel->dimensions, dimensions);
        EXPECT_EQ(kernel->element_bytes, bytes);
        ++known;
      }
      for (const int index : {32, 64}) {
        const auto kernel = ParseRealmKernel(
            fmt::format("memcpy_indirect{}D_{}{}", dimensions, SizeName(bytes), index));
        ASSERT_TRUE(kernel);
        EXPECT_EQ(kernel->element_bytes, bytes);
        EXPECT_EQ(kernel->index_bytes, index / 8);
        ++known;
      }
    }
  }
  EXPECT_EQ(known, 5 + 45 + 30);
}

TEST(RealmKernels, OtherNamesAreNotTakenForRealms) {
  for (const char* name : {"", "saxpy", "memcpy_affine_batch4D_8", "memcpy_affine_batch1D_",
                           "memcpy_affine_batch1D_24", "memcpy_transpose", "memcpy_transpose64x",
                           "memcpy_indirect2D_64", "fill_affine_small1D_8"}) {
    EXPECT_FALSE(ParseRealmKernel(name)) << name;
  }
}

TEST(RealmKernels, ParametersOfAnotherLayoutAreRefused) {
  const RealmKernel kernel = *ParseRealmKernel("memcpy_affine_batch3D_64");
  CopyInfo<3> info = {};
  info.count = 60;  // more than the structure holds
  auto work = DecodeRealmLaunch(kernel, &info);
  ASSERT_FALSE(work.ok());
  EXPECT_THAT(work.error().message, HasSubstr("a batch of 60 rectangles cannot be"));

  info.count = 1;
  info.rects[0] = {{{4, 4, 4096}}, {{4, 4, 8192}}, {3, 3, 3}, 28};  // 27 is not 28
  work = DecodeRealmLaunch(kernel, &info);
  ASSERT_FALSE(work.ok());
  EXPECT_THAT(work.error().message, HasSubstr("a volume of 28 over rows of 9"));
}

}  // namespace
}  // namespace groma::vgpu
