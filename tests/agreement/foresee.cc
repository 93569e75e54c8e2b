// agreement_foresee COUNT SEED FOLDER [RANKS [NODES]]: writes COUNT random mappings that
// agreement_places can run under, as N.map; what the interpreter foresees that it says, sorted, as
// N.expected; and all of them as C++ mappers in mappers.cc, of which AGREEMENT_MAPPER names the one
// to install. One rank has four GPUs, and is as many NODES to the mapping; several have CPUs alone,
// and agreement_shards says what their functors answer.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "agreement/random_mapping.h"
#include "base/files.h"
#include "codegen/generate.h"
#include "lang/lang.h"
#include "mapping/mapping.h"
#include "mapping/survey.h"

namespace groma::agreement {
namespace {

using mapping::Mapping;

struct Machine {
  int ranks = 1;
  int nodes = 1;  // of a rank that is alone

  machine::Shape Shape() const {
    if (ranks > 1) return machine::Shape(ranks, {.cpu = 3, .utility = 1, .gpu = 0, .omp = 0});
    return machine::Shape(nodes, {.cpu = 4 / nodes, .utility = 1, .gpu = 4 / nodes, .omp = 0});
  }
};

struct Launched {
  const char* task;
  std::vector<int64_t> low, extents;
};
const Launched kLaunches[] = {{"a", {0}, {6}},
                              {"b", {0, 0}, {3, 4}},
                              {"solver::step", {0, 0, 0}, {2, 1, 3}},
                              {"other", {3}, {4}}};

/// The kind that the task runs on when it has variants for CPUs, and with `gpu` for GPUs; none when
/// its own statement leaves none.
std::optional<ProcessorKind> KindOf(const Mapping& mapping, const char* task, bool gpu) {
  gpu = gpu && mapping.shape().ProcessorsPerNode(ProcessorKind::kGpu) > 0;
  const auto choice = mapping.Processors(task);
  for (ProcessorKind kind : choice.kinds) {
    if (kind == ProcessorKind::kCpu || (gpu && kind == ProcessorKind::kGpu)) return kind;
  }
  return choice.origin.names_task ? std::nullopt : std::optional(ProcessorKind::kCpu);
}

/// ", FBMEM SOA C_order" for each requirement; none when the run would not come to its end, or when
/// the program could not look at the instance.
std::optional<std::string> DataOf(const Mapping& mapping, const char* task, ProcessorKind kind) {
  std::string text;
  for (int position : {0, 1}) {
    const std::vector<std::string_view> names = position == 0
                                                    ? std::vector<std::string_view>{"near", "far"}
                                                    : std::vector<std::string_view>{"all data"};
    const mapping::RegionQuery query{task, position, names};
    const auto memories = mapping.Memories(query, kind).kinds;
    if (std::find(memories.begin(), memories.end(), MemoryKind::kVirtual) != memories.end())
      return {};
    const auto memory = std::find_if(memories.begin(), memories.end(),
                                     [&](MemoryKind m) { return mapping.shape().Sees(kind, m); });
    if (memory == memories.end()) return {};
    const auto layout = mapping.Layout(query, kind, *memory);
    const bool aligned = !layout.alignment || layout.alignment->first == lang::Comparison::kEqual ||
                         layout.alignment->first == lang::Comparison::kGreaterEqual;
    if (layout.compact || !aligned) return {};
    text +=
        fmt::format(", {} {} {}", groma::ToString(*memory), layout.array_of_structs ? "AOS" : "SOA",
                    layout.fortran_order ? "F_order" : "C_order");
  }
  return text;
}

/// The shard that a functor sends the point to: it does not know where the one that asks runs. None
/// when the mapping would end the run.
std::optional<int> ShardOf(const Mapping& mapping, mapping::PointQuery query) {
  query.launcher = {};
  query.parent->processor = {};
  query.sequence = 0;
  const auto place = mapping.Place(query);
  return place.processor ? std::optional(place.processor->node) : std::nullopt;
}

/// Adds what the program says of one point or single task and, with several ranks, what the functor
/// says of it on each; false when the mapping would end the run.
bool AddLines(const Mapping& mapping, int ranks, mapping::PointQuery query, const std::string& what,
              const std::string& data, std::vector<std::string>& lines) {
  std::string launched;
  if (ranks > 1) {
    const auto shard = ShardOf(mapping, query);
    if (!shard) return false;
    query.launcher = query.parent->processor = {*shard, 0};
    launched = fmt::format(", launched by rank {}", *shard);
    for (int rank = 0; rank < ranks; ++rank)
      lines.push_back(fmt::format("rank {}, {} goes to rank {}\n", rank, what, *shard));
  }
  const auto place = mapping.Place(query);
  if (!place.processor) return false;
  const int index = place.processor->node * mapping.shape().ProcessorsPerNode(query.kind) +
                    place.processor->index;
  lines.push_back(
      fmt::format("{}: {} {}{}{}\n", what, groma::ToString(query.kind), index, data, launched));
  return true;
}

/// The lines of the program, sorted; none when the mapping would end it, or keep several ranks from
/// sharing the launches.
std::optional<std::string> Foresee(const Mapping& mapping, int ranks) {
  const auto top_kind = KindOf(mapping, "top", false);
  if (!top_kind) return {};
  if (ranks > 1 && !mapping.ControlReplicates("top").value_or(true)) return {};
  const auto top =
      mapping.Place({.task = "top", .kind = *top_kind, .index_launch = false, .print = false});
  if (!top.processor) return {};
  const mapping::PointQuery::Parent parent{"top", *top_kind, *top.processor, {}, {}, 0};
  std::vector<std::string> lines;
  for (const Launched& launch : kLaunches) {
    const auto kind = KindOf(mapping, launch.task, true);
    const auto data = kind ? DataOf(mapping, launch.task, *kind) : std::nullopt;
    if (!data) return {};
    mapping::PointQuery query{.task = launch.task, .kind = *kind, .depth = 1, .print = false};
    query.parent.emplace(parent);
    query.launcher = parent.processor;
    query.extents = launch.extents;
    query.point.assign(launch.extents.size(), 0);
    do {
      std::vector<int64_t> point = query.point;
      for (size_t d = 0; d < point.size(); ++d) point[d] += launch.low[d];
      const std::string what = fmt::format("{} at {}", launch.task, fmt::join(point, " "));
      if (!AddLines(mapping, ranks, query, what, *data, lines)) return {};
    } while (mapping::NextPoint(query.point, launch.extents));
    query.index_launch = false;
    query.point.clear();
    query.extents.clear();
    for (query.sequence = 0; query.sequence < 3; ++query.sequence) {
      if (!AddLines(mapping, ranks, query, launch.task, *data, lines)) return {};
    }
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, ""));
}

int Main(int count, uint64_t seed, const std::filesystem::path& folder, const Machine& machine) {
  std::string mappers,
      install =
          "#include <cstdlib>\n__attribute__((constructor)) static void Install() {\n"
          "  const char* number = std::getenv(\"AGREEMENT_MAPPER\");\n"
          "  switch (number ? std::atoi(number) : -1) {\n";
  for (int number = 0; number < count; ++seed) {
    const std::string name = fmt::format("{}.map", number), text = RandomMapping(seed);
    DiagnosticSink sink;
    auto compiled = lang::Compile(std::make_shared<const SourceFile>(name, text), sink);
    if (!compiled) continue;
    const auto program = std::make_shared<const lang::Program>(std::move(*compiled));
    const auto mapping = Mapping::Bind(program, machine.Shape(), sink);
    const auto expected = mapping ? Foresee(*mapping, machine.ranks) : std::nullopt;
    if (!expected) continue;
    mappers += codegen::Generate(*program, {.class_name = fmt::format("Mapping{}", number)});
    install += fmt::format(
        "    case {0}:\n      return Legion::Runtime::add_registration_callback(\n"
        "          groma::generated::Mapping{0}Mapper::Register, false);\n",
        number);
    if (!WriteFile(folder / name, text).ok() ||
        !WriteFile(folder / fmt::format("{}.expected", number), *expected).ok()) {
      return 1;
    }
    ++number;
  }
  return WriteFile(folder / "mappers.cc", mappers + install + "  }\n}\n").ok() ? 0 : 1;
}

}  // namespace
}  // namespace groma::agreement

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) return 2;
  const groma::agreement::Machine machine{.ranks = argc > 4 ? std::atoi(argv[4]) : 1,
                                          .nodes = argc > 5 ? std::atoi(argv[5]) : 1};
  return groma::agreement::Main(std::atoi(argv[1]), std::strtoull(argv[2], nullptr, 10), argv[3],
                                machine);
}
