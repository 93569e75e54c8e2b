#include "legion/preload/guard.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "legion/preload/record.h"

namespace groma::preload {
namespace {

// Process-wide by nature: there is one signal handler a process.
bool installed = false;
void (*flush_log)() = nullptr;
std::atomic<int> handling = 0;  // the thread that tells of the death, 0 while none
char last_words[600];           // what Legion raised or asserted last, empty when nothing

constexpr int kSignals[] = {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL};
constexpr int kMaxFrames = 64;
constexpr int kShownFrames = 12;
constexpr size_t kAlternateStack = 256 * 1024;

struct Frame {
  char name[400];
  const char* image;  // file name of the library or program
  const char* where;  // "legion", "realm", "groma", "cuda", "libc" or "program"
};

bool StartsWith(const char* text, const char* prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char* Where(const char* image) {
  if (StartsWith(image, "liblegion")) return "legion";
  if (StartsWith(image, "librealm")) return "realm";
  if (StartsWith(image, "libgroma")) return "groma";
  if (StartsWith(image, "libcuda")) return "cuda";
  for (const char* prefix :
       {"libc.so", "libc-", "libpthread", "libstdc++", "libgcc_s", "ld-linux", "libm."}) {
    if (StartsWith(image, prefix)) return "libc";
  }
  return "program";
}

int Frames(Frame* frames) {
  void* addresses[kMaxFrames];
  const int count = backtrace(addresses, kMaxFrames);
  using Demangle = char* (*)(const char*, char*, size_t*, int*);
  // Not linked: a library that is preloaded everywhere must not bring the C++ library along.
  const auto demangle = reinterpret_cast<Demangle>(dlsym(RTLD_DEFAULT, "__cxa_demangle"));
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    Dl_info info;
    if (!dladdr(addresses[i], &info) || !info.dli_fname) continue;
    const char* slash = strrchr(info.dli_fname, '/');
    Frame& frame = frames[kept];
    frame.image = slash ? slash + 1 : info.dli_fname;
    if (StartsWith(frame.image, "libgroma_preload")) continue;
    frame.where = Where(frame.image);
    int status = 0;
    char* plain =
        info.dli_sname && demangle ? demangle(info.dli_sname, nullptr, nullptr, &status) : nullptr;
    if (info.dli_sname) {
      snprintf(frame.name, sizeof frame.name, "%s", plain ? plain : info.dli_sname);
    } else {
      // For addr2line: the symbol is not exported (link with -rdynamic to see it).
      const auto offset = static_cast<char*>(addresses[i]) - static_cast<char*>(info.dli_fbase);
      snprintf(frame.name, sizeof frame.name, "%.300s+0x%lx", frame.image,
               static_cast<unsigned long>(offset));
    }
    free(plain);
    ++kept;
  }
  return kept;
}

int Mentions(const Frame* frames, int count, const char* needle) {
  int found = 0;
  for (int i = 0; i < count; ++i) found += strstr(frames[i].name, needle) != nullptr;
  return found;
}

/// Index of the first frame that is not of the C library.
int Innermost(const Frame* frames, int count) {
  int first = 0;
  while (first < count && strcmp(frames[first].where, "libc") == 0) ++first;
  return first;
}

/// A death in which Legion says nothing: a function on the stack, and what it means.
struct KnownDeath {
  int signal;
  const char* function;
  bool innermost;  // only when the signal came from the function itself
  const char* cause;
};
constexpr const char* kWrongProcessor =
    "processor is not a Legion-managed one: the mapper sent a task to a processor id that does not "
    "exist, or to one that runs no tasks (a utility processor, a memory)";
constexpr const char* kNoInstance =
    "the mapper gave no usable instance for a region requirement: none chosen, too few, or one "
    "that lacks a field of the requirement";
constexpr KnownDeath kKnownDeaths[] = {
    {SIGSEGV, "ProcessorManager::activate_context", false, kWrongProcessor},
    {SIGSEGV, "add_to_ready_queue", false, kWrongProcessor},
    {SIGABRT, "finalize_map_task_output", false, kNoInstance},
    {SIGSEGV, "finalize_map_task_output", false, kNoInstance},
    {SIGSEGV, "TaskOp::select_task_options", true,
     "a launcher names a mapper id under which no mapper is registered"},
    {SIGSEGV, "find_mapper", false,
     "a launcher names a mapper id under which no mapper is registered"},
};

const char* ProgramFault(int signal) {
  switch (signal) {
    case SIGFPE:
      return "divided an integer by zero";
    case SIGSEGV:
      return "used memory that it may not use";
    case SIGBUS:
      return "used memory that is not there";
    case SIGILL:
      return "ran an instruction that the processor does not have";
    default:
      return "called abort (a failed assertion, or an exception that nobody caught)";
  }
}

const char* Cause(int signal, const Frame* frames, int count, bool overflow, char* buffer,
                  size_t size) {
  if (overflow) {
    const bool slicing = Mentions(frames, count, "slice_index_space") > 3;
    return slicing
               ? "the stack is full: the mapper's slice_task asks to be called again without end "
                 "(recurse)"
               : "the stack is full: endless recursion, or a local array that is too large";
  }
  if (signal == SIGABRT && *last_words) return last_words;
  const int first = Innermost(frames, count);
  if (first == count) return "";
  if (strcmp(frames[first].where, "program") == 0) {
    const char* who = Mentions(frames, count, "MapperManager::") ? "mapper" : "own code";
    snprintf(buffer, size, "the program's %s %s in %.300s", who, ProgramFault(signal),
             frames[first].name);
    return buffer;
  }
  for (const KnownDeath& death : kKnownDeaths) {
    const int from = death.innermost ? first : 0;
    if (death.signal == signal &&
        Mentions(frames + from, death.innermost ? 1 : count, death.function)) {
      return death.cause;
    }
  }
  return "";
}

void Say(const char* text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

void Tell(int signal, bool overflow) {
  static Frame frames[kMaxFrames];  // static: the handler's stack is small
  const int count = Frames(frames);
  static char cause_buffer[700];
  const char* cause = Cause(signal, frames, count, overflow, cause_buffer, sizeof cause_buffer);
  const char* name = signal == SIGSEGV   ? "SIGSEGV"
                     : signal == SIGABRT ? "SIGABRT"
                     : signal == SIGFPE  ? "SIGFPE"
                     : signal == SIGBUS  ? "SIGBUS"
                                         : "SIGILL";
  const int first = Innermost(frames, count);
  const char* where = first < count ? frames[first].where : "program";
  if (strcmp(where, "program") == 0 && Mentions(frames, count, "MapperManager::")) where = "mapper";

  static Record record("death");
  record.Text("signal", name);
  record.Text("cause", cause);
  record.Text("where", where);
  record.BeginArray("frames");
  static char line[800];
  snprintf(line, sizeof line, "groma: the process dies of %s%s%.600s\n", name,
           *cause ? ": " : " in ", *cause ? cause : where);
  Say(line);
  for (int i = first, shown = 0; i < count && shown < kShownFrames; ++i, ++shown) {
    record.Element(frames[i].name);
    snprintf(line, sizeof line, "groma:   #%d %s: %.300s\n", shown, frames[i].image,
             frames[i].name);
    Say(line);
  }
  record.EndArray();
  record.Write();
}

/// Whether the fault lies just below the stack of the thread that was interrupted.
bool OverflowsStack(const siginfo_t* info, const void* context) {
#ifdef __x86_64__
  const auto* machine = static_cast<const ucontext_t*>(context);
  const auto pointer = static_cast<unsigned long>(machine->uc_mcontext.gregs[REG_RSP]);
  const auto address = reinterpret_cast<unsigned long>(info->si_addr);
  constexpr unsigned long kNear = 64 * 1024;
  return address + kNear > pointer && address < pointer + kNear && address >= 4096;
#else
  (void)info, (void)context;
  return false;
#endif
}

void OnSignal(int signal, siginfo_t* info, void* context) {
  const int self = gettid();
  int nobody = 0;
  if (handling.compare_exchange_strong(nobody, self)) {
    if (flush_log) flush_log();
    Tell(signal, signal == SIGSEGV && OverflowsStack(info, context));
  } else if (nobody != self) {
    // Another thread is telling of its own death: let it finish, it ends the process.
    constexpr timespec kPatience{5, 0};
    nanosleep(&kPatience, nullptr);
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void GiveAlternateStack() {
  void* memory =
      mmap(nullptr, kAlternateStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack{};
  stack.ss_sp = memory;
  stack.ss_size = kAlternateStack;
  sigaltstack(&stack, nullptr);
}

struct ThreadStart {
  void* (*routine)(void*);
  void* argument;
};

void* StartThread(void* argument) {
  const ThreadStart start = *static_cast<ThreadStart*>(argument);
  free(argument);
  GiveAlternateStack();
  return start.routine(start.argument);
}

}  // namespace

void NoteLastWords(const char* text, size_t length) {
  snprintf(last_words, sizeof last_words, "%.*s", static_cast<int>(length), text);
}

void SetFlush(void (*flush)()) { flush_log = flush; }

void InstallGuard() {
  if (installed) return;
  installed = true;
  // The first backtrace loads the unwinder, which a signal handler may not do.
  void* addresses[2];
  backtrace(addresses, 2);
  GiveAlternateStack();
  struct sigaction action {};
  action.sa_sigaction = OnSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int signal : kSignals) sigaction(signal, &action, nullptr);
}

}  // namespace groma::preload

extern "C" {

/// Threads made after the guard was installed get their own stack for its handler.
__attribute__((visibility("default"))) int pthread_create(pthread_t* thread,
                                                          const pthread_attr_t* attributes,
                                                          void* (*routine)(void*), void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static Create real = nullptr;
  if (!real) real = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (!groma::preload::installed) return real(thread, attributes, routine, argument);
  auto* start =
      static_cast<groma::preload::ThreadStart*>(malloc(sizeof(groma::preload::ThreadStart)));
  if (!start) return real(thread, attributes, routine, argument);
  *start = {routine, argument};
  const int result = real(thread, attributes, groma::preload::StartThread, start);
  if (result != 0) free(start);
  return result;
}

/// A failed assertion of Realm or Legion, told to the log before it goes to stderr.
__attribute__((visibility("default"))) void __assert_fail(const char* condition, const char* file,
                                                          unsigned line,
                                                          const char* function) noexcept {
  if (groma::preload::installed) {
    groma::preload::Record record("assertion");
    record.Text("condition", condition ? condition : "");
    record.Text("file", file ? file : "");
    record.Number("line", line);
    record.Text("function", function ? function : "");
    record.Write();
    char words[500];
    snprintf(words, sizeof words, "assertion failed: %.400s", condition ? condition : "");
    groma::preload::NoteLastWords(words, strlen(words));
  }
  using Fail = void (*)(const char*, const char*, unsigned, const char*);
  const auto real = reinterpret_cast<Fail>(dlsym(RTLD_NEXT, "__assert_fail"));
  if (real) real(condition, file, line, function);
  abort();
}
}
