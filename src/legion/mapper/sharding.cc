#include "legion/mapper/sharding.h"

#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "fmt/format.h"

namespace groma::legion {
namespace {

// Legion's table of functors belongs to the process, and so does ours.
constexpr size_t kReserved = size_t{1} << 20;
std::mutex mutex;
Legion::ShardingID first_id = 0;
std::map<Legion::ShardingID, std::string> registered;

class MappingFunctor : public Legion::ShardingFunctor {
 public:
  MappingFunctor(Engine& engine, mapping::PointQuery query, std::string task)
      : engine_(engine), query_(std::move(query)), task_(std::move(task)) {
    query_.task = task_;
  }

  Legion::ShardID shard(const Legion::DomainPoint& point, const Legion::Domain& domain,
                        const size_t shards) override {
    const bool whole = query_.index_launch && domain.dense() && !engine_.mapping().Prints();
    const int node = whole ? NodeInLaunch(point, domain) : NodeOfPoint(point, domain);
    const size_t nodes = static_cast<size_t>(engine_.machine().nodes());
    return static_cast<Legion::ShardID>(static_cast<size_t>(node) * shards / nodes);
  }

 private:
  /// From the placement of the whole launch, which is asked for once a domain.
  int NodeInLaunch(const Legion::DomainPoint& point, const Legion::Domain& domain) {
    size_t number = 0;
    for (int d = 0; d < point.get_dim(); ++d) {
      const auto extent = static_cast<size_t>(domain.hi()[d] - domain.lo()[d] + 1);
      number = number * extent + static_cast<size_t>(point[d] - domain.lo()[d]);
    }
    const std::lock_guard lock(mutex_);
    if (!(last_domain_ == domain)) {
      mapping::LaunchQuery launch{.about = query_};
      launch.about.task = task_;
      launch.about.extents.clear();
      for (int d = 0; d < domain.get_dim(); ++d) {
        launch.about.extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
        launch.low.push_back(0);
        launch.high.push_back(launch.about.extents.back() - 1);
      }
      last_ = engine_.PlaceLaunch(launch);
      last_domain_ = domain;
    }
    return last_->processors[number].node;
  }

  int NodeOfPoint(const Legion::DomainPoint& point, const Legion::Domain& domain) {
    mapping::PointQuery query = query_;
    query.task = task_;
    query.point.clear();
    query.extents.clear();
    if (query.index_launch) {
      for (int d = 0; d < point.get_dim(); ++d) {
        query.point.push_back(point[d] - domain.lo()[d]);
        query.extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
      }
    }
    const mapping::Placement placement = engine_.Place(query);
    if (placement.failure) engine_.Fatal(*placement.failure, {task_, "", query.point});
    return placement.processor->node;
  }

  Engine& engine_;
  mapping::PointQuery query_;
  const std::string task_;
  std::mutex mutex_;
  Legion::Domain last_domain_ = Legion::Domain::NO_DOMAIN;
  std::shared_ptr<const mapping::LaunchPlacement> last_;
};

uint64_t Hash(const std::string& text) {
  uint64_t hash = 14695981039346656037ull;  // FNV-1a
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ull;
  return hash;
}

}  // namespace

void ReserveFunctors(Legion::Runtime* runtime) {
  first_id = runtime->generate_library_sharding_ids("groma", kReserved);
}

Legion::ShardingID FunctorFor(Engine& engine, const mapping::PointQuery& query,
                              const std::string& task) {
  // Nodes do not talk about ids: each computes the same one from what the functor depends on.
  std::string key =
      fmt::format("{}/{}/{}/{}", task, ToString(query.kind), query.index_launch, query.depth);
  if (query.parent) key += "/" + query.parent->name;
  const std::lock_guard lock(mutex);
  const auto id = static_cast<Legion::ShardingID>(first_id + Hash(key) % kReserved);
  const auto [found, is_new] = registered.try_emplace(id, key);
  if (found->second != key) {
    engine.Fatal(Failure("E0711", std::nullopt,
                         fmt::format("two kinds of launches share a sharding functor: {} and {}",
                                     key, found->second)));
  }
  if (is_new) {
    Legion::Runtime::get_runtime()->register_sharding_functor(
        id, new MappingFunctor(engine, query, task),
        /*silence_warnings=*/true);
  }
  return id;
}

}  // namespace groma::legion
