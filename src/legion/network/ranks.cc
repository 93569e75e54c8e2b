#include "legion/network/ranks.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <thread>
#include <utility>

namespace groma::legion {
namespace {

using std::chrono::steady_clock;

constexpr size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

Error Failed(std::string_view what) { return {fmt::format("{}: {}", what, std::strerror(errno))}; }

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// Whether all of it was sent.
bool Send(int socket, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

/// Whether all of it came before the other end was closed.
bool Receive(int socket, void* data, size_t size) {
  char* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t came = recv(socket, bytes, size, 0);
    if (came < 0 && errno == EINTR) continue;
    if (came <= 0) return false;
    bytes += came;
    size -= static_cast<size_t>(came);
  }
  return true;
}

bool SendText(int socket, std::string_view text) {
  const uint64_t size = text.size();
  return Send(socket, &size, sizeof size) && Send(socket, text.data(), text.size());
}

bool ReceiveText(int socket, std::string& text) {
  uint64_t size = 0;
  if (!Receive(socket, &size, sizeof size)) return false;
  text.resize(size);
  return Receive(socket, text.data(), size);
}

int MillisecondsUntil(steady_clock::time_point until) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now()).count();
  return static_cast<int>(std::max<int64_t>(left, 0));
}

}  // namespace

Ranks::Ranks(Ranks&& other) noexcept
    : rank_(other.rank_), count_(other.count_), peers_(std::exchange(other.peers_, {})) {}

Ranks& Ranks::operator=(Ranks&& other) noexcept {
  std::swap(rank_, other.rank_);
  std::swap(count_, other.count_);
  std::swap(peers_, other.peers_);
  return *this;
}

Ranks::~Ranks() {
  for (int socket : peers_)
    if (socket >= 0) close(socket);
}

Result<Ranks> Ranks::Join(const std::string& folder, int rank, int count,
                          std::chrono::milliseconds patience) {
  if (count < 1 || rank < 0 || rank >= count)
    return Error{fmt::format("there is no rank {} of {}", rank, count)};
  const std::string path = folder + "/ranks";
  if (path.size() > kLongestPath)
    return Error{fmt::format("the folder {} has too long a name for a socket", folder)};
  Ranks ranks(rank, count);
  const auto until = steady_clock::now() + patience;
  const Status met = rank == 0 ? ranks.Listen(path, until) : ranks.Connect(path, until);
  if (!met) return met.error();
  return ranks;
}

Status Ranks::Listen(const std::string& path, steady_clock::time_point until) {
  peers_.assign(static_cast<size_t>(count_), -1);
  const int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (door < 0) return Failed("no socket");
  const sockaddr_un address = AddressOf(path);
  Status status = Done{};
  if (bind(door, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(door, count_) != 0) {
    status = Failed(path);
  }
  for (int missing = count_ - 1; missing > 0 && status.ok();) {
    pollfd waiting = {door, POLLIN, 0};
    const int ready = poll(&waiting, 1, MillisecondsUntil(until));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      status = Error{fmt::format("{} of {} ranks did not come", missing, count_)};
      break;
    }
    const int peer = accept4(door, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    int32_t rank = -1;
    const bool told = Receive(peer, &rank, sizeof rank);
    if (!told || rank < 1 || rank >= count_ || peers_[static_cast<size_t>(rank)] >= 0) {
      close(peer);
      if (told) status = Error{fmt::format("a second rank {} of {} came", rank, count_)};
      continue;
    }
    peers_[static_cast<size_t>(rank)] = peer;
    --missing;
  }
  close(door);
  unlink(path.c_str());
  return status;
}

Status Ranks::Connect(const std::string& path, steady_clock::time_point until) {
  const sockaddr_un address = AddressOf(path);
  while (true) {
    const int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0) return Failed("no socket");
    if (connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      peers_ = {peer};
      const int32_t rank = rank_;
      if (!Send(peer, &rank, sizeof rank)) return Failed("rank 0 has left");
      return Done{};
    }
    const int why = errno;
    close(peer);
    if (why != ENOENT && why != ECONNREFUSED && why != EAGAIN && why != EINTR) {
      errno = why;
      return Failed(path);
    }
    if (steady_clock::now() >= until)
      return Error{fmt::format("rank 0 of {} did not come", count_)};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Result<std::vector<std::string>> Ranks::Exchange(std::string_view own) {
  std::vector<std::string> all(static_cast<size_t>(count_));
  if (rank_ != 0) {
    bool works = SendText(peers_[0], own);
    for (std::string& text : all) works = works && ReceiveText(peers_[0], text);
    if (!works) return Error{"rank 0 has left, or another rank has"};
    return all;
  }
  all[0] = own;
  for (int rank = 1; rank < count_; ++rank) {
    const auto at = static_cast<size_t>(rank);
    if (!ReceiveText(peers_[at], all[at])) return Error{fmt::format("rank {} has left", rank)};
  }
  for (int rank = 1; rank < count_; ++rank) {
    for (const std::string& text : all) {
      if (!SendText(peers_[static_cast<size_t>(rank)], text))
        return Error{fmt::format("rank {} has left", rank)};
    }
  }
  return all;
}

}  // namespace groma::legion
