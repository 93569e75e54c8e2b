// The doors of libgroma_mapper.so (legion/support/groma_mapper.h): what the preloaded library and
// programs built for groma call.
#include <cstdlib>
#include <cstring>
#include <exception>
#include <set>
#include <string>

#include "fmt/format.h"
#include "legion.h"
#include "legion/mapper/engine.h"
#include "legion/mapper/groma_mapper.h"
#include "legion/mapper/sharding.h"
#include "legion/support/groma_mapper.h"
#include "legion_defines.h"
#include "mappers/default_mapper.h"

namespace groma::legion {
namespace {

using Legion::Mapping::DefaultMapper;
using Legion::Mapping::Mapper;

// Process-wide by nature: Legion is, and its callbacks carry no pointer of ours. Never destroyed:
// Legion's threads may outlive static destruction.
Engine* engine = nullptr;
std::mutex adopted_mutex;
std::set<uint64_t> has_default;  // processors whose default mapper the program replaced

std::string Variable(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

Settings FromEnvironment() {
  Settings settings;
  settings.mapping_file = Variable("GROMA_MAPPING");
  settings.mapping_name = Variable("GROMA_MAPPING_NAME");
  settings.log_file = Variable("GROMA_MAPPER_LOG");
  settings.describe_file = Variable("GROMA_DESCRIBE");
  settings.machine_file = Variable("GROMA_MACHINE");
  if (const std::string ranks = Variable("GROMA_RANKS_PER_NODE"); !ranks.empty())
    settings.ranks_per_node = atoi(ranks.c_str());
  if (const std::string id = Variable("GROMA_MAPPER_ID"); !id.empty()) {
    settings.mapper_id = static_cast<unsigned>(strtoul(id.c_str(), nullptr, 10));
  }
  if (Variable("GROMA_MAPPER_MODE") == "wrap") settings.mode = Mode::kWrap;
  if (settings.mapping_file.empty()) settings.mode = Mode::kDescribe;
  return settings;
}

void Tell(unsigned id, const std::string& name, Realm::Processor processor, const char* action) {
  const std::string where =
      processor.exists() ? engine->machine().Name(processor) : std::string("all processors");
  engine->log().Write(
      {{"record", "mapper"}, {"id", id}, {"name", name}, {"processor", where}, {"action", action}});
  static std::set<std::string> told;
  const std::lock_guard lock(adopted_mutex);
  if (engine->settings().mode == Mode::kDescribe ||
      !told.insert(fmt::format("{}/{}/{}", id, name, action)).second)
    return;
  if (strcmp(action, "default") == 0) {
    fprintf(stderr, "groma: maps in place of Legion's default mapper\n");
  } else {
    fprintf(stderr, "groma: mapper %u '%s' %s\n", id, name.c_str(), action);
  }
}

/// Legion's default mapper below ours: it decides what the language does not.
Mapper* NewDefault(Legion::Runtime* runtime, Realm::Processor processor) {
  const Realm::Processor local =
      processor.exists() ? processor : engine->machine().At(ProcessorKind::kCpu, {0, 0});
  return new DefaultMapper(runtime->get_mapper_runtime(), Realm::Machine::get_machine(), local);
}

Mapper* Adopt(Legion::Runtime* runtime, unsigned id, Mapper* theirs, Realm::Processor processor) {
  engine->Bind();
  const auto& only = engine->settings().mapper_id;
  if (dynamic_cast<GromaMapper*>(theirs)) return theirs;
  if (id == 0) {
    const std::lock_guard lock(adopted_mutex);
    has_default.insert(processor.id);
  }
  if (only && *only != id) {
    Tell(id, theirs->get_mapper_name(), processor, "kept");
    return theirs;
  }
  const Mode mode = engine->settings().mode;
  const bool replace = mode == Mode::kReplace;
  Tell(id, theirs->get_mapper_name(), processor,
       replace               ? "replaced"
       : mode == Mode::kWrap ? "wrapped"
                             : "watched");
  if (replace) return new GromaMapper(*engine, NewDefault(runtime, processor), theirs);
  return new GromaMapper(*engine, theirs, nullptr);
}

/// Runs after the program's own callbacks: takes the place of the default mapper where the program
/// left it.
void InstallDefaults(Legion::Machine machine, Legion::Runtime* runtime,
                     const std::set<Realm::Processor>& processors) {
  (void)machine;
  engine->Bind();
  ReserveFunctors(runtime);
  const auto& only = engine->settings().mapper_id;
  if (only && *only != 0) return;
  for (Realm::Processor processor : processors) {
    {
      const std::lock_guard lock(adopted_mutex);
      if (has_default.contains(processor.id) || has_default.contains(Realm::Processor::NO_PROC.id))
        continue;
    }
    Mapper* under = NewDefault(runtime, processor);
    Tell(0, "Legion's default mapper", processor,
         engine->settings().mode == Mode::kDescribe ? "watched" : "default");
    runtime->replace_default_mapper(new GromaMapper(*engine, under, nullptr), processor);
  }
}

void FinishAtExit() {
  if (engine) engine->Finish(0);
}

}  // namespace
}  // namespace groma::legion

/// In place of the one in base, which aborts: nothing leaves this library but a diagnostic.
void groma::CheckFailed(const char* file, int line, const char* condition,
                        const std::string& message) {
  const std::string text =
      fmt::format("groma is wrong: {}:{}: {} {}", file, line, condition, message);
  if (groma::legion::engine) {
    groma::legion::engine->Fatal(groma::legion::Failure("E0711", std::nullopt, text));
  }
  fprintf(stderr, "%s\n", text.c_str());
  abort();
}

using groma::legion::engine;

extern "C" __attribute__((visibility("default"))) int groma_mapper_attach(
    const char* legion_version) {
  using namespace groma::legion;
  if (engine) return 1;
  Settings settings = FromEnvironment();
  if (settings.mapping_file.empty() && settings.describe_file.empty() &&
      Variable("GROMA_MAPPER_MODE") != "watch")
    return 0;
  try {
    engine = new Engine(settings);
    if (legion_version && strcmp(legion_version, LEGION_VERSION) != 0) {
      engine->Fatal(Failure(
          "E0701", std::nullopt,
          fmt::format("the program runs on {}, but groma's mapper library was built with {}",
                      legion_version, LEGION_VERSION)));
    }
    engine->log().Write({{"record", "start"},
                         {"legion", LEGION_VERSION},
                         {"mode", ToString(settings.mode)},
                         {"mapping", settings.mapping_file}});
    engine->LoadMapping();
    atexit(FinishAtExit);
    Legion::Runtime::add_registration_callback(InstallDefaults, /*dedup=*/false);
  } catch (const std::exception& error) {
    if (!engine) abort();
    engine->Fatal(
        Failure("E0711", std::nullopt, fmt::format("groma failed to start: {}", error.what())));
  }
  return 1;
}

extern "C" __attribute__((visibility("default"))) void* groma_mapper_adopt(void* runtime,
                                                                           unsigned id,
                                                                           void* mapper,
                                                                           uint64_t processor) {
  using namespace groma::legion;
  void* taken = mapper;
  Contained(*engine, "taking over a mapper", [&] {
    Realm::Processor at;
    at.id = processor;
    taken = static_cast<Legion::Mapping::Mapper*>(
        Adopt(static_cast<Legion::Runtime*>(runtime), id,
              static_cast<Legion::Mapping::Mapper*>(mapper), at));
  });
  return taken;
}

extern "C" __attribute__((visibility("default"))) void groma_mapper_finish(int code) {
  using namespace groma::legion;
  if (engine) Contained(*engine, "the end", [&] { engine->Finish(code); });
}

extern "C" __attribute__((visibility("default"))) void groma_mapper_flush() {
  if (engine) engine->log().FlushFromSignal();
}
