#include "apps/pennant/mesh.h"

#include <map>

#include "apps/pennant/structure.h"

namespace groma::pennant {
namespace {

using apps::NamedField;
using Legion::Context;
using Legion::FieldID;
using Legion::IndexSpace;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Runtime;

class FieldList {
 public:
  FieldList& Number(FieldID id, const char* name, size_t bytes = sizeof(double)) {
    fields_.push_back({id, bytes, name});
    return *this;
  }
  FieldList& Vector(FieldID id, const std::string& name) {
    fields_.push_back({id, sizeof(double), name + ".x"});
    fields_.push_back({id + 1, sizeof(double), name + ".y"});
    return *this;
  }
  FieldList& Pointer(FieldID id, const std::string& name) {
    fields_.push_back({id, sizeof(int64_t), name + ".__ptr"});
    return *this;
  }
  /// With the location of what it points to.
  FieldList& LocatedPointer(FieldID id, const std::string& name) {
    fields_.push_back({id, sizeof(int64_t), name + ".__ptr"});
    fields_.push_back({id + 1, sizeof(uint8_t), name + ".__index"});
    return *this;
  }
  const std::vector<NamedField>& list() const { return fields_; }

 private:
  std::vector<NamedField> fields_;
};

FieldList ZoneFields() {
  return FieldList()
      .Vector(kZxp, "zxp")
      .Vector(kZx, "zx")
      .Number(kZareap, "zareap")
      .Number(kZarea, "zarea")
      .Number(kZvol0, "zvol0")
      .Number(kZvolp, "zvolp")
      .Number(kZvol, "zvol")
      .Number(kZdl, "zdl")
      .Number(kZm, "zm")
      .Number(kZrp, "zrp")
      .Number(kZr, "zr")
      .Number(kZe, "ze")
      .Number(kZetot, "zetot")
      .Number(kZw, "zw")
      .Number(kZwrate, "zwrate")
      .Number(kZp, "zp")
      .Number(kZss, "zss")
      .Number(kZdu, "zdu")
      .Vector(kZuc, "zuc")
      .Number(kZ0tmp, "z0tmp")
      .Number(kZnump, "znump", sizeof(uint8_t));
}

FieldList PointFields() {
  return FieldList()
      .Vector(kPx0, "px0")
      .Vector(kPxp, "pxp")
      .Vector(kPx, "px")
      .Vector(kPu0, "pu0")
      .Vector(kPu, "pu")
      .Vector(kPf, "pf")
      .Number(kPmaswt, "pmaswt")
      .Number(kHasBcx, "has_bcx", sizeof(uint8_t))
      .Number(kHasBcy, "has_bcy", sizeof(uint8_t));
}

FieldList SideFields() {
  return FieldList()
      .Pointer(kMapsz, "mapsz")
      .LocatedPointer(kMapsp1, "mapsp1")
      .LocatedPointer(kMapsp2, "mapsp2")
      .Pointer(kMapss3, "mapss3")
      .Pointer(kMapss4, "mapss4")
      .Number(kSareap, "sareap")
      .Number(kSarea, "sarea")
      .Vector(kExp, "exp")
      .Vector(kEx, "ex")
      .Number(kElen, "elen")
      .Number(kCarea, "carea")
      .Number(kCevol, "cevol")
      .Number(kCdu, "cdu")
      .Number(kCdiv, "cdiv")
      .Number(kCcos, "ccos")
      .Vector(kCqe1, "cqe1")
      .Vector(kCqe2, "cqe2")
      .Number(kSmf, "smf")
      .Vector(kSfp, "sfp")
      .Vector(kSft, "sft")
      .Vector(kSfq, "sfq");
}

Legion::DomainT<1> DomainOf(const std::vector<Span>& spans) {
  if (spans.empty()) return Legion::DomainT<1>(Legion::Rect<1>(0, -1));
  if (spans.size() == 1) return Legion::DomainT<1>(RectOf(spans.front()));
  std::vector<Legion::Rect<1>> rectangles;
  for (const Span& span : spans) rectangles.push_back(RectOf(span));
  return Legion::DomainT<1>(rectangles);
}

/// Makes regions and partitions, each with its name on index space, region and partition.
class Builder {
 public:
  Builder(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {}

  LogicalRegion Region(const char* name, int64_t size, const FieldList& fields) {
    const IndexSpace space = runtime_->create_index_space(context_, Legion::Rect<1>(0, size - 1));
    return apps::MakeRegion(context_, runtime_, name, space, fields.list());
  }

  /// `spans_of(i)` becomes the part of color `i`.
  template <typename SpansOf>
  LogicalPartition Partition(const char* name, LogicalRegion region, IndexSpace colors,
                             Legion::PartitionKind kind, const SpansOf& spans_of) {
    std::map<Legion::Point<1>, Legion::DomainT<1>> domains;
    for (Legion::PointInRectIterator<1> i(
             runtime_->get_index_space_domain(context_, colors).bounds<1, Legion::coord_t>());
         i(); i++) {
      domains[*i] = DomainOf(spans_of((*i)[0]));
    }
    const Legion::IndexPartition partition = runtime_->create_partition_by_domain(
        context_, Legion::IndexSpaceT<1>(region.get_index_space()), domains,
        Legion::IndexSpaceT<1>(colors), /*perform_intersections=*/false, kind);
    return apps::NamePartition(context_, runtime_, name, region, partition);
  }

  LogicalRegion Part(const char* name, LogicalPartition partition, Legion::Color color) {
    const LogicalRegion region =
        runtime_->get_logical_subregion_by_color(context_, partition, color);
    runtime_->attach_name(region.get_index_space(), name);
    runtime_->attach_name(region, name);
    return region;
  }

 private:
  Context context_;
  Runtime* runtime_;
};

}  // namespace

Mesh BuildMesh(Context context, Runtime* runtime, const Options& options) {
  using Spans = std::vector<Span>;
  constexpr auto kDisjoint = LEGION_DISJOINT_COMPLETE_KIND;
  const Structure structure(options);
  Builder builder(context, runtime);
  Mesh m;
  m.pieces = runtime->create_index_space(context, Legion::Rect<1>(0, options.pieces - 1));
  const IndexSpace two = runtime->create_index_space(context, Legion::Rect<1>(0, 1));

  m.rz_all = builder.Region("rz_all", options.zones(), ZoneFields());
  m.rp_all = builder.Region("rp_all", options.points(), PointFields());
  m.rs_all = builder.Region("rs_all", kCorners * options.zones(), SideFields());
  m.rz_all_p = builder.Partition("rz_all_p", m.rz_all, m.pieces, kDisjoint,
                                 [&](int64_t i) { return Spans{structure.Zones(i)}; });
  m.rs_all_p = builder.Partition("rs_all_p", m.rs_all, m.pieces, kDisjoint,
                                 [&](int64_t i) { return Spans{structure.Sides(i)}; });
  m.rp_all_p = builder.Partition("rp_all_p", m.rp_all, two, kDisjoint, [&](int64_t i) {
    return Spans{i == kPrivatePoints ? structure.AllPrivate() : structure.AllGhost()};
  });
  m.rp_all_private = builder.Part("rp_all_private", m.rp_all_p, kPrivatePoints);
  m.rp_all_ghost = builder.Part("rp_all_ghost", m.rp_all_p, kGhostPoints);
  m.rp_all_private_p = builder.Partition("rp_all_private_p", m.rp_all_private, m.pieces, kDisjoint,
                                         [&](int64_t i) { return Spans{structure.Private(i)}; });
  m.rp_all_ghost_p =
      builder.Partition("rp_all_ghost_p", m.rp_all_ghost, m.pieces, LEGION_ALIASED_COMPLETE_KIND,
                        [&](int64_t i) { return structure.Ghost(i); });
  m.rp_all_shared_p = builder.Partition("rp_all_shared_p", m.rp_all_ghost, m.pieces, kDisjoint,
                                        [&](int64_t i) { return Spans{structure.Shared(i)}; });
  return m;
}

Fields AllZoneFields() { return apps::Ids(ZoneFields().list()); }
Fields AllPointFields() { return apps::Ids(PointFields().list()); }
Fields AllSideFields() { return apps::Ids(SideFields().list()); }

Fields FieldsOf(std::initializer_list<FieldID> vectors, std::initializer_list<FieldID> numbers) {
  Fields fields;
  for (const FieldID vector : vectors) fields.insert(fields.end(), {vector, vector + 1});
  fields.insert(fields.end(), numbers);
  return fields;
}

Fields WithPointers(Pointers pointers, const Fields& more) {
  Fields fields = {kMapsz, kMapsp1, kMapsp1In};
  if (pointers == Pointers::kBoth) fields.insert(fields.end(), {kMapsp2, kMapsp2In});
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace groma::pennant
