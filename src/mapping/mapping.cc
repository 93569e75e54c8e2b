#include "mapping/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mapping/missing_omp.h"
#include "mapping/state.h"

namespace groma::mapping {
namespace {

/// Whether statements about OMP processors are about these: the machine has no others.
bool Concerns(const machine::Shape& shape, ProcessorKind written, ProcessorKind kind) {
  return written == kind || Effective(shape, written) == kind;
}

/// The best of the candidates for a region. `fits` gives a statement's rank among processors: 1 for
/// a kind, 0 for `*`, negative when it is about others.
template <class Statement, class Fits>
const Candidate<Statement>* BestFor(const std::vector<Candidate<Statement>>& candidates,
                                    const RegionQuery& region, Fits fits) {
  const Candidate<Statement>* best = nullptr;
  std::pair<int, int> best_rank;
  for (const auto& candidate : candidates) {
    if (best != nullptr && best->names_task && !candidate.names_task) break;
    const std::pair rank(RegionRank(candidate.statement->region, region),
                         fits(*candidate.statement));
    if (rank.first < 0 || rank.second < 0) continue;
    if (best == nullptr || rank > best_rank) {
      best = &candidate;
      best_rank = rank;
    }
  }
  return best;
}

std::vector<ProcessorKind> WithoutOmp(const machine::Shape& shape,
                                      const std::vector<ProcessorKind>& kinds) {
  std::vector<ProcessorKind> result;
  for (ProcessorKind kind : kinds) {
    kind = Effective(shape, kind);
    if (std::find(result.begin(), result.end(), kind) == result.end()) result.push_back(kind);
  }
  return result;
}

bool HasPrint(const lang::Program& program) {
  const auto prints = [](const lang::BodyStatement& statement) {
    return std::holds_alternative<lang::Print>(statement.node);
  };
  return std::any_of(program.functions.begin(), program.functions.end(),
                     [&](const lang::Function& function) {
                       return std::any_of(function.body.begin(), function.body.end(), prints);
                     });
}

Diagnostic TooManySteps(const lang::Global& global) {
  return {
      .code = "E0609",
      .severity = Severity::kError,
      .message = fmt::format("the global values together take more than {} steps", kMaxBindSteps),
      .span = global.value->span};
}

}  // namespace

Mapping::Mapping(std::shared_ptr<const State> state) : state_(std::move(state)) {}

std::optional<Mapping> Mapping::Bind(std::shared_ptr<const lang::Program> program,
                                     const machine::Shape& shape, DiagnosticSink& sink) {
  if (std::string large = TooLargeForRules(*program); !large.empty()) {
    sink.Report({.code = "E0609",
                 .severity = Severity::kError,
                 .message = std::move(large),
                 .help = "use lists of tasks (`Task a,b GPU;`) and '*'"});
    return std::nullopt;
  }
  auto state = std::make_shared<State>(std::move(program), shape);
  bool failed = false;
  int64_t steps = 0;
  for (size_t i = 0; i < state->program->globals.size(); ++i) {
    Evaluated value = EvaluateGlobal(state->MakeEnvironment(true, &steps), static_cast<int>(i));
    if (steps > kMaxBindSteps) value = TooManySteps(state->program->globals[i]);
    if (auto* diagnostic = std::get_if<Diagnostic>(&value)) {
      sink.Report(std::move(*diagnostic));
      failed = true;
      break;  // later ones may use it
    }
    state->globals.push_back(std::get<Value>(std::move(value)));
  }
  state->prints = HasPrint(*state->program);
  WarnOfMissingOmp(*state->program, shape, sink);
  if (failed) return std::nullopt;
  return Mapping(std::move(state));
}

ProcessorChoice Mapping::Processors(std::string_view task) const {
  const auto& candidates = state_->rules.Of(task).processors;
  if (candidates.empty()) {
    return {
        WithoutOmp(state_->shape, {ProcessorKind::kGpu, ProcessorKind::kOmp, ProcessorKind::kCpu}),
        {}};
  }
  return {WithoutOmp(state_->shape, candidates.front().statement->processors),
          candidates.front().origin()};
}

MemoryChoice Mapping::Memories(const RegionQuery& region, ProcessorKind kind) const {
  const auto* best =
      BestFor(state_->rules.Of(region.task).regions, region, [&](const auto& statement) {
        if (!statement.processor) return 0;
        return Concerns(state_->shape, *statement.processor, kind) ? 1 : -1;
      });
  if (best != nullptr) return {best->statement->memories, best->origin()};
  if (kind == ProcessorKind::kGpu) {
    return {{MemoryKind::kFramebuffer, MemoryKind::kZeroCopy}, {}};
  }
  return {{MemoryKind::kSocket, MemoryKind::kSystem}, {}};
}

LayoutChoice Mapping::Layout(const RegionQuery& region, ProcessorKind kind,
                             MemoryKind memory) const {
  const auto& candidates = state_->rules.Of(region.task).layouts;
  const auto best = [&](auto decides) {
    return BestFor(candidates, region, [&](const lang::LayoutStatement& statement) {
      if (!decides(statement)) return -1;
      if (statement.processor) {
        return Concerns(state_->shape, *statement.processor, kind) ? 1 : -1;
      }
      if (statement.memory) return *statement.memory == memory ? 1 : -1;
      return 0;
    });
  };
  using lang::LayoutStatement;
  LayoutChoice choice;
  if (const auto* found = best([](const LayoutStatement& s) { return s.array_of_structs; })) {
    choice.array_of_structs = *found->statement->array_of_structs;
    choice.structure = found->origin();
  }
  if (const auto* found = best([](const LayoutStatement& s) { return s.fortran_order; })) {
    choice.fortran_order = *found->statement->fortran_order;
    choice.order = found->origin();
  }
  if (const auto* found =
          best([](const LayoutStatement& s) { return s.alignment || s.no_alignment; })) {
    if (const auto& alignment = found->statement->alignment) {
      choice.alignment = {alignment->comparison, alignment->bytes};
    }
    choice.align = found->origin();
  }
  if (const auto* found = best([](const LayoutStatement& s) { return s.compact || s.exact; })) {
    choice.compact = found->statement->compact;
    choice.exact = found->statement->exact;
    choice.shape = found->origin();
  }
  return choice;
}

std::optional<int64_t> Mapping::InstanceLimit(std::string_view task, Origin* origin) const {
  const auto& candidates = state_->rules.Of(task).limits;
  if (candidates.empty()) return std::nullopt;
  if (origin != nullptr) *origin = candidates.front().origin();
  return candidates.front().statement->limit;
}

bool Mapping::Collects(const RegionQuery& region, Origin* origin) const {
  const auto* best =
      BestFor(state_->rules.Of(region.task).collects, region, [](const auto&) { return 0; });
  if (best != nullptr && origin != nullptr) *origin = best->origin();
  return best != nullptr;
}

std::optional<bool> Mapping::ControlReplicates(std::string_view task) const {
  if (state_->program->replicates.empty()) return std::nullopt;
  return !state_->rules.Of(task).replicates.empty();
}

const lang::Program& Mapping::program() const { return *state_->program; }
bool Mapping::Prints() const { return state_->prints; }
const machine::Shape& Mapping::shape() const { return state_->shape; }

std::string LayoutChoice::ToString() const {
  std::string text = array_of_structs ? "AOS" : "SOA";
  text += fortran_order ? " F_order" : " C_order";
  if (alignment) {
    text += fmt::format(" Align{}{}", lang::ToString(alignment->first), alignment->second);
  }
  if (compact) text += " Compact";
  if (exact) text += " Exact";
  return text;
}

}  // namespace groma::mapping
