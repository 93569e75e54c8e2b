#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/process_keeper.h"
#include "base/process_tree.h"

extern char** environ;

namespace groma {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTickMilliseconds = 20;
constexpr double kTreeSeconds = 0.2;     // how often the tree of processes is listed anew
constexpr double kMemorySeconds = 0.05;  // how often its memory is looked at
constexpr double kIdleSeconds = 0.1;     // how often it is asked whether it waits
constexpr double kProgressSeconds = 0.25;
constexpr int64_t kIdleCpuNanoseconds = 2'000'000;  // that much in one idle window is still idle
constexpr double kKeeperPatience = 10;              // seconds to kill everything

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// A file without a name: gone when the last process that has it open is.
Result<Descriptor> UnnamedFile() {
  const char* folder = std::getenv("TMPDIR");
  std::string name = fmt::format("{}/groma-output-XXXXXX", folder && *folder ? folder : "/tmp");
  int fd = ::mkostemp(name.data(), O_APPEND | O_CLOEXEC);
  if (fd < 0)
    return Error{
        fmt::format("cannot make a file for the output in {}: {}. Set TMPDIR to a folder "
                    "that can be written",
                    name.substr(0, name.rfind('/')), std::strerror(errno))};
  ::unlink(name.c_str());
  return Descriptor(fd);
}

Result<Descriptor> InputFile(const ProcessRequest& request) {
  if (request.inherit_input) return Descriptor(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  if (request.input.empty()) return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Result<Descriptor> file = UnnamedFile();
  if (!file) return file;
  std::string_view rest = request.input;
  while (!rest.empty()) {
    ssize_t count = ::write(file->get(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return Error{fmt::format("cannot write the child's input: {}", std::strerror(errno))};
    rest.remove_prefix(static_cast<size_t>(count));
  }
  ::lseek(file->get(), 0, SEEK_SET);
  return file;
}

// The command's path as execve wants it; a name that is nowhere stays as it is and fails there.
std::string FindCommand(const ProcessRequest& request) {
  const std::string& name = request.command[0];
  auto path = request.environment.find("PATH");
  if (name.find('/') != std::string::npos || path == request.environment.end()) return name;
  std::string_view folders = path->second;
  while (!folders.empty()) {
    size_t end = std::min(folders.find(':'), folders.size());
    std::string candidate = fmt::format("{}/{}", folders.substr(0, end), name);
    if (end > 0 && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return name;
}

// A null-terminated array of pointers into strings that stay where they are.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Keeper {
  pid_t pid = -1;
  Descriptor control;
};

Result<Keeper> StartKeeper(const ProcessRequest& request, int input, int output, int errors) {
  std::string program = FindCommand(request);
  std::vector<std::string> arguments = request.command;
  std::vector<std::string> variables;
  for (const auto& [name, value] : request.environment)
    variables.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> argument_pointers = Pointers(arguments);
  std::vector<char*> variable_pointers = Pointers(variables);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return Error{fmt::format("cannot make a socket: {}", std::strerror(errno))};
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  KeeperTask task{program.c_str(),
                  argument_pointers.data(),
                  variable_pointers.data(),
                  request.folder.empty() ? nullptr : request.folder.c_str(),
                  input,
                  output,
                  errors,
                  theirs.get()};
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = ::fork();
  if (pid == 0) RunKeeper(task);
  int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return Error{fmt::format("cannot start a process: {}", std::strerror(error))};
  return Keeper{pid, std::move(ours)};
}

// A file that the child writes, as it grows.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}

  int64_t Size() const {
    struct stat status {};
    return ::fstat(fd_, &status) == 0 ? status.st_size : 0;
  }

  void Forward(const std::function<void(std::string_view)>& receiver) {
    if (!receiver) return;
    char buffer[65536];
    // One piece at most per call while the child prints without end.
    int64_t until = Size();
    while (forwarded_ < until) {
      ssize_t count = ::pread(fd_, buffer, sizeof buffer, forwarded_);
      if (count <= 0) return;
      forwarded_ += count;
      receiver(std::string_view(buffer, static_cast<size_t>(count)));
    }
  }

  std::string Read(int64_t from, int64_t count) const {
    std::string text(static_cast<size_t>(count), 0);
    size_t done = 0;
    while (done < text.size()) {
      ssize_t got =
          ::pread(fd_, text.data() + done, text.size() - done, from + static_cast<int64_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<size_t>(got);
    }
    text.resize(done);
    return text;
  }

  // The whole output, or its first and last parts; `cut` is set when something was left out.
  std::string Collect(Bytes kept, bool* cut) const {
    int64_t size = Size();
    if (size <= kept.count) return Read(0, size);
    int64_t half = kept.count / 2;
    *cut = true;
    return fmt::format("{}\n[… {} bytes of output left out …]\n{}", Read(0, half), size - 2 * half,
                       Read(size - half, half));
  }

 private:
  int fd_;
  int64_t forwarded_ = 0;
};

// What the running tree of processes holds and whether it still moves.
class Watch {
 public:
  Watch(pid_t keeper, Clock::time_point start) : keeper_(keeper), start_(start) {}

  Bytes memory() const { return memory_; }
  Bytes peak() const { return peak_; }

  // The reason to kill the child, if there is one.
  std::optional<std::pair<ProcessEnd, std::string>> Look(const ProcessLimits& limits) {
    double now = Since(start_);
    if (now >= next_tree_) {
      processes_ = Descendants(keeper_);
      next_tree_ = now + kTreeSeconds;
    }
    if (now >= next_memory_) {
      next_memory_ = now + kMemorySeconds;
      LookAtMemory(limits.memory, now);
      if (limits.memory.count > 0 && memory_ > limits.memory)
        return std::pair(ProcessEnd::kMemoryLimit,
                         fmt::format("it held {} of memory, the limit is {}", ToString(memory_),
                                     ToString(limits.memory)));
    }
    if (limits.idle_seconds > 0 && now >= next_idle_) {
      next_idle_ = now + kIdleSeconds;
      if (auto waits = IdleFor(limits.idle_seconds, now))
        return std::pair(ProcessEnd::kIdle, fmt::format("no thread did anything for {:.1f} s: {}",
                                                        limits.idle_seconds, *waits));
    }
    return std::nullopt;
  }

 private:
  // The exact figure costs a walk of the page tables: only taken when the cheap one, which is never
  // smaller, is above the limit, and at most a twentieth of the time.
  void LookAtMemory(Bytes limit, double now) {
    Bytes resident = ResidentMemory(processes_);
    if (limit.count == 0 || resident <= limit) {
      memory_ = resident;
    } else if (now >= next_exact_) {
      memory_ = std::min(ProportionalMemory(processes_), resident);
      double cost = Since(start_) - now;
      next_exact_ = now + 20 * cost;
    }
    peak_ = std::max(peak_, memory_);
  }

  std::optional<std::string> IdleFor(double seconds, double now) {
    int64_t cpu = CpuNanoseconds(processes_);
    bool moved = cpu > idle_cpu_ + kIdleCpuNanoseconds || cpu < idle_cpu_;
    std::optional<std::string> waits = moved ? std::nullopt : AllWaiting(processes_);
    if (!waits) {
      idle_since_ = now;
      idle_cpu_ = cpu;
      return std::nullopt;
    }
    return now - idle_since_ >= seconds ? waits : std::nullopt;
  }

  pid_t keeper_;
  Clock::time_point start_;
  std::vector<pid_t> processes_;
  Bytes memory_, peak_;
  double next_tree_ = 0, next_memory_ = 0, next_exact_ = 0, next_idle_ = 0;
  double idle_since_ = 0;
  int64_t idle_cpu_ = 0;
};

// One run: from the started keeper to its last word.
class Run {
 public:
  /// `errors`: the file of stderr when it is another one, else −1.
  Run(const ProcessRequest& request, Keeper keeper, int output, int errors)
      : request_(request),
        keeper_(std::move(keeper)),
        output_(output),
        errors_(errors),
        start_(Clock::now()),
        watch_(keeper_.pid, start_) {}

  Result<ProcessResult> Wait() {
    while (!finished_) {
      pollfd control{keeper_.control.get(), POLLIN, 0};
      if (::poll(&control, 1, kTickMilliseconds) > 0) Receive();
      if (!child_ended_) CheckLimits();
      if (kill_sent_ && Since(killed_at_) > kKeeperPatience) break;
      output_.Forward(request_.on_output);
      Report();
    }
    keeper_.control.Close();  // the keeper, if it still lives, takes this as its end
    int status = 0;
    while (finished_ && ::waitpid(keeper_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (start_error_ != 0) return StartError();
    output_.Forward(request_.on_output);
    result_.output = output_.Collect(request_.output_kept, &result_.output_cut);
    bool errors_cut = false;
    if (request_.errors_apart) result_.errors = errors_.Collect(request_.output_kept, &errors_cut);
    result_.peak_memory = watch_.peak();
    if (result_.wall_seconds == 0) result_.wall_seconds = Since(start_);
    return std::move(result_);
  }

 private:
  void Receive() {
    KeeperMessage message{};
    ssize_t count = ::recv(keeper_.control.get(), &message, sizeof message, 0);
    // A reset comes once, before what the keeper said last, when it ended without reading our word.
    if (count < 0 && (errno == EINTR || errno == ECONNRESET)) return;
    if (count != static_cast<ssize_t>(sizeof message)) return KeeperGone();
    switch (message.kind) {
      case KeeperMessage::kStarted:
        child_ = message.value;
        return;
      case KeeperMessage::kNotStarted:
        start_error_ = message.value;
        return;
      case KeeperMessage::kEnded:
        ChildEnded(message.value);
        return;
      case KeeperMessage::kClean:
        if (message.value > 0 && result_.detail.empty())
          result_.detail = "some of its processes cannot be killed now";
        finished_ = true;
        return;
      default:
        return;
    }
  }

  // Somebody killed the keeper: the child died with it, the rest is found by its session.
  void KeeperGone() {
    finished_ = true;
    if (child_ > 0) ::kill(-child_, SIGKILL);
    if (!child_ended_ && start_error_ == 0 && !kill_sent_) {
      result_.end = ProcessEnd::kSignalled;
      result_.signal = SIGKILL;
      result_.exit_code = 128 + SIGKILL;
      result_.detail = "killed from outside";
    }
  }

  void ChildEnded(int status) {
    child_ended_ = true;
    result_.wall_seconds = Since(start_);
    if (WIFSIGNALED(status)) {
      result_.signal = WTERMSIG(status);
      result_.exit_code = 128 + result_.signal;
      if (!kill_sent_) {
        result_.end = ProcessEnd::kSignalled;
        result_.detail =
            fmt::format("killed by signal {} ({})", result_.signal, ::strsignal(result_.signal));
      }
    } else {
      result_.exit_code = WEXITSTATUS(status);
      if (!kill_sent_) result_.detail = fmt::format("exit code {}", result_.exit_code);
    }
  }

  void Kill(ProcessEnd end, std::string detail) {
    if (kill_sent_) return;
    kill_sent_ = true;
    killed_at_ = Clock::now();
    result_.end = end;
    result_.detail = std::move(detail);
    KeeperMessage message{KeeperMessage::kKill, 0};
    (void)::send(keeper_.control.get(), &message, sizeof message, MSG_NOSIGNAL);
  }

  void CheckLimits() {
    if (kill_sent_) return;
    const ProcessLimits& limits = request_.limits;
    if (Interrupted() != 0) return Kill(ProcessEnd::kInterrupted, "interrupted");
    if (limits.wall_seconds > 0 && Since(start_) > limits.wall_seconds)
      return Kill(ProcessEnd::kWallLimit,
                  fmt::format("the time limit of {:g} s has passed", limits.wall_seconds));
    if (limits.output.count > 0 && output_.Size() + errors_.Size() > limits.output.count)
      return Kill(ProcessEnd::kOutputLimit,
                  fmt::format("it printed more than {}", ToString(limits.output)));
    if (auto reason = watch_.Look(limits)) Kill(reason->first, std::move(reason->second));
  }

  void Report() {
    if (!request_.on_progress || Since(start_) < next_report_) return;
    next_report_ = Since(start_) + kProgressSeconds;
    request_.on_progress({Since(start_), Bytes{output_.Size()}, watch_.memory()});
  }

  Error StartError() const {
    const std::string& name = request_.command[0];
    if (!request_.folder.empty() && ::access(request_.folder.c_str(), X_OK) != 0)
      return Error{fmt::format("cannot start {} in folder {}: {}", name, request_.folder,
                               std::strerror(errno))};
    const char* advice = "";
    if (start_error_ == ENOENT) advice = ". Is the name right, and is its interpreter installed?";
    if (start_error_ == EACCES) advice = ". Make it executable (chmod +x)";
    if (start_error_ == ENOEXEC) advice = ". It is no program for this machine";
    return Error{fmt::format("cannot start {}: {}{}", name, std::strerror(start_error_), advice)};
  }

  const ProcessRequest& request_;
  Keeper keeper_;
  Output output_, errors_;
  Clock::time_point start_;
  Watch watch_;
  ProcessResult result_;
  pid_t child_ = -1;
  bool child_ended_ = false, finished_ = false, kill_sent_ = false;
  Clock::time_point killed_at_;
  int start_error_ = 0;
  double next_report_ = kProgressSeconds;
};

}  // namespace

Result<ProcessResult> RunProcess(const ProcessRequest& request) {
  if (request.command.empty() || request.command[0].empty())
    return Error{"cannot start a process: the command is empty"};
  Result<Descriptor> input = InputFile(request);
  if (!input) return input.error();
  Result<Descriptor> output = UnnamedFile();
  if (!output) return output.error();
  Result<Descriptor> errors = request.errors_apart ? UnnamedFile() : Descriptor();
  if (!errors) return errors.error();
  const int apart = errors->get();
  Result<Keeper> keeper =
      StartKeeper(request, input->get(), output->get(), apart < 0 ? output->get() : apart);
  if (!keeper) return keeper.error();
  return Run(request, std::move(keeper.value()), output->get(), apart).Wait();
}

std::map<std::string, std::string> CurrentEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace groma
