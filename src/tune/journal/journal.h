// The journal of a tuning: an SQLite file that holds every evaluation (docs/formats/journal.md).
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/outcome.h"
#include "guide/feedback.h"
#include "tune/journal/identity.h"
#include "tune/propose/proposer.h"

namespace groma::tune {

/// What the tuning was asked to do; a resumed one must be asked the same.
struct Settings {
  std::string app, machine, proposer, evaluator;
  std::string start_hash;  // Hash of the start mapping's text
  uint64_t seed = 1;
  Identity program;  // parts that decide the figures (identity.h)
};

/// Which part of a tuning an evaluation belongs to.
enum class Role { kStart, kExpert, kDefault, kProposal };
/// "start", "expert", "default", "proposal".
std::string_view ToString(Role role);

/// One evaluation.
struct Entry {
  Role role = Role::kProposal;
  int run = 0;        // 0-based; 0 for the roles that belong to no run
  int iteration = 0;  // 1… for proposals, else 0
  uint64_t seed = 0;  // of the run
  std::string mapping;
  std::string hash;  // of the mapping's canonical form (propose/canonical.h)
  std::string reason;
  eval::Outcome outcome;
  guide::Feedback feedback;
  Source source = Source::kRun;
  int64_t started_ms = 0, finished_ms = 0;  // since 1970, UTC
};

/// A model's exchange (llm/exchange.h), encoded, and the proposal that it was for.
struct RecordedExchange {
  int run = 0, iteration = 0;
  int number = 0;  // 0-based, of that proposal
  std::string exchange;
};

/// An open journal. Movable; not for several threads at once. Other programs may read the file at
/// any time. One writer a file: a second one gets an error at once.
///
/// A process that is killed loses nothing that Append had returned from.
class Journal {
 public:
  /// Makes the file. An error when there is one already, or it cannot be written. `max_bytes` > 0
  /// limits its size: appending beyond that fails like a full disk.
  static Result<Journal> Create(const std::filesystem::path& file, const Settings& settings,
                                int64_t max_bytes = 0);
  /// Opens an existing one to append. Errors say whether there is none, it is no groma journal, it
  /// comes from a newer groma, it is of version 1 (which does not say whose figures it holds), or
  /// another process writes into it. One of version 2 becomes one of this version.
  static Result<Journal> Open(const std::filesystem::path& file);
  /// Opens one of any version up to this one's for reading alone, also while another process
  /// writes.
  static Result<Journal> OpenForReading(const std::filesystem::path& file);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  Result<Settings> ReadSettings() const;
  /// Every entry, in the order in which they were appended.
  Result<std::vector<Entry>> ReadEntries() const;

  /// On return the entry is on the disk. An error leaves the journal as it was; it says what to do
  /// (a full disk, a lock).
  Status Append(const Entry& entry);
  /// The same for a model's exchange.
  Status Append(const RecordedExchange& exchange);
  /// By run, iteration and number; none in journals of earlier versions.
  Result<std::vector<RecordedExchange>> ReadExchanges() const;

  const std::filesystem::path& file() const;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace groma::tune
