#include "vgpu/device/quiet.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

#include "base/files.h"

namespace groma::vgpu {
namespace {

// So many looks in a row must fail before the kernel is said to hide threads.
constexpr int kBlindLooks = 100;

int ThisThread() { return static_cast<int>(syscall(SYS_gettid)); }

int64_t CpuTime(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

int OpenIn(int folder, int thread, const char* file) {
  return openat(folder, fmt::format("{}/{}", thread, file).c_str(), O_RDONLY | O_CLOEXEC);
}

// The file's text now; "" when the thread has ended.
std::string_view ReadAt(int file, std::array<char, 192>* buffer) {
  const ssize_t length = pread(file, buffer->data(), buffer->size(), 0);
  return length > 0 ? std::string_view(buffer->data(), length) : std::string_view();
}

// How often the thread has been put on a processor: the third number of schedstat.
uint64_t RunsIn(std::string_view schedstat) {
  const size_t last = schedstat.find_last_of(' ');
  uint64_t runs = 0;
  if (last != std::string_view::npos)
    std::from_chars(schedstat.data() + last + 1, schedstat.data() + schedstat.size(), runs);
  return runs;
}

// Whether the thread sleeps, from its stat file: "1234 (name) S …". One that has been woken and not
// run yet is shown as running here, while its syscall file still shows its last wait.
bool Sleeps(std::string_view stat) {
  const size_t name_end = stat.rfind(')');
  return name_end != std::string_view::npos && stat.substr(name_end + 1).starts_with(" S");
}

int TracerOf(std::string_view status) {
  const size_t at = status.find("TracerPid:");
  return at == std::string_view::npos ? -1 : std::atoi(status.data() + at + 10);
}

}  // namespace

struct QuietWatch::Thread {
  int id;
  int wait_file;
  int state_file;
  int runs_file;
  uint64_t runs = 0;

  void Close() const {
    for (const int file : {wait_file, state_file, runs_file})
      if (file >= 0) close(file);
  }
};

Result<std::unique_ptr<QuietWatch>> QuietWatch::Open() {
  const Error hidden{
      "/proc/self/task does not show what threads wait for (is /proc hidden or emulated?), so "
      "virtual time cannot be kept here"};
  std::unique_ptr<QuietWatch> watch(new QuietWatch);
  watch->folder_ = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (watch->folder_ < 0) return hidden;

  const int self = ThisThread();
  std::array<char, 192> buffer;
  const int wait = OpenIn(watch->folder_, self, "syscall");
  const bool seen = wait >= 0 && ReadAt(wait, &buffer).starts_with("running");
  const bool own = wait >= 0 && ReadAt(wait, &buffer).starts_with(fmt::format("{} ", SYS_pread64));
  if (wait >= 0) close(wait);
  if (!seen && !own) return hidden;

  const int runs = OpenIn(watch->folder_, self, "schedstat");
  watch->counts_runs_ = runs >= 0 && RunsIn(ReadAt(runs, &buffer)) > 0;
  if (runs >= 0) close(runs);

  const Result<std::string> status = ReadFile("/proc/self/status");
  if (!status) return hidden;
  if (const int tracer = TracerOf(*status); tracer > 0)
    return Error{
        fmt::format("process {} traces this one (a debugger, strace): virtual time cannot "
                    "be kept; run without it",
                    tracer)};
  watch->MeasureNoise();
  return watch;
}

QuietWatch::QuietWatch() = default;

QuietWatch::~QuietWatch() {
  for (const Thread& thread : threads_) thread.Close();
  if (folder_ >= 0) close(folder_);
}

int64_t QuietWatch::OthersCpuTime() const {
  return CpuTime(CLOCK_PROCESS_CPUTIME_ID) - CpuTime(CLOCK_THREAD_CPUTIME_ID);
}

// Two clocks are never read at the same moment: how much their difference moves by itself.
void QuietWatch::MeasureNoise() {
  std::array<int64_t, 33> moves;
  for (int64_t& move : moves) move = std::abs(OthersCpuTime() - OthersCpuTime());
  std::nth_element(moves.begin(), moves.begin() + moves.size() / 2, moves.end());
  noise_ns_ = std::clamp<int64_t>(3 * moves[moves.size() / 2], 500, 5000);
}

bool QuietWatch::Changed() const {
  struct stat info {};
  // A folder's links are 2 and one for each folder in it: each thread.
  return stale_ || fstat(folder_, &info) != 0 || info.st_nlink != listed_links_ ||
         info.st_nlink < 3;
}

bool QuietWatch::Refresh() {
  struct stat info {};
  if (fstat(folder_, &info) != 0) return false;
  listed_links_ = info.st_nlink;
  const int copy = openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* listing = copy < 0 ? nullptr : fdopendir(copy);
  if (listing == nullptr) return false;

  std::map<int, Thread> known;
  for (const Thread& thread : threads_) known.emplace(thread.id, thread);
  threads_.clear();
  const int self = ThisThread();
  bool all = true;
  while (const dirent* entry = readdir(listing)) {
    const int id = std::atoi(entry->d_name);
    if (id <= 0 || id == self) continue;
    if (auto found = known.find(id); found != known.end()) {
      threads_.push_back(found->second);
      known.erase(found);
      continue;
    }
    Thread thread{id, OpenIn(folder_, id, "syscall"), OpenIn(folder_, id, "stat"), -1};
    if (thread.wait_file < 0 || thread.state_file < 0) {
      thread.Close();
      // Ended meanwhile, or may not be looked at: only the first is harmless.
      all = all && faccessat(folder_, fmt::format("{}/comm", id).c_str(), F_OK, 0) != 0;
      continue;
    }
    if (counts_runs_) thread.runs_file = OpenIn(folder_, id, "schedstat");
    threads_.push_back(thread);
  }
  closedir(listing);
  for (const auto& [id, thread] : known) thread.Close();
  stale_ = false;
  return all;
}

// Reads what the threads wait for and how often they have run. Quiet unless one is awake.
Look QuietWatch::ReadWaits(const std::set<int>& parked, bool since_last) {
  Look look;
  std::array<char, 192> buffer;
  for (Thread& thread : threads_) {
    if (parked.contains(thread.id)) continue;
    const uint64_t runs_before = thread.runs;
    if (counts_runs_) thread.runs = RunsIn(ReadAt(thread.runs_file, &buffer));
    if (since_last && thread.runs != runs_before) return Awake(&thread);
    const std::string_view line = ReadAt(thread.wait_file, &buffer);
    const ThreadWait wait = ParseThreadWait(line);
    if (wait.kind == ThreadWait::Kind::kAwake) {
      stale_ = stale_ || line.empty();  // it has ended
      return Awake(&thread);
    }
    if (wait.kind != ThreadWait::Kind::kForever) look.sleepers.push_back({thread.id, wait});
  }
  look.verdict = Look::Verdict::kQuiet;
  return look;
}

// The first thread that does not sleep, or has run since ReadWaits; the state is read first, so
// that a thread which slept then and has not run later had not been woken before.
Look QuietWatch::FindAwake(const std::set<int>& parked) {
  std::array<char, 192> buffer;
  for (Thread& thread : threads_) {
    if (parked.contains(thread.id)) continue;
    const bool sleeps = Sleeps(ReadAt(thread.state_file, &buffer));
    if (!sleeps || (counts_runs_ && RunsIn(ReadAt(thread.runs_file, &buffer)) != thread.runs))
      return Awake(&thread);
  }
  return {.verdict = Look::Verdict::kQuiet};
}

// Who was awake once is likely to be so again: it is asked first from now on.
Look QuietWatch::Awake(Thread* thread) {
  const Look look{.verdict = Look::Verdict::kAwake, .awake = thread->id};
  const auto at = threads_.begin() + (thread - threads_.data());
  std::rotate(threads_.begin(), at, at + 1);
  return look;
}

Look QuietWatch::Take(const std::set<int>& parked, bool since_last) {
  if (Changed() && !Refresh()) {
    // A thread that is just ending is still listed and no longer shown: that passes.
    stale_ = true;
    if (++blind_looks_ < kBlindLooks) return {};
    return {.verdict = Look::Verdict::kBlind};
  }
  blind_looks_ = 0;
  const int64_t before = counts_runs_ ? 0 : OthersCpuTime();
  const Look look = ReadWaits(parked, since_last);
  if (look.verdict != Look::Verdict::kQuiet) return look;
  if (const Look again = FindAwake(parked); again.verdict != Look::Verdict::kQuiet) return again;
  if (Changed()) return {};
  if (!counts_runs_ && std::abs(OthersCpuTime() - before) > noise_ns_) return {};
  return look;
}

ThreadEffort QuietWatch::EffortOf(int thread) {
  ThreadEffort effort;
  const Result<std::string> status = ReadFile(fmt::format("/proc/self/task/{}/status", thread));
  const Result<std::string> stat = ReadFile(fmt::format("/proc/self/task/{}/stat", thread));
  if (!status || !stat) return effort;
  constexpr std::string_view kWaits = "\nvoluntary_ctxt_switches:";
  if (const size_t at = status->find(kWaits); at != std::string::npos)
    effort.waits = std::atoll(status->c_str() + at + kWaits.size());
  // After the name in brackets: state, six numbers, minor faults, those of children, major faults,
  // those of children, ticks in user mode, ticks in kernel mode.
  std::istringstream fields(stat->substr(std::min(stat->rfind(')') + 1, stat->size())));
  std::string skipped;
  for (int i = 0; i < 7; ++i) fields >> skipped;
  int64_t minor = 0;
  int64_t major = 0;
  int64_t user = 0;
  int64_t kernel = 0;
  fields >> minor >> skipped >> major >> skipped >> user >> kernel;
  effort.page_faults = minor + major;
  effort.cpu_seconds =
      static_cast<double>(user + kernel) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return effort;
}

std::string QuietWatch::NameOf(int thread) {
  if (thread == 0) return "a thread that ran between two looks";
  const Result<std::string> name = ReadFile(fmt::format("/proc/self/task/{}/comm", thread));
  if (!name || name->empty()) return "a thread that has ended";
  return fmt::format("thread {} ({})", thread, name->substr(0, name->find('\n')));
}

}  // namespace groma::vgpu
