// The ranks of one run, all on this computer, find each other and exchange bytes: what a network
// needs before it works. In place of an MPI launcher.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groma::legion {

/// One rank's end. Rank 0 holds a connection to each of the others; closed when destroyed. For one
/// thread at a time.
class Ranks {
 public:
  /// Meets the others at a socket in `folder`, which all ranks name alike and which no other run
  /// uses (at most 90 characters). Returns when all `count` have come; an error after `patience`,
  /// or when two say that they are the same rank.
  static Result<Ranks> Join(const std::string& folder, int rank, int count,
                            std::chrono::milliseconds patience);

  Ranks(Ranks&& other) noexcept;
  Ranks& operator=(Ranks&& other) noexcept;
  ~Ranks();

  int rank() const { return rank_; }
  int count() const { return count_; }

  /// Gives what every rank brought, by rank; returns when all have come. Each rank calls it as
  /// often as the others. An error when a rank has left or died.
  Result<std::vector<std::string>> Exchange(std::string_view own);

 private:
  Ranks(int rank, int count) : rank_(rank), count_(count) {}

  Status Listen(const std::string& path, std::chrono::steady_clock::time_point until);
  Status Connect(const std::string& path, std::chrono::steady_clock::time_point until);

  int rank_;
  int count_;
  std::vector<int> peers_;  // sockets: on rank 0 by rank (its own is -1), elsewhere rank 0's alone
};

}  // namespace groma::legion
