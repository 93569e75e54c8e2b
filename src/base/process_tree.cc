#include "base/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>

namespace groma {
namespace {

// A /proc file in one read; empty when it is gone or forbidden.
std::string ReadProc(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text(4096, 0);
  ssize_t count = ::read(fd, text.data(), text.size());
  ::close(fd);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

std::vector<pid_t> NumericEntries(const std::string& folder) {
  std::vector<pid_t> numbers;
  std::unique_ptr<DIR, int (*)(DIR*)> open_folder(::opendir(folder.c_str()), &::closedir);
  if (!open_folder) return numbers;
  while (dirent* entry = ::readdir(open_folder.get())) {
    char* end = nullptr;
    long number = std::strtol(entry->d_name, &end, 10);
    if (number > 0 && *end == 0) numbers.push_back(static_cast<pid_t>(number));
  }
  return numbers;
}

// The part of /proc/PID/stat behind the command's name: "S 1 …"; empty when gone.
std::string StatOf(const std::string& folder) {
  std::string text = ReadProc(folder + "/stat");
  size_t end = text.rfind(") ");
  return end == std::string::npos ? "" : text.substr(end + 2);
}

bool KernelListsChildren() {
  return ::access(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), R_OK) == 0;
}

void AddChildren(pid_t pid, std::vector<pid_t>* found) {
  for (pid_t thread : NumericEntries(fmt::format("/proc/{}/task", pid))) {
    std::string text = ReadProc(fmt::format("/proc/{}/task/{}/children", pid, thread));
    const char* at = text.c_str();
    for (char* end = nullptr; long child = std::strtol(at, &end, 10); at = end)
      found->push_back(static_cast<pid_t>(child));
  }
}

std::vector<pid_t> DescendantsByScan(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (pid_t pid : NumericEntries("/proc")) {
    std::string stat = StatOf(fmt::format("/proc/{}", pid));
    if (stat.size() > 2)
      children.emplace(static_cast<pid_t>(std::strtol(stat.c_str() + 2, nullptr, 10)), pid);
  }
  std::vector<pid_t> found;
  std::vector<pid_t> open = {root};
  while (!open.empty()) {
    auto [begin, end] = children.equal_range(open.back());
    open.pop_back();
    for (auto it = begin; it != end; ++it) {
      found.push_back(it->second);
      open.push_back(it->second);
    }
  }
  return found;
}

// A way of waiting that only another thread's action ends, or nullptr. `text` is /proc/…/syscall:
// the number and six arguments in hexadecimal.
const char* EndlessWait(const std::string& text) {
  long number = -1;
  unsigned long argument[6] = {};
  if (std::sscanf(text.c_str(), "%ld %lx %lx %lx %lx %lx %lx", &number, &argument[0], &argument[1],
                  &argument[2], &argument[3], &argument[4], &argument[5]) != 7)
    return nullptr;
  switch (number) {
    case SYS_futex:
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
#endif
      return "futex";
    case SYS_epoll_pwait:
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
      return static_cast<int>(argument[3]) < 0 ? "epoll" : nullptr;
#ifdef SYS_poll
    case SYS_poll:
      return static_cast<int>(argument[2]) < 0 ? "poll" : nullptr;
#endif
    case SYS_ppoll:
      return argument[2] == 0 ? "poll" : nullptr;
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
      return argument[4] == 0 ? "select" : nullptr;
    case SYS_wait4:
    case SYS_waitid:
      return "wait for a child";
#ifdef SYS_pause
    case SYS_pause:
#endif
    case SYS_rt_sigsuspend:
      return "wait for a signal";
    case SYS_rt_sigtimedwait:
      return argument[2] == 0 ? "wait for a signal" : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

std::vector<pid_t> Descendants(pid_t root) {
  static const bool listed = KernelListsChildren();
  if (!listed) return DescendantsByScan(root);
  std::vector<pid_t> found;
  AddChildren(root, &found);
  for (size_t i = 0; i < found.size(); ++i) AddChildren(found[i], &found);
  return found;
}

Bytes ResidentMemory(const std::vector<pid_t>& processes) {
  static const int64_t page = ::sysconf(_SC_PAGESIZE);
  Bytes total;
  for (pid_t pid : processes) {
    std::string text = ReadProc(fmt::format("/proc/{}/statm", pid));
    size_t space = text.find(' ');
    if (space != std::string::npos)
      total.count += std::strtoll(text.c_str() + space, nullptr, 10) * page;
  }
  return total;
}

Bytes ProportionalMemory(const std::vector<pid_t>& processes) {
  Bytes total;
  for (pid_t pid : processes) {
    std::string text = ReadProc(fmt::format("/proc/{}/smaps_rollup", pid));
    size_t at = text.find("\nPss:");
    if (at == std::string::npos)
      total += ResidentMemory({pid});
    else
      total.count += std::strtoll(text.c_str() + at + 5, nullptr, 10) * 1024;
  }
  return total;
}

int64_t CpuNanoseconds(const std::vector<pid_t>& processes) {
  int64_t total = 0;
  for (pid_t pid : processes) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) continue;
    total += time.tv_sec * 1'000'000'000LL + time.tv_nsec;
  }
  return total;
}

std::optional<std::string> AllWaiting(const std::vector<pid_t>& processes) {
  std::map<std::string_view, int> waits;
  for (pid_t pid : processes) {
    for (pid_t thread : NumericEntries(fmt::format("/proc/{}/task", pid))) {
      std::string folder = fmt::format("/proc/{}/task/{}", pid, thread);
      std::string stat = StatOf(folder);
      if (stat.empty() || stat[0] == 'Z' || stat[0] == 'X') continue;
      if (stat[0] != 'S') return std::nullopt;
      const char* wait = EndlessWait(ReadProc(folder + "/syscall"));
      if (wait == nullptr) return std::nullopt;
      ++waits[wait];
    }
  }
  if (waits.empty()) return std::nullopt;
  std::string text;
  for (auto [wait, count] : waits)
    text += fmt::format("{}{} in {}", text.empty() ? "" : ", ", count, wait);
  return text;
}

}  // namespace groma
