// Runs recorded exchanges again, with no provider.
#pragma once
#include <memory>
#include <vector>

#include "llm/exchange.h"
#include "llm/keys.h"
#include "llm/provider.h"

namespace groma::llm {

/// Answers the requests in the order in which they were recorded: the same bytes, the same
/// failures, and nothing leaves the machine. A request that differs from the recorded one at its
/// place is answered with a kReplay failure that says where it differs, and all later ones too.
class Replay : public Provider {
 public:
  /// `then` answers what comes after the last exchange (a run that is taken up again); nullptr: a
  /// kReplay failure does. `keys`: as those of the recording, since requests are recorded without
  /// them.
  explicit Replay(std::vector<Exchange> exchanges, Keys keys = {},
                  std::unique_ptr<Provider> then = nullptr);

  Answer Ask(const Request& request) override;

  /// Exchanges answered so far.
  size_t answered() const { return next_; }

 private:
  std::vector<Exchange> exchanges_;
  Keys keys_;
  std::unique_ptr<Provider> then_;
  size_t next_ = 0;
};

/// Where `asked` first differs from `recorded`, in words; empty when it does not.
std::string WhereTheyDiffer(const Request& recorded, const Request& asked);

}  // namespace groma::llm
