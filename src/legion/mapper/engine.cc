#include "legion/mapper/engine.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/files.h"
#include "fmt/format.h"
#include "lang/lang.h"

namespace groma::legion {
namespace {

using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperEvent;
using Legion::Mapping::MapperRuntime;

constexpr int kExitCode = 86;
constexpr size_t kShownGroups = 12;

std::string_view Trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

nlohmann::ordered_json ToJson(const Diagnostic& diagnostic, const SourceFile* source,
                              const std::string& text) {
  nlohmann::ordered_json json;
  json["code"] = diagnostic.code;
  json["severity"] = diagnostic.severity == Severity::kError ? "error" : "warning";
  json["message"] = diagnostic.message;
  if (source && diagnostic.span.end > 0) {
    const Position position = source->PositionOf(diagnostic.span.begin);
    json["line"] = position.line;
    json["column"] = position.column;
  }
  json["help"] = diagnostic.help;
  json["text"] = text;
  return json;
}

std::string Text(const Diagnostic& diagnostic, const SourceFile* source, bool colour) {
  if (source) return Render(diagnostic, *source, colour);
  return fmt::format("groma: {}: {} [{}]\n",
                     diagnostic.severity == Severity::kError ? "error" : "warning",
                     diagnostic.message, diagnostic.code);
}

// A mapper event is Realm's user event; only a mapper call could trigger it through Legion.
Realm::Event::id_t IdOf(const MapperEvent& event) {
  static_assert(sizeof event == sizeof(Realm::Event::id_t));
  Realm::Event::id_t id = 0;
  std::memcpy(&id, &event, sizeof id);
  return id;
}

void Trigger(void* id) {
  Realm::UserEvent event;
  event.id = reinterpret_cast<Realm::Event::id_t>(id);
  event.trigger();
}

template <class Statement>
bool NameRegions(const std::vector<Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return statement.region.form == lang::RegionSelector::Form::kName;
  });
}

bool NamesRegions(const lang::Program& program) {
  return NameRegions(program.regions) || NameRegions(program.layouts) ||
         NameRegions(program.collects);
}

}  // namespace

std::string_view ToString(Mode mode) {
  switch (mode) {
    case Mode::kReplace:
      return "replace";
    case Mode::kWrap:
      return "wrap";
    case Mode::kDescribe:
      return "describe";
  }
  return "";
}

Diagnostic Failure(std::string code, const std::optional<Span>& statement, std::string message) {
  Diagnostic diagnostic;
  diagnostic.severity = code.starts_with('W') ? Severity::kWarning : Severity::kError;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  if (statement) diagnostic.span = *statement;
  return diagnostic;
}

Engine::Engine(Settings settings) : settings_(std::move(settings)), log_(settings_.log_file) {
  if (!settings_.describe_file.empty()) recorder_.emplace(settings_.describe_file);
  // Where others map too, or under our mappers, they make instances that we do not hear of.
  if (settings_.mode != Mode::kReplace || settings_.mapper_id) instances_.Share();
  LoadCosts();
}

void Engine::LoadCosts() {
  runtime_work_ =
      reinterpret_cast<decltype(runtime_work_)>(dlsym(RTLD_DEFAULT, "groma_vgpu_runtime_work"));
  if (!runtime_work_ || settings_.machine_file.empty()) return;
  const auto machine = machine::Read(settings_.machine_file);
  if (!machine) Fatal(Failure("E0702", std::nullopt, machine.error().message));
  launch_cost_ = machine->runtime.per_traced_task.count;
  mapping_cost_ = std::max<int64_t>(0, machine->runtime.per_task.count - launch_cost_);
}

void Engine::Charge(MapperContext ctx, MapperRuntime* runtime, int64_t nanoseconds) {
  if (!runtime_work_ || nanoseconds == 0) return;
  if (Realm::Processor::get_executing_processor().kind() != Realm::Processor::UTIL_PROC) {
    runtime_work_(nanoseconds, nullptr, nullptr);
    return;
  }
  // The utility processor goes on with what is ready meanwhile, as another one would.
  const MapperEvent done = runtime->create_mapper_event(ctx);
  runtime_work_(nanoseconds, Trigger, reinterpret_cast<void*>(IdOf(done)));
  runtime->wait_on_mapper_event(ctx, done);
}

void Engine::ChargeLaunch(MapperContext ctx, MapperRuntime* runtime, int64_t points) {
  Charge(ctx, runtime, points * launch_cost_);
}

void Engine::ChargeMapping(MapperContext ctx, MapperRuntime* runtime) {
  ++tasks_;
  Charge(ctx, runtime, mapping_cost_);
}

void Engine::LoadMapping() {
  if (settings_.mapping_file.empty()) return;
  auto text = ReadFile(settings_.mapping_file);
  if (!text) Fatal(Failure("E0702", std::nullopt, text.error().message));
  const std::string& name =
      settings_.mapping_name.empty() ? settings_.mapping_file : settings_.mapping_name;
  source_ = std::make_shared<SourceFile>(name, std::move(*text));
  DiagnosticSink sink;
  auto program = lang::Compile(source_, sink);
  const bool failed = !program || sink.HasErrors();
  std::optional<Diagnostic> last;
  for (Diagnostic& diagnostic : sink.Take()) {
    if (last) Warn(*last);  // all of them are told; the last error ends the run
    last.reset();
    if (failed && diagnostic.severity == Severity::kError) {
      last = std::move(diagnostic);
    } else {
      Warn(diagnostic);
    }
  }
  if (last) Fatal(*last);
  CHECK(!failed, "a mapping failed to compile without a diagnostic");
  program_ = std::make_shared<const lang::Program>(std::move(*program));
}

void Engine::Bind() {
  const std::lock_guard lock(bind_mutex_);
  if (machine_) return;
  auto machine = MachineModel::Find(Realm::Machine::get_machine(), settings_.ranks_per_node);
  if (!machine) Fatal(Failure("E0713", std::nullopt, machine.error().message));
  machine_.emplace(std::move(*machine));
  // By now there is a driver, if any.
  const auto modelled = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "groma_vgpu_modelled"));
  if (modelled && modelled() == 0) runtime_work_ = nullptr;
  if (!program_) return;
  DiagnosticSink sink;
  auto mapping = mapping::Mapping::Bind(program_, machine_->Shape(), sink);
  std::optional<Diagnostic> error;
  for (Diagnostic& diagnostic : sink.Take()) {
    if (diagnostic.severity == Severity::kWarning) {
      Warn(diagnostic);
    } else if (!error) {
      error = std::move(diagnostic);
    }
  }
  if (error) Fatal(*error);
  CHECK(mapping.has_value(), "a mapping failed to bind without a diagnostic");
  mapping_ = std::move(*mapping);
  names_piece_by_piece_ = log_.enabled() || recorder_ || NamesRegions(*program_);
}

NamesPtr Engine::NamesOf(Legion::Mapping::MapperContext ctx,
                         Legion::Mapping::MapperRuntime* runtime,
                         const Legion::RegionRequirement& requirement) {
  return names_piece_by_piece_ ? names_.Of(ctx, runtime, requirement)
                               : names_.OfPiece(ctx, runtime, requirement);
}

nlohmann::json Engine::LineOf(const std::optional<Span>& statement) const {
  if (!statement || !source_) return nullptr;
  return source_->PositionOf(statement->begin).line;
}

int64_t Engine::NextLaunch(const std::string& task) {
  const std::lock_guard lock(mutex_);
  return launches_[task]++;
}

void Engine::CountLaunch(std::string_view task, int64_t points) {
  if (!log_.enabled()) return;
  const std::lock_guard lock(mutex_);
  auto counted = launched_points_.find(task);
  if (counted == launched_points_.end())
    counted = launched_points_.emplace(std::string(task), 0).first;
  counted->second += points;
}

void Engine::Warn(const Diagnostic& diagnostic) {
  {
    const std::lock_guard lock(mutex_);
    if (!warned_.insert(diagnostic.code + diagnostic.message).second) return;
  }
  fputs(Text(diagnostic, source_.get(), isatty(STDERR_FILENO)).c_str(), stderr);
  nlohmann::ordered_json json = {{"record", "diagnostic"}};
  json.update(ToJson(diagnostic, source_.get(), Text(diagnostic, source_.get(), false)));
  log_.Write(json);
}

mapping::Placement Engine::Place(const mapping::PointQuery& query) {
  mapping::Placement placement = mapping_->Place(query);
  if (placement.warning) Warn(*placement.warning);
  return placement;
}

std::shared_ptr<const mapping::LaunchPlacement> Engine::PlaceLaunch(
    const mapping::LaunchQuery& launch) {
  if (!mapping_->Prints()) {
    if (auto known = placements_.Find(launch)) return known;
  }
  auto placement = std::make_shared<const mapping::LaunchPlacement>(mapping_->PlaceLaunch(launch));
  if (placement->warning) Warn(*placement->warning);
  if (placement->failure) {
    Fatal(*placement->failure, {std::string(launch.about.task), "", placement->failed_point});
  }
  if (!mapping_->Prints()) placements_.Keep(launch, placement);
  return placement;
}

void Engine::Fatal(const Diagnostic& diagnostic, const Subject& subject,
                   const std::vector<Realm::Memory>& full) {
  std::string extra;
  nlohmann::json memories = nlohmann::json::array();
  for (Realm::Memory memory : full) {
    extra += MemoryText(memory);
    memories.push_back(MemoryReport(memory));
  }
  fputs((Text(diagnostic, source_.get(), isatty(STDERR_FILENO)) + extra).c_str(), stderr);
  fflush(nullptr);
  nlohmann::ordered_json json = {{"record", "fatal"}};
  json["status"] = full.empty() ? "mapping_error" : "out_of_memory";
  json.update(ToJson(diagnostic, source_.get(), Text(diagnostic, source_.get(), false) + extra));
  if (!subject.task.empty()) json["task"] = subject.task;
  if (!subject.region.empty()) json["region"] = subject.region;
  if (subject.point) json["point"] = *subject.point;
  if (!full.empty()) json["memories"] = std::move(memories);
  log_.Write(json);
  log_.Flush();
  _exit(kExitCode);
}

nlohmann::json Engine::MemoryReport(Realm::Memory memory) const {
  nlohmann::json instances = nlohmann::json::array();
  for (const InstanceGroup& group : accounting_.Live(memory.id)) {
    const auto& statement = group.by.statement;
    const nlohmann::json line = LineOf(statement);
    nlohmann::json text = nullptr;
    if (line.is_number()) text = std::string(Trimmed(source_->Line(line.get<int>())));
    instances.push_back({{"task", group.by.task},
                         {"region", group.by.region},
                         {"bytes", group.bytes},
                         {"count", group.count},
                         {"line", line},
                         {"statement", text}});
  }
  return {{"memory", machine_->Name(memory)},
          {"capacity", machine_->Capacity(memory)},
          {"used", accounting_.Used(memory.id)},
          {"instances", std::move(instances)}};
}

std::string Engine::MemoryText(Realm::Memory memory) const {
  std::string text = fmt::format("  {} holds {} of {}:\n", machine_->Name(memory),
                                 ToString(Bytes{accounting_.Used(memory.id)}),
                                 ToString(Bytes{machine_->Capacity(memory)}));
  size_t shown = 0;
  for (const InstanceGroup& group : accounting_.Live(memory.id)) {
    if (++shown > kShownGroups) return text + "    …\n";
    const nlohmann::json line = LineOf(group.by.statement);
    const std::string by = line.is_number() ? fmt::format("line {}: {}", line.get<int>(),
                                                          Trimmed(source_->Line(line.get<int>())))
                                            : std::string("a default");
    text += fmt::format("    {:>10}  {} × {} of {}, placed by {}\n", ToString(Bytes{group.bytes}),
                        group.count, group.by.region, group.by.task, by);
  }
  return text;
}

void Engine::Finish(int code) {
  if (finished_.exchange(true)) return;
  for (uint64_t id : accounting_.Memories()) {
    Realm::Memory memory;
    memory.id = id;
    // What Legion collects to make room for an instance leaves the accounting after it has come.
    const int64_t capacity = machine_->Capacity(memory);
    log_.Write({{"record", "peak"},
                {"memory", machine_->Name(memory)},
                {"peak", std::min(accounting_.Peak(id), capacity)},
                {"capacity", capacity}});
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [task, points] : launched_points_)
      log_.Write({{"record", "launched"}, {"task", task}, {"points", points}});
  }
  if (recorder_) recorder_->Write();
  log_.Write({{"record", "end"}, {"tasks", tasks_.load()}, {"code", code}});
  log_.Flush();
}

}  // namespace groma::legion
