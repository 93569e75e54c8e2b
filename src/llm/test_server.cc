#include "llm/test_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/check.h"

namespace groma::llm {
namespace {

// The length of the body that a head announces.
size_t BodyLength(const std::string& head) {
  const std::string name = "Content-Length: ";
  const size_t at = head.find(name);
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + name.size(), nullptr, 10);
}

std::string ReadRequest(int fd) {
  std::string text;
  char buffer[65536];
  for (;;) {
    const size_t end = text.find("\r\n\r\n");
    if (end != std::string::npos && text.size() >= end + 4 + BodyLength(text)) return text;
    const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

}  // namespace

void Connection::Send(const std::string& bytes) const {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

void Connection::WaitForEnd() const {
  char byte = 0;
  while (::recv(fd_, &byte, 1, 0) > 0) {
  }
}

void Connection::Drip(const std::string& bytes) const {
  for (const char byte : bytes) {
    pollfd hangs_up{fd_, POLLIN, 0};
    if (::poll(&hangs_up, 1, 20) > 0) return;
    if (::send(fd_, &byte, 1, MSG_NOSIGNAL) <= 0) return;
  }
}

TestServer::TestServer(std::vector<Behaviour> behaviours) : behaviours_(std::move(behaviours)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  CHECK(::bind(listener_, any, size) == 0 && ::listen(listener_, 8) == 0);
  CHECK(::getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

TestServer::~TestServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string TestServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<std::string> TestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TestServer::Serve() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    Handle(fd);
  }
}

void TestServer::Handle(int fd) {
  {
    const std::lock_guard lock(mutex_);
    current_ = fd;
    if (stopping_) ::shutdown(fd, SHUT_RDWR);
  }
  std::string request = ReadRequest(fd);
  size_t turn = 0;
  {
    const std::lock_guard lock(mutex_);
    turn = std::min(requests_.size(), behaviours_.size() - 1);
    requests_.push_back(std::move(request));
  }
  behaviours_[turn](Connection(fd));
  const std::lock_guard lock(mutex_);
  current_ = -1;
  ::close(fd);
}

std::string HttpText(int status, const std::string& body, const std::string& headers) {
  return fmt::format(
      "HTTP/1.1 {} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n{}\r\n{}",
      status, body.size(), headers, body);
}

Behaviour Says(int status, const std::string& body, const std::string& headers) {
  return SaysBytes(HttpText(status, body, headers));
}

Behaviour SaysBytes(const std::string& bytes) {
  return [bytes](const Connection& connection) { connection.Send(bytes); };
}

std::string OpenAiReply(const std::string& text) {
  return nlohmann::json{
      {"model", "small-1"},
      {"choices",
       {{{"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}}},
      {"usage", {{"prompt_tokens", 11}, {"completion_tokens", 7}}}}
      .dump();
}

std::string AnthropicReply(const std::string& text) {
  return nlohmann::json{{"model", "small-2"},
                        {"content", {{{"type", "text"}, {"text", text}}}},
                        {"stop_reason", "end_turn"},
                        {"usage",
                         {{"input_tokens", 11},
                          {"output_tokens", 7},
                          {"cache_creation_input_tokens", 100},
                          {"cache_read_input_tokens", 1000}}}}
      .dump();
}

}  // namespace groma::llm
