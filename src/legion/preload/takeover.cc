// What is put between a Legion program and Legion: the start of the runtime, the installing of
// mappers, and the raising of exceptions. Legion's functions are known here by their symbols alone,
// so that the library also lies harmlessly in processes that have no Legion.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "legion/preload/guard.h"
#include "legion/preload/record.h"
#include "legion/support/groma_mapper.h"
#include "legion_defines.h"

namespace groma::preload {
namespace {

// Process-wide by nature: a process has one Legion.
bool started = false;
groma_mapper_adopt_function adopt = nullptr;
groma_mapper_finish_function finish = nullptr;

bool IsSet(const char* name) {
  const char* value = getenv(name);
  return value && *value;
}

[[noreturn]] void Fatal(const char* code, const char* message) {
  fprintf(stderr, "groma: error: %s [%s]\n", message, code);
  Record record("fatal");
  record.Text("code", code);
  record.Text("severity", "error");
  record.Text("message", message);
  record.Text("text", message);
  record.Write();
  _exit(86);
}

/// A Legion that came with dlopen is not among the libraries that RTLD_NEXT looks at.
void* InLoadedLegion(const char* symbol) {
  for (const char* name : {"liblegion-legate.so.1", "liblegion.so.1", "liblegion.so"}) {
    void* library = dlopen(name, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
    if (library) return dlsym(library, symbol);
  }
  return nullptr;
}

const char* LegionVersion() {
  using Version = const char* (*)();
  constexpr const char* kSymbol = "_ZN6Legion7Runtime18get_legion_versionEv";
  void* found = dlsym(RTLD_DEFAULT, kSymbol);
  if (!found) found = InLoadedLegion(kSymbol);
  const auto version = reinterpret_cast<Version>(found);
  return version ? version() : nullptr;
}

/// Ends the process when the program's Legion is not the one that the mapper library was built
/// with: their classes differ, and a call across would crash without a word.
void RequireSameLegion(const char* version) {
  if (version && strcmp(version, LEGION_VERSION) == 0) return;
  char message[600];
  snprintf(
      message, sizeof message,
      "the program runs on %s%s, but groma's mapper library was built with %s; build groma with "
      "the program's Legion (-DLegion_ROOT=PREFIX, or LEGION=VERSION ./dev build)",
      version ? "" : "a Legion that does not tell its version", version ? version : "",
      LEGION_VERSION);
  Fatal("E0701", message);
}

void FindMapperLibrary(char* path, size_t size) {
  const char* named = getenv("GROMA_MAPPER_LIBRARY");
  if (named && *named) {
    snprintf(path, size, "%s", named);
    return;
  }
  Dl_info self;
  const char* folder =
      dladdr(reinterpret_cast<void*>(&FindMapperLibrary), &self) ? self.dli_fname : "";
  const char* slash = strrchr(folder, '/');
  snprintf(path, size, "%.*slibgroma_mapper.so", slash ? static_cast<int>(slash - folder + 1) : 0,
           folder);
}

template <class Function>
Function Entry(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

void AttachMapper(const char* version) {
  RequireSameLegion(version);
  char path[4096];
  FindMapperLibrary(path, sizeof path);
  void* library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    char message[5000];
    snprintf(message, sizeof message, "the mapper library cannot be loaded: %s", dlerror());
    Fatal("E0702", message);
  }
  const auto attach = Entry<groma_mapper_attach_function>(library, "groma_mapper_attach");
  adopt = Entry<groma_mapper_adopt_function>(library, "groma_mapper_adopt");
  finish = Entry<groma_mapper_finish_function>(library, "groma_mapper_finish");
  SetFlush(Entry<groma_mapper_flush_function>(library, "groma_mapper_flush"));
  if (!attach || !adopt || !finish)
    Fatal("E0702", "GROMA_MAPPER_LIBRARY does not name groma's mapper library");
  if (!attach(version)) adopt = nullptr;
}

void OnStart() {
  if (started) return;
  started = true;
  InstallGuard();
  // The output goes to a file: what the program printed before it dies must not stay in a buffer.
  setvbuf(stdout, nullptr, _IOLBF, 0);
  const char* version = LegionVersion();
  const char* mode = getenv("GROMA_MAPPER_MODE");
  const bool maps =
      IsSet("GROMA_MAPPING") || IsSet("GROMA_DESCRIBE") || (mode && strcmp(mode, "watch") == 0);
  Record log("log");
  log.Text("format", "groma mapper log");
  log.Number("version", 1);
  log.Number("process", getpid());
  log.Write();
  if (maps) {
    AttachMapper(version);  // writes the start record
    return;
  }
  Record record("start");
  record.Text("legion", version ? version : "");
  record.Text("mode", "none");
  record.Text("mapping", "");
  record.Write();
}

void OnEnd(int code) {
  if (finish) finish(code);
}

template <class Function>
Function Next(const char* symbol) {
  void* found = dlsym(RTLD_NEXT, symbol);
  if (!found) found = InLoadedLegion(symbol);
  const auto function = reinterpret_cast<Function>(found);
  if (!function) {
    char message[400];
    snprintf(message, sizeof message, "the program's Legion does not export %s", symbol);
    Fatal("E0703", message);
  }
  return function;
}

/// The head of Legion::Exception: a std::streambuf, then its kind. Legion's own accessors give the
/// text.
const char* ExceptionKind(const void* exception) {
  constexpr size_t kStreambufSize = 64;
  int kind;
  memcpy(&kind, static_cast<const char*>(exception) + kStreambufSize, sizeof kind);
  constexpr const char* kKinds[] = {"application",       "interface", "dynamic_type",
                                    "programming_model", "mapper",    "resource",
                                    "startup",           "fatal",     "warning"};
  return kind >= 0 && kind < 9 ? kKinds[kind] : "unknown";
}

}  // namespace
}  // namespace groma::preload

#define GROMA_INTERPOSED extern "C" __attribute__((visibility("default")))

// Legion::Runtime::start(int, char**, bool, …): the number of flags differs between versions.
GROMA_INTERPOSED int _ZN6Legion7Runtime5startEiPPcbb(int argc, char** argv, bool a, bool b) {
  groma::preload::OnStart();
  using Start = int (*)(int, char**, bool, bool);
  const int code = groma::preload::Next<Start>(__func__)(argc, argv, a, b);
  if (!a) groma::preload::OnEnd(code);
  return code;
}

GROMA_INTERPOSED int _ZN6Legion7Runtime5startEiPPcbbb(int argc, char** argv, bool a, bool b,
                                                      bool c) {
  groma::preload::OnStart();
  using Start = int (*)(int, char**, bool, bool, bool);
  const int code = groma::preload::Next<Start>(__func__)(argc, argv, a, b, c);
  if (!a) groma::preload::OnEnd(code);
  return code;
}

GROMA_INTERPOSED int _ZN6Legion7Runtime5startEiPPcbbbbb(int argc, char** argv, bool a, bool b,
                                                        bool c, bool d, bool e) {
  groma::preload::OnStart();
  using Start = int (*)(int, char**, bool, bool, bool, bool, bool);
  const int code = groma::preload::Next<Start>(__func__)(argc, argv, a, b, c, d, e);
  if (!a) groma::preload::OnEnd(code);
  return code;
}

// Legion::Runtime::wait_for_shutdown(): the end of a program that started Legion in the background.
GROMA_INTERPOSED int _ZN6Legion7Runtime17wait_for_shutdownEv() {
  const int code = groma::preload::Next<int (*)()>(__func__)();
  groma::preload::OnEnd(code);
  return code;
}

// Legion::Runtime::replace_default_mapper(Mapper*, Processor)
GROMA_INTERPOSED void
_ZN6Legion7Runtime22replace_default_mapperEPNS_7Mapping6MapperEN5Realm9ProcessorE(
    void* runtime, void* mapper, uint64_t processor) {
  if (groma::preload::adopt) mapper = groma::preload::adopt(runtime, 0, mapper, processor);
  using Replace = void (*)(void*, void*, uint64_t);
  groma::preload::Next<Replace>(__func__)(runtime, mapper, processor);
}

// Legion::Runtime::add_mapper(MapperID, Mapper*, Processor)
GROMA_INTERPOSED void _ZN6Legion7Runtime10add_mapperEjPNS_7Mapping6MapperEN5Realm9ProcessorE(
    void* runtime, unsigned id, void* mapper, uint64_t processor) {
  if (groma::preload::adopt) mapper = groma::preload::adopt(runtime, id, mapper, processor);
  using Add = void (*)(void*, unsigned, void*, uint64_t);
  groma::preload::Next<Add>(__func__)(runtime, id, mapper, processor);
}

// Legion::Internal::Runtime::raise_exception(Exception&&, const Realm::Backtrace&): in some
// contexts Legion dies without printing what it raised.
GROMA_INTERPOSED void
_ZN6Legion8Internal7Runtime15raise_exceptionEONS_9ExceptionERKN5Realm9BacktraceE(
    void* exception, const void* backtrace) {
  using Data = const char* (*)(const void*);
  using Size = size_t (*)(const void*);
  const auto data = reinterpret_cast<Data>(dlsym(RTLD_DEFAULT, "_ZNK6Legion9Exception4dataEv"));
  const auto size = reinterpret_cast<Size>(dlsym(RTLD_DEFAULT, "_ZNK6Legion9Exception4sizeEv"));
  const char* kind = groma::preload::ExceptionKind(exception);
  groma::preload::Record record("exception");
  record.Text("type", kind);
  if (data && size) record.Text("text", data(exception), size(exception));
  record.Write();
  if (data && size && strcmp(kind, "warning") != 0) {
    groma::preload::NoteLastWords(data(exception), size(exception));
  }
  using Raise = void (*)(void*, const void*);
  groma::preload::Next<Raise>(__func__)(exception, backtrace);
}
