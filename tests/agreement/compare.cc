// agreement_compare FOLDER: holds the decisions of each N.map to those of its C++ in part*.so.
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <map>
#include <memory>
#include <regex>

#include "agreement/random_mapping.h"
#include "base/files.h"
#include "lang/lang.h"
#include "legion/support/groma_mapping.h"
#include "mapping/mapping.h"
#include "mapping/survey.h"

namespace groma::agreement {
namespace {

namespace fs = std::filesystem;
using generated::Error;

struct Machine {
  int nodes, cpus, gpus, omps;
};
constexpr Machine kMachines[] = {{1, 2, 4, 0}, {2, 2, 4, 0}, {4, 2, 1, 0},
                                 {2, 4, 2, 2}, {1, 3, 0, 0}, {3, 1, 5, 1}};
const std::vector<int64_t> kDomains[] = {{7}, {3, 4}, {2, 1, 3}};

/// The interpreter's message as the generated code words it: without the task at its end and
/// without the text by which the file calls a machine space.
std::string Common(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (const size_t at = text.rfind(" (task "); at != std::string::npos) text.erase(at);
  const auto replace = [&text](const char* pattern, const char* by) {
    text = std::regex_replace(text, std::regex(pattern), by);
  };
  if (diagnostic.code == "E0603") {
    replace("(of dimension [0-9]+) of [^]*, which has size", "$1, which has size");
    replace("^(dimension [0-9]+) of [^]* has size 0", "$1 has size 0");
  }
  if (diagnostic.code == "E0607")
    replace(" for [^]*, which has", " for a machine space, which has");
  if (diagnostic.code == "E0612")
    replace("which [^]* \\(size (.*)\\) does", "which a machine space of size $1 does");
  return text;
}

class Comparison {
 public:
  Comparison(std::string name, std::shared_ptr<const lang::Program> program)
      : name_(std::move(name)), program_(std::move(program)) {}

  template <class Make>
  void Run(Make make);
  int64_t asked = 0, placed = 0, failed = 0, skipped = 0, wrong = 0;
  std::map<std::string, int64_t> codes;

 private:
  int Line(const std::optional<Span>& span) const {
    return span ? program_->source->PositionOf(span->begin).line : 0;
  }
  std::string Told(const Diagnostic& diagnostic) const {
    const int line = diagnostic.span == Span{} ? 0 : Line(diagnostic.span);
    return fmt::format("{} line {}: {}", diagnostic.code, line, Common(diagnostic));
  }
  static std::string Told(const Error& error) {
    return fmt::format("{} line {}: {}", error.code, error.line, error.message);
  }
  void Expect(const std::string& what, const std::string& interpreter, const std::string& cpp) {
    ++asked;
    if (interpreter == cpp) return;
    if (++wrong <= 3) {
      fmt::print("{}, {}, {}:\n  interpreter: {}\n  C++:         {}\n", name_, machine_, what,
                 interpreter, cpp);
    }
  }
  void CompareTask(const std::string& task);
  void CompareRegion(const std::string& task, int position, std::vector<std::string> names);
  void ComparePlaces(const std::string& task, ProcessorKind kind);
  void ComparePlace(mapping::PointQuery query, const mapping::PointQuery::Parent* parent);

  std::string name_, machine_;
  std::shared_ptr<const lang::Program> program_;
  const mapping::Mapping* interpreter_ = nullptr;
  const generated::Mapping* cpp_ = nullptr;
};

template <class Kind>
std::vector<int> Numbers(const std::vector<Kind>& kinds) {
  std::vector<int> numbers;
  for (Kind kind : kinds) numbers.push_back(static_cast<int>(kind));
  return numbers;
}

void Comparison::CompareRegion(const std::string& task, int position,
                               std::vector<std::string> names) {
  const mapping::RegionQuery query{task, position, {names.begin(), names.end()}};
  const generated::Requirement requirement{task, position, names};
  const auto layout = [&](ProcessorKind kind, MemoryKind memory) {
    const auto a = interpreter_->Layout(query, kind, memory);
    const auto b = cpp_->Layout(requirement, static_cast<generated::ProcessorKind>(kind),
                                static_cast<generated::MemoryKind>(memory));
    const auto text = [](const auto& l, int lines[4]) {
      const int comparison = l.alignment ? static_cast<int>(l.alignment->first) : -1;
      const int64_t bytes = l.alignment ? l.alignment->second : 0;
      return fmt::format("{} {} {} {} {} {} lines {} {} {} {}", l.array_of_structs, l.fortran_order,
                         comparison, bytes, l.compact, l.exact, lines[0], lines[1], lines[2],
                         lines[3]);
    };
    int ours[] = {Line(a.structure.statement), Line(a.order.statement), Line(a.align.statement),
                  Line(a.shape.statement)};
    int theirs[] = {b.structure_line, b.order_line, b.alignment_line, b.shape_line};
    Expect(fmt::format("layout of {} {}", task, position), text(a, ours), text(b, theirs));
  };
  for (ProcessorKind kind : {ProcessorKind::kCpu, ProcessorKind::kGpu, ProcessorKind::kOmp}) {
    const auto a = interpreter_->Memories(query, kind);
    const auto b = cpp_->Memories(requirement, static_cast<generated::ProcessorKind>(kind));
    Expect(fmt::format("memories of {} {}", task, position),
           fmt::format("{} {} {}", Numbers(a.kinds), Line(a.origin.statement), a.origin.names_task),
           fmt::format("{} {} {}", Numbers(b.kinds), b.line, b.names_task));
    layout(kind, MemoryKind::kSystem);
    layout(kind, MemoryKind::kFramebuffer);
    layout(kind, MemoryKind::kZeroCopy);
  }
  Expect(fmt::format("collects {} {}", task, position),
         fmt::format("{}", interpreter_->Collects(query)),
         fmt::format("{}", cpp_->Collects(requirement)));
}

generated::TaskFacts FactsOf(std::string name, ProcessorKind kind, int depth,
                             std::vector<int64_t> point, std::vector<int64_t> extents) {
  generated::TaskFacts facts;
  facts.name = std::move(name);
  facts.kind = static_cast<generated::ProcessorKind>(kind);
  facts.depth = depth;
  facts.index_launch = !extents.empty();
  facts.point = std::move(point);
  facts.extents = std::move(extents);
  return facts;
}

void Comparison::ComparePlace(mapping::PointQuery query,
                              const mapping::PointQuery::Parent* parent) {
  if (parent != nullptr) query.parent.emplace(*parent);
  query.print = false;
  generated::PlaceQuery asked_cpp;
  asked_cpp.task =
      FactsOf(std::string(query.task), query.kind, query.depth, query.point, query.extents);
  asked_cpp.launcher = {query.launcher.node, query.launcher.index};
  asked_cpp.sequence = query.sequence;
  asked_cpp.print = false;
  if (parent != nullptr) {
    asked_cpp.parent =
        FactsOf(parent->name, parent->kind, parent->depth, parent->point, parent->extents);
    asked_cpp.parent->processor = {parent->processor.node, parent->processor.index};
  }
  const mapping::Placement a = interpreter_->Place(query);
  const generated::PlaceDecision b = cpp_->Place(asked_cpp);
  if (a.failure && a.failure->code == "E0609") {
    ++skipped;  // the bounds on an evaluation are the interpreter's alone
    return;
  }
  ++(a.failure ? failed : placed);
  if (a.failure) ++codes[a.failure->code];
  if (a.warning) ++codes[a.warning->code];
  const std::string ours =
      a.failure ? Told(*a.failure)
                : fmt::format("{}.{} by line {} {}", a.processor->node, a.processor->index,
                              Line(a.origin.statement), a.warning ? a.warning->message : "");
  const std::string theirs = b.processor ? fmt::format("{}.{} by line {} {}", b.processor->node,
                                                       b.processor->index, b.line, b.warning)
                                         : Told(b.error);
  Expect(fmt::format("place of {} on {} at ({}) of ({}), parent {}", query.task,
                     groma::ToString(query.kind), fmt::join(query.point, ", "),
                     fmt::join(query.extents, ", "), parent ? parent->name : "none"),
         ours, theirs);
}

void Comparison::ComparePlaces(const std::string& task, ProcessorKind kind) {
  mapping::PointQuery query{.task = task, .kind = kind, .depth = 2};
  mapping::PointQuery::Parent single{"top", ProcessorKind::kCpu, {0, 1}, {}, {}, 1};
  mapping::PointQuery::Parent index{"b",    kind,   {interpreter_->shape().nodes() - 1, 0},
                                    {1, 2}, {2, 3}, 1};
  const mapping::PointQuery::Parent* const parents[] = {nullptr, &single, &index};
  int turn = 0;
  for (const auto& domain : kDomains) {
    query.extents = domain;
    query.point.assign(domain.size(), 0);
    do {
      ComparePlace(query, parents[++turn % 3]);
    } while (mapping::NextPoint(query.point, domain));
  }
  query.index_launch = false;
  query.point.clear();
  query.extents.clear();
  for (query.sequence = 0; query.sequence < 6; ++query.sequence) {
    query.launcher = {static_cast<int>(query.sequence) % interpreter_->shape().nodes(), 0};
    ComparePlace(query, parents[query.sequence % 3]);
  }
}

void Comparison::CompareTask(const std::string& task) {
  const auto a = interpreter_->Processors(task);
  const auto b = cpp_->Processors(task);
  Expect("processors of " + task,
         fmt::format("{} {} {}", Numbers(a.kinds), Line(a.origin.statement), a.origin.names_task),
         fmt::format("{} {} {}", Numbers(b.kinds), b.line, b.names_task));
  const auto number = [](const auto& value) { return value ? static_cast<int64_t>(*value) : -1; };
  Expect("limit of " + task, fmt::format("{}", number(interpreter_->InstanceLimit(task))),
         fmt::format("{}", number(cpp_->InstanceLimit(task))));
  Expect("replication of " + task, fmt::format("{}", number(interpreter_->ControlReplicates(task))),
         fmt::format("{}", number(cpp_->ControlReplicates(task))));
  CompareRegion(task, 0, {"near", "far"});
  CompareRegion(task, 1, {"all data", "near"});
  CompareRegion(task, 2, {});
  ComparePlaces(task, ProcessorKind::kGpu);
  ComparePlaces(task,
                a.kinds.front() == ProcessorKind::kOmp ? ProcessorKind::kOmp : ProcessorKind::kCpu);
}

template <class Make>
void Comparison::Run(Make make) {
  for (const Machine& m : kMachines) {
    machine_ = fmt::format("{}x{} GPUs, {} CPUs, {} OMPs", m.nodes, m.gpus, m.cpus, m.omps);
    DiagnosticSink sink;
    const auto interpreter = mapping::Mapping::Bind(
        program_,
        machine::Shape(m.nodes, {.cpu = m.cpus, .utility = 1, .gpu = m.gpus, .omp = m.omps}), sink);
    Error error;
    generated::Shape shape;
    shape.nodes = m.nodes, shape.cpus = m.cpus, shape.gpus = m.gpus, shape.omps = m.omps;
    const std::unique_ptr<generated::Mapping> cpp(make(shape, error));
    std::string refused;
    for (const Diagnostic& diagnostic : sink.Take()) {
      if (diagnostic.severity == Severity::kError) refused = Told(diagnostic);
    }
    if (refused.starts_with("E0609")) continue;
    Expect("values", refused.empty() ? "fine" : refused, cpp ? "fine" : Told(error));
    if (!interpreter || !cpp) continue;
    interpreter_ = &*interpreter;
    cpp_ = cpp.get();
    for (const char* task : kTasks) CompareTask(task);
    CompareTask("other");
  }
}

int Main(const fs::path& folder) {
  std::map<std::string, int64_t> codes;
  int64_t mappings = 0, asked = 0, placed = 0, failed = 0, skipped = 0, wrong = 0;
  for (int part = 0; fs::exists(folder / fmt::format("part{}.so", part)); ++part) {
    void* library = dlopen((folder / fmt::format("part{}.so", part)).c_str(), RTLD_NOW);
    if (library == nullptr) {
      fmt::print("{}\n", dlerror());
      return 1;
    }
    for (int number = part * 50; number < (part + 1) * 50; ++number) {
      using Make = generated::Mapping* (*)(const generated::Shape&, Error&);
      const auto make =
          reinterpret_cast<Make>(dlsym(library, fmt::format("make_{}", number).c_str()));
      if (make == nullptr) break;
      const std::string name = fmt::format("{}.map", number);
      const Result<std::string> text = ReadFile(folder / name);
      if (!text) return 1;
      DiagnosticSink sink;
      auto program = lang::Compile(std::make_shared<const SourceFile>(name, *text), sink);
      if (!program) return 1;
      Comparison one(name, std::make_shared<const lang::Program>(std::move(*program)));
      one.Run(make);
      ++mappings;
      asked += one.asked, placed += one.placed, failed += one.failed;
      skipped += one.skipped, wrong += one.wrong;
      for (const auto& [code, count] : one.codes) codes[code] += count;
    }
  }
  fmt::print("{} mappings, {} decisions compared: {} points placed, {} refused", mappings, asked,
             placed, failed);
  for (const auto& [code, count] : codes) fmt::print(", {} {}", code, count);
  fmt::print("; {} beyond the bounds of an evaluation\n{} differ\n", skipped, wrong);
  return wrong == 0 && mappings > 0 ? 0 : 1;
}

}  // namespace
}  // namespace groma::agreement

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return groma::agreement::Main(argv[1]);
}
