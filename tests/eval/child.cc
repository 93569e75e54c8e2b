// A program that ends badly in the way its first argument says. Used by evaluate_test.cc.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

// Three threads, each waiting for something that never happens.
int Hang(const char* /*file*/) {
  std::mutex mutex;
  std::condition_variable never;
  auto wait = [&] {
    std::unique_lock lock(mutex);
    never.wait(lock, [] { return false; });
  };
  std::thread first(wait);
  std::thread second(wait);
  wait();
  first.join();
  second.join();
  return 0;
}

int Livelock(const char* /*file*/) {
  for (volatile unsigned count = 0;;) count = count + 1;
}

int Sleep(const char* /*file*/) {
  std::this_thread::sleep_for(std::chrono::seconds(1000));
  return 0;
}

int Segfault(const char* /*file*/) {
  ::raise(SIGSEGV);
  return 0;
}

// 16 MB every 10 ms, really touched.
int EatMemory(const char* /*file*/) {
  constexpr size_t kPiece = 16 << 20;
  for (int piece = 0; piece < 2000; ++piece) {
    void* memory =
        ::mmap(nullptr, kPiece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 4;
    std::memset(memory, piece, kPiece);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 0;
}

// A terabyte of addresses without memory behind, and a gigabyte of them on the same two megabytes:
// what virtual GPUs do. Nothing of it is held.
int LookHungry(const char* /*file*/) {
  constexpr size_t kReserved = size_t{1} << 40;
  constexpr size_t kPiece = 2 << 20;
  void* reserved = ::mmap(nullptr, kReserved, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  int pages = ::memfd_create("pages", MFD_CLOEXEC);
  if (reserved == MAP_FAILED || pages < 0 || ::ftruncate(pages, kPiece) != 0) return 4;
  for (int i = 0; i < 512; ++i) {
    char* place = static_cast<char*>(reserved) + i * kPiece;
    if (::mmap(place, kPiece, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, pages, 0) ==
        MAP_FAILED)
      return 4;
    std::memset(place, i, kPiece);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  std::puts("fine");
  return 0;
}

int PrintForever(const char* /*file*/) {
  for (long line = 0;; ++line) std::printf("line %ld of very many\n", line);
}

// Children and grandchildren in sessions of their own that ignore every polite signal; their
// process ids are appended to the file.
int Breed(const char* file) {
  for (int i = 0; i < 3; ++i) {
    if (::fork() != 0) continue;
    for (int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_IGN);
    ::setsid();
    bool grandchild = ::fork() == 0;
    if (grandchild) ::setsid();
    std::ofstream(file, std::ios::app) << std::to_string(::getpid()) + "\n" << std::flush;
    for (;;) ::pause();
  }
  std::ofstream(file, std::ios::app) << std::to_string(::getpid()) + "\n" << std::flush;
  for (int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_IGN);
  for (;;) ::usleep(10000);
}

int ExitThree(const char* /*file*/) {
  std::puts("about to fail");
  std::fflush(stdout);
  std::fprintf(stderr, "cannot read the input\n");
  return 3;
}

int Figure(const char* /*file*/) {
  std::puts("THROUGHPUT = 12.5 GFLOP/s\nVERIFICATION PASSED");
  return 0;
}

int Wrong(const char* /*file*/) {
  std::puts("THROUGHPUT = 99 GFLOP/s\nVERIFICATION FAILED");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string, int (*)(const char*)> ways = {
      {"hang", Hang},          {"livelock", Livelock},    {"sleep", Sleep},
      {"segfault", Segfault},  {"eat-memory", EatMemory}, {"look-hungry", LookHungry},
      {"print", PrintForever}, {"breed", Breed},          {"exit-three", ExitThree},
      {"figure", Figure},      {"wrong", Wrong}};
  auto way = ways.find(count > 1 ? arguments[1] : "");
  if (way == ways.end()) return 2;
  return way->second(count > 2 ? arguments[2] : "/dev/null");
}
