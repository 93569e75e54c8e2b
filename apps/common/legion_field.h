// Fields of Legion's physical regions as `Field`s.
#pragma once
#include "apps/common/field.h"
#include "legion.h"

namespace groma::apps {

using Range = Legion::Rect<1>;

/// The field `id` of a region requirement's instance over `range` (dense, one-dimensional, inside
/// the instance); `mode` is the requirement's privilege. An empty range gives a field that must not
/// be used.
template <Legion::PrivilegeMode mode, typename T>
Field<T> FieldOf(const Legion::PhysicalRegion& region, Legion::FieldID id, const Range& range) {
  if (range.empty()) return {};
  using Accessor =
      Legion::FieldAccessor<mode, std::remove_const_t<T>, 1, Legion::coord_t,
                            Realm::AffineAccessor<std::remove_const_t<T>, 1, Legion::coord_t>>;
  const Accessor accessor(region, id);
  T* const first = accessor.ptr(range.lo);
  int64_t stride = sizeof(T);
  if (range.lo < range.hi) {
    const T* const second = accessor.ptr(Legion::Point<1>(range.lo[0] + 1));
    stride = reinterpret_cast<const char*>(second) - reinterpret_cast<const char*>(first);
  }
  return MakeField<T>(first, stride, range.lo[0]);
}

/// The grid that an accessor reads over a rectangle that is not empty.
template <typename T, typename Accessor>
Grid<T> GridFrom(const Accessor& accessor, const Legion::Rect<2>& rectangle) {
  T* const first = accessor.ptr(rectangle.lo);
  int64_t strides[2] = {sizeof(T), sizeof(T)};
  for (int d = 0; d < 2; ++d) {
    if (rectangle.lo[d] == rectangle.hi[d]) continue;
    Legion::Point<2> next = rectangle.lo;
    next[d] += 1;
    T* const second = accessor.ptr(next);
    strides[d] = reinterpret_cast<const char*>(second) - reinterpret_cast<const char*>(first);
  }
  return MakeGrid<T>(first, strides[0], strides[1], rectangle.lo[0], rectangle.lo[1]);
}

/// The same over a rectangle. Of an extent of 1 the stride is the element's size.
template <Legion::PrivilegeMode mode, typename T>
Grid<T> GridOf(const Legion::PhysicalRegion& region, Legion::FieldID id,
               const Legion::Rect<2>& rectangle) {
  if (rectangle.empty()) return {};
  using Accessor =
      Legion::FieldAccessor<mode, std::remove_const_t<T>, 2, Legion::coord_t,
                            Realm::AffineAccessor<std::remove_const_t<T>, 2, Legion::coord_t>>;
  return GridFrom<T>(Accessor(region, id), rectangle);
}

/// FieldOf for a reduction instance of the operator `Reduction`.
template <typename Reduction>
Field<typename Reduction::RHS> ReductionFieldOf(const Legion::PhysicalRegion& region,
                                                Legion::FieldID id, const Range& range) {
  using T = typename Reduction::RHS;
  if (range.empty()) return {};
  using Accessor = Legion::ReductionAccessor<Reduction, /*EXCLUSIVE=*/false, 1, Legion::coord_t,
                                             Realm::AffineAccessor<T, 1, Legion::coord_t>>;
  const Accessor accessor(region, id, Reduction::REDOP_ID);
  T* const first = accessor.ptr(range.lo);
  int64_t stride = sizeof(T);
  if (range.lo < range.hi) {
    const T* const second = accessor.ptr(Legion::Point<1>(range.lo[0] + 1));
    stride = reinterpret_cast<const char*>(second) - reinterpret_cast<const char*>(first);
  }
  return MakeField<T>(first, stride, range.lo[0]);
}

/// GridOf for a reduction instance of the operator `Reduction`.
template <typename Reduction>
Grid<typename Reduction::RHS> ReductionGridOf(const Legion::PhysicalRegion& region,
                                              Legion::FieldID id,
                                              const Legion::Rect<2>& rectangle) {
  using T = typename Reduction::RHS;
  if (rectangle.empty()) return {};
  using Accessor = Legion::ReductionAccessor<Reduction, /*EXCLUSIVE=*/false, 2, Legion::coord_t,
                                             Realm::AffineAccessor<T, 2, Legion::coord_t>>;
  return GridFrom<T>(Accessor(region, id, Reduction::REDOP_ID), rectangle);
}

}  // namespace groma::apps
