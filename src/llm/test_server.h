// For tests: an HTTP server on this computer that answers byte by byte what a test says, right or
// wrong.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "llm/clock.h"

namespace groma::llm {

/// One connection of the server's, after its request was read.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}
  void Send(const std::string& bytes) const;
  /// Until the other side or the test hangs up.
  void WaitForEnd() const;
  /// One byte every 20 ms, until all is sent or the other side hangs up.
  void Drip(const std::string& bytes) const;

 private:
  int fd_;
};

using Behaviour = std::function<void(const Connection&)>;

/// The n-th connection gets the n-th behaviour, later ones the last; each connection is closed
/// after it.
class TestServer {
 public:
  explicit TestServer(std::vector<Behaviour> behaviours);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const;  // http://127.0.0.1:PORT
  /// What arrived, one a connection: head and body as sent.
  std::vector<std::string> requests() const;

 private:
  void Serve();
  void Handle(int fd);

  std::vector<Behaviour> behaviours_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  int current_ = -1;  // the open connection
  bool stopping_ = false;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// A whole reply. `headers`: lines that each end with \r\n.
std::string HttpText(int status, const std::string& body, const std::string& headers = "");
Behaviour Says(int status, const std::string& body, const std::string& headers = "");
Behaviour SaysBytes(const std::string& bytes);

/// Good bodies of the two interfaces.
std::string OpenAiReply(const std::string& text);
std::string AnthropicReply(const std::string& text);

/// A clock that a test moves; waiting takes no time.
class FakeClock : public Clock {
 public:
  double Now() override { return now; }
  int64_t UnixMilliseconds() override { return 1'700'000'000'000; }
  bool Wait(double seconds) override {
    waits.push_back(seconds);
    now += seconds;
    return !interrupted;
  }
  double now = 100;
  std::vector<double> waits;
  bool interrupted = false;
};

}  // namespace groma::llm
