#include "base/process_keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace groma {
namespace {

constexpr int kControl = 3;
constexpr int kMostProcesses = 1 << 16;
constexpr int kKillAttempts = 1000;  // 5 ms apart

struct Entry {
  pid_t pid;
  pid_t parent;
  bool ours;
};

void Send(KeeperMessage::Kind kind, int value) {
  KeeperMessage message{kind, value};
  (void)::send(kControl, &message, sizeof message, MSG_NOSIGNAL);
}

pid_t ParseNumber(const char* text) {
  pid_t number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + (*text - '0');
  return *text == 0 ? number : 0;
}

// The parent in /proc/PID/stat; the command's name before it may hold anything, even ')'.
pid_t ParentOf(int proc, const char* pid) {
  char path[32];
  if (std::strlen(pid) + sizeof "/stat" > sizeof path) return 0;
  ::stpcpy(::stpcpy(path, pid), "/stat");
  int fd = ::openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char text[512];
  ssize_t count = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (count <= 0) return 0;
  text[count] = 0;
  const char* end = std::strrchr(text, ')');
  if (end == nullptr || std::strlen(end) < 5) return 0;
  pid_t parent = 0;
  for (const char* c = end + 4; *c >= '0' && *c <= '9'; ++c) parent = parent * 10 + (*c - '0');
  return parent;
}

int ListProcesses(Entry* entries) {
  struct RawEntry {  // getdents64(2)
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[1];
  };
  int proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return 0;
  int count = 0;
  alignas(RawEntry) char buffer[8192];
  for (;;) {
    long bytes = ::syscall(SYS_getdents64, proc, buffer, sizeof buffer);
    if (bytes <= 0) break;
    for (long at = 0; at < bytes && count < kMostProcesses;) {
      auto* raw = reinterpret_cast<RawEntry*>(buffer + at);
      at += raw->length;
      pid_t pid = ParseNumber(raw->name);
      if (pid <= 0) continue;
      entries[count++] = {pid, ParentOf(proc, raw->name), false};
    }
  }
  ::close(proc);
  return count;
}

// Marks the descendants of this process and kills them; a later fork in between is met by the next
// call.
void KillDescendants(Entry* entries) {
  int count = ListProcesses(entries);
  pid_t self = ::getpid();
  for (bool grew = true; grew;) {
    grew = false;
    for (int i = 0; i < count; ++i) {
      if (entries[i].ours) continue;
      bool ours = entries[i].parent == self;
      for (int j = 0; j < count && !ours; ++j)
        ours = entries[j].ours && entries[j].pid == entries[i].parent;
      if (!ours) continue;
      entries[i].ours = true;
      ::kill(entries[i].pid, SIGKILL);
      grew = true;
    }
  }
}

// Kills and reaps until no descendant is left; returns how many are (not killable: in the kernel).
int KillAll(pid_t child, bool* child_ended, int* child_status) {
  void* memory = ::mmap(nullptr, sizeof(Entry) * kMostProcesses, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  for (int attempt = 0; attempt < kKillAttempts; ++attempt) {
    for (;;) {
      int status = 0;
      pid_t ended = ::waitpid(-1, &status, WNOHANG | __WALL);
      if (ended < 0 && errno == ECHILD) return 0;
      if (ended <= 0) break;
      if (ended == child) {
        *child_ended = true;
        *child_status = status;
      }
    }
    if (memory == MAP_FAILED)
      ::kill(-child, SIGKILL);
    else
      KillDescendants(static_cast<Entry*>(memory));
    ::poll(nullptr, 0, 5);
  }
  return 1;
}

[[noreturn]] void StartFailed(int error) {
  Send(KeeperMessage::kNotStarted, error);
  ::_exit(127);
}

[[noreturn]] void RunChild(const KeeperTask& task, pid_t keeper) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);
  rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // When memory runs out the kernel takes the child, not groma.
  int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    (void)!::write(score, "500", 3);
    ::close(score);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (task.folder != nullptr && ::chdir(task.folder) != 0) StartFailed(errno);
  ::execve(task.program, task.arguments, task.environment);
  StartFailed(errno);
}

void ArrangeDescriptors(const KeeperTask& task) {
  // Away from 0 to 3 first: the originals may be among them.
  int input = ::fcntl(task.input, F_DUPFD_CLOEXEC, 10);
  int output = ::fcntl(task.output, F_DUPFD_CLOEXEC, 10);
  int errors = ::fcntl(task.errors, F_DUPFD_CLOEXEC, 10);
  int control = ::fcntl(task.control, F_DUPFD_CLOEXEC, 10);
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(errors, 2);
  ::dup3(control, kControl, O_CLOEXEC);
  if (::syscall(SYS_close_range, kControl + 1, ~0U, 0) == 0) return;
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  for (rlim_t fd = kControl + 1; fd < files.rlim_cur && fd < 65536; ++fd)
    ::close(static_cast<int>(fd));
}

// Waits until the child ends or groma wants the end (says kill, or is gone).
void WaitForEnd(pid_t child, int signals, bool* child_ended, int* status) {
  pollfd watched[2] = {{kControl, POLLIN, 0}, {signals, POLLIN, 0}};
  for (;;) {
    // The time-out is for a machine without signalfd.
    if (::poll(watched, 2, signals >= 0 ? -1 : 20) < 0 && errno != EINTR) return;
    signalfd_siginfo ignored;
    if (signals >= 0 && (watched[1].revents & POLLIN))
      (void)!::read(signals, &ignored, sizeof ignored);
    for (int any_status = 0;;) {
      pid_t ended = ::waitpid(-1, &any_status, WNOHANG | __WALL);
      if (ended <= 0) break;
      if (ended != child) continue;
      *child_ended = true;
      *status = any_status;
      return;
    }
    if (watched[0].revents != 0) return;
  }
}

}  // namespace

void RunKeeper(const KeeperTask& task) {
  ArrangeDescriptors(task);
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_NAME, "groma-keeper");
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, it would reap by itself
  int signals = ::signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK);
  pid_t self = ::getpid();
  pid_t child = ::fork();
  if (child == 0) RunChild(task, self);
  if (child < 0) StartFailed(errno);
  Send(KeeperMessage::kStarted, child);
  bool ended = false;
  int status = 0;
  WaitForEnd(child, signals, &ended, &status);
  if (ended) Send(KeeperMessage::kEnded, status);
  bool told = ended;
  int left = KillAll(child, &ended, &status);
  if (ended && !told) Send(KeeperMessage::kEnded, status);
  Send(KeeperMessage::kClean, left);
  ::_exit(0);
}

}  // namespace groma
