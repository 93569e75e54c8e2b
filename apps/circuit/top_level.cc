// The top-level task: regions, partitions, and the loop. May be control-replicated: everything here
// is a function of the options.
#include <map>
#include <string>

#include "apps/circuit/tasks.h"
#include "apps/common/launch.h"

namespace groma::circuit {
namespace {

using Legion::Context;
using Legion::FieldID;
using Legion::IndexPartition;
using Legion::IndexSpace;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Runtime;
using Legion::Task;

struct Circuit {
  Options options;
  IndexSpace superpieces;
  LogicalRegion all_nodes, all_private, all_shared, all_wires, all_times, ghost_ranges;
  LogicalPartition rp_all_nodes, rp_private, rp_shared, rp_ghost, rp_wires, rp_times,
      rp_ghost_ranges;
};

using apps::Ids;
using apps::NamedField;
using apps::Once;

std::vector<NamedField> NodeFields() {
  return {{kNodeCap, sizeof(float), "node_cap"},
          {kLeakage, sizeof(float), "leakage"},
          {kCharge, sizeof(float), "charge"},
          {kNodeVoltage, sizeof(float), "node_voltage"}};
}

std::vector<NamedField> WireFields() {
  std::vector<NamedField> fields = {
      {kInPtr, sizeof(int64_t), "in_ptr.__ptr"},   {kInIndex, sizeof(uint8_t), "in_ptr.__index"},
      {kOutPtr, sizeof(int64_t), "out_ptr.__ptr"}, {kOutIndex, sizeof(uint8_t), "out_ptr.__index"},
      {kInductance, sizeof(float), "inductance"},  {kResistance, sizeof(float), "resistance"},
      {kWireCap, sizeof(float), "wire_cap"}};
  for (unsigned i = 0; i < 10; ++i) {
    fields.push_back({kCurrent + i, sizeof(float), "current._" + std::to_string(i)});
  }
  for (unsigned i = 0; i < 9; ++i) {
    fields.push_back({kVoltage + i, sizeof(float), "voltage._" + std::to_string(i)});
  }
  return fields;
}

std::vector<NamedField> TimeFields() {
  return {{kStart, sizeof(int64_t), "start"}, {kStop, sizeof(int64_t), "stop"}};
}

std::vector<NamedField> RangeFields() { return {{kRect, sizeof(Legion::Rect<1>), "rect"}}; }

std::vector<FieldID> EndFields() { return {kInPtr, kInIndex, kOutPtr, kOutIndex}; }

std::vector<FieldID> StateFields() {
  std::vector<FieldID> ids;
  for (unsigned i = 0; i < 19; ++i) ids.push_back(kCurrent + i);
  return ids;
}

/// Makes regions and partitions, each with its name on index space, region and partition.
class Builder {
 public:
  Builder(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {}

  LogicalRegion Region(const char* name, int64_t size, const std::vector<NamedField>& fields) {
    const IndexSpace space = runtime_->create_index_space(context_, Legion::Rect<1>(0, size - 1));
    return apps::MakeRegion(context_, runtime_, name, space, fields);
  }

  /// `spans[i]` becomes the part of color `i`.
  LogicalPartition Partition(const char* name, LogicalRegion region, IndexSpace colors,
                             const std::vector<Span>& spans) {
    std::map<Legion::Point<1>, Legion::DomainT<1>> domains;
    for (size_t i = 0; i < spans.size(); ++i) {
      domains[Legion::Point<1>(static_cast<int64_t>(i))] = RectOf(spans[i]);
    }
    const IndexPartition partition = runtime_->create_partition_by_domain(
        context_, Legion::IndexSpaceT<1>(region.get_index_space()), domains,
        Legion::IndexSpaceT<1>(colors), /*perform_intersections=*/false,
        LEGION_DISJOINT_COMPLETE_KIND);
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

template <typename SpanOf>
std::vector<Span> Spans(const Options& options, const SpanOf& span_of) {
  std::vector<Span> spans;
  for (int64_t i = 0; i < options.superpieces(); ++i) spans.push_back(span_of(i));
  return spans;
}

Circuit BuildRegions(Context context, Runtime* runtime, const Options& options) {
  const Structure structure(options);
  Builder builder(context, runtime);
  Circuit c{.options = options};
  const int64_t superpieces = options.superpieces();
  c.superpieces = runtime->create_index_space(context, Legion::Rect<1>(0, superpieces - 1));
  const IndexSpace two = runtime->create_index_space(context, Legion::Rect<1>(0, 1));

  c.all_times = builder.Region("all_times", superpieces, TimeFields());
  c.all_nodes = builder.Region("all_nodes", options.nodes(), NodeFields());
  c.all_wires = builder.Region("all_wires", options.wires(), WireFields());
  c.ghost_ranges = builder.Region("ghost_ranges", superpieces, RangeFields());

  c.rp_all_nodes = builder.Partition("rp_all_nodes", c.all_nodes, two,
                                     {structure.AllPrivate(), structure.AllShared()});
  c.all_private = builder.Part("all_private", c.rp_all_nodes, 0);
  c.all_shared = builder.Part("all_shared", c.rp_all_nodes, 1);
  c.rp_private = builder.Partition("rp_private", c.all_private, c.superpieces,
                                   Spans(options, [&](int64_t i) { return structure.Private(i); }));
  c.rp_shared = builder.Partition("rp_shared", c.all_shared, c.superpieces,
                                  Spans(options, [&](int64_t i) { return structure.Shared(i); }));
  c.rp_wires = builder.Partition("rp_wires", c.all_wires, c.superpieces,
                                 Spans(options, [&](int64_t i) { return structure.Wires(i); }));
  const std::vector<Span> slots = Spans(options, [](int64_t i) { return Span{i, i}; });
  c.rp_times = builder.Partition("rp_times", c.all_times, c.superpieces, slots);
  c.rp_ghost_ranges = builder.Partition("rp_ghost_ranges", c.ghost_ranges, c.superpieces, slots);
  return c;
}

template <typename Arguments>
apps::Launch<Legion::IndexTaskLauncher> OverSuperpieces(const Circuit& c, TaskId id,
                                                        const Arguments& arguments) {
  return apps::Over(c.superpieces, id, arguments);
}

/// Fills, initial values and the ghost partition. In modelled runs the wires, most of the data, are
/// not filled: nobody reads them, and the runtime would fill and touch real memory. init_wires asks
/// for no warning about that.
void Initialize(Context context, Runtime* runtime, Circuit& c, bool modelled) {
  apps::FillWithZeros(context, runtime, c.all_nodes, NodeFields());
  apps::FillWithZeros(context, runtime, c.all_times, TimeFields());
  apps::FillWithZeros(context, runtime, c.ghost_ranges, RangeFields());
  if (!modelled) apps::FillWithZeros(context, runtime, c.all_wires, WireFields());
  auto piece = OverSuperpieces(c, kInitPiece, c.options);
  piece.Uses(c.rp_ghost_ranges, LEGION_READ_WRITE, c.ghost_ranges, {kRect})
      .Uses(c.rp_private, LEGION_READ_WRITE, c.all_nodes, Ids(NodeFields()))
      .Uses(c.rp_shared, LEGION_READ_WRITE, c.all_nodes, Ids(NodeFields()))
      .UsesWhole(c.all_shared, LEGION_NO_ACCESS, c.all_nodes, {})
      .Uses(c.rp_wires, LEGION_READ_WRITE, c.all_wires, Ids(WireFields()));
  runtime->execute_index_space(context, piece.launcher());

  auto ghosts = Once(kCreateGhostPartition, c.options);
  ghosts.Uses(c.all_shared, LEGION_NO_ACCESS, c.all_nodes, {})
      .Uses(c.ghost_ranges, LEGION_READ_ONLY, c.ghost_ranges, {kRect});
  const auto partition =
      runtime->execute_task(context, ghosts.launcher()).get_result<IndexPartition>();
  c.rp_ghost = apps::NamePartition(context, runtime, "rp_ghost", c.all_shared, partition);

  auto pointers = OverSuperpieces(c, kInitPointers, c.options);
  pointers.Uses(c.rp_private, LEGION_NO_ACCESS, c.all_nodes, {})
      .Uses(c.rp_shared, LEGION_NO_ACCESS, c.all_nodes, {})
      .Uses(c.rp_ghost, LEGION_NO_ACCESS, c.all_nodes, {})
      .Uses(c.rp_wires, LEGION_READ_WRITE, c.all_wires, EndFields());
  runtime->execute_index_space(context, pointers.launcher());
}

void RunLoop(Context context, Runtime* runtime, const Circuit& c, bool first_timed,
             bool last_timed) {
  std::vector<FieldID> constants = EndFields();
  constants.insert(constants.end(), {kInductance, kResistance, kWireCap});
  const std::vector<FieldID> times = {kStart, kStop};
  const StepArguments currents_arguments{c.options, first_timed};
  auto currents = OverSuperpieces(c, kCalculateNewCurrents, currents_arguments);
  currents.Uses(c.rp_private, LEGION_READ_ONLY, c.all_nodes, {kNodeVoltage})
      .Uses(c.rp_shared, LEGION_READ_ONLY, c.all_nodes, {kNodeVoltage})
      .Uses(c.rp_ghost, LEGION_READ_ONLY, c.all_nodes, {kNodeVoltage})
      .Uses(c.rp_wires, LEGION_READ_ONLY, c.all_wires, constants)
      .Uses(c.rp_wires, LEGION_READ_WRITE, c.all_wires, StateFields())
      .Uses(c.rp_times, LEGION_READ_WRITE, c.all_times, times);
  runtime->execute_index_space(context, currents.launcher());

  std::vector<FieldID> outer = EndFields();
  outer.insert(outer.end(), {kCurrent, kCurrent + 9});
  auto charge = OverSuperpieces(c, kDistributeCharge, c.options);
  charge.Uses(c.rp_private, LEGION_READ_WRITE, c.all_nodes, {kCharge})
      .Reduces(c.rp_shared, LEGION_REDOP_SUM_FLOAT32, c.all_nodes, {kCharge})
      .Reduces(c.rp_ghost, LEGION_REDOP_SUM_FLOAT32, c.all_nodes, {kCharge})
      .Uses(c.rp_wires, LEGION_READ_ONLY, c.all_wires, outer);
  runtime->execute_index_space(context, charge.launcher());

  const StepArguments voltages_arguments{c.options, last_timed};
  auto voltages = OverSuperpieces(c, kUpdateVoltages, voltages_arguments);
  voltages.Uses(c.rp_private, LEGION_READ_ONLY, c.all_nodes, {kNodeCap, kLeakage})
      .Uses(c.rp_private, LEGION_READ_WRITE, c.all_nodes, {kCharge, kNodeVoltage})
      .Uses(c.rp_shared, LEGION_READ_ONLY, c.all_nodes, {kNodeCap, kLeakage})
      .Uses(c.rp_shared, LEGION_READ_WRITE, c.all_nodes, {kCharge, kNodeVoltage})
      .Uses(c.rp_times, LEGION_READ_WRITE, c.all_times, times);
  runtime->execute_index_space(context, voltages.launcher());
}

/// The result's relative error; 0 without --check.
Legion::Future Checked(Context context, Runtime* runtime, const Circuit& c) {
  if (!c.options.check) return Legion::Future::from_value(0.0);
  auto check = Once(kCheckResult, c.options);
  check.Uses(c.all_nodes, LEGION_READ_ONLY, c.all_nodes, {kNodeVoltage})
      .Uses(c.all_wires, LEGION_READ_ONLY, c.all_wires, StateFields());
  return runtime->execute_task(context, check.launcher());
}

void TopLevel(const Task*, const std::vector<Legion::PhysicalRegion>&, Context context,
              Runtime* runtime, const Setup& setup) {
  constexpr Legion::TraceID kTrace = 1;
  Legion::TaskLauncher parse(kParseInput, Legion::UntypedBuffer());
  const auto options = runtime->execute_task(context, parse).get_result<Options>();
  Circuit c = BuildRegions(context, runtime, options);
  Initialize(context, runtime, c, setup.modelled());

  const int64_t loops = options.loops + 2 * options.prune;
  Legion::Future begin;
  Legion::Future end;
  for (int64_t loop = 0; loop < loops; ++loop) {
    const bool first_timed = loop == options.prune;
    const bool last_timed = loop == loops - options.prune - 1;
    if (first_timed) begin = apps::FenceAndTime(context, runtime, setup.mode);
    runtime->begin_trace(context, kTrace);
    RunLoop(context, runtime, c, first_timed, last_timed);
    runtime->end_trace(context, kTrace);
    if (last_timed) end = apps::FenceAndTime(context, runtime, setup.mode);
  }

  auto elapsed = Once(kGetElapsed, c.options);
  elapsed.Uses(c.all_times, LEGION_READ_ONLY, c.all_times, {kStart, kStop});
  elapsed.launcher().add_future(begin);
  elapsed.launcher().add_future(end);
  const Legion::Future seconds = runtime->execute_task(context, elapsed.launcher());
  auto summary = OverSuperpieces(c, kPrintSummary, c.options);
  summary.launcher().add_future(seconds);
  summary.launcher().add_future(Checked(context, runtime, c));
  runtime->execute_index_space(context, summary.launcher());
}

}  // namespace

void RegisterTopLevelTask(const Setup& setup) {
  apps::RegisterTopLevel<Setup, TopLevel>(kTopLevel, setup);
}

}  // namespace groma::circuit
