// Preloaded into a Legion program of several ranks: puts a mapper that logs in front of every
// mapper that takes the place of a default one. For each launch that the ranks share it asks the
// chosen functor about every point, and says the answer in a line on stdout.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "legion.h"
#include "mappers/forwarding_mapper.h"

namespace {

using Legion::Domain;
using Legion::DomainPoint;
using Legion::Mapping::Mapper;

class ShardLog final : public Legion::Mapping::ForwardingMapper {
 public:
  ShardLog(Mapper* under, Legion::Processor processor)
      : ForwardingMapper(under), rank_(processor.address_space()) {}

  using ForwardingMapper::select_sharding_functor;
  void select_sharding_functor(const Legion::Mapping::MapperContext context,
                               const Legion::Task& task, const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    ForwardingMapper::select_sharding_functor(context, task, input, output);
    Legion::ShardingFunctor* functor = Legion::Runtime::get_sharding_functor(output.chosen_functor);
    const size_t shards = input.shard_mapping.size();
    const auto say = [&](const std::string& what, const DomainPoint& point, const Domain& domain) {
      const Legion::ShardID shard = functor->shard(point, domain, shards);
      const std::string line = "rank " + std::to_string(rank_) + ", " + what + " goes to rank " +
                               std::to_string(input.shard_mapping[shard].address_space()) + "\n";
      std::fwrite(line.data(), 1, line.size(), stdout);
    };
    const std::string name = task.get_task_name();
    if (!task.is_index_space) {
      say(name, task.index_point, Domain(task.index_point, task.index_point));
      return;
    }
    for (Domain::DomainPointIterator it(task.index_domain); it; it++) {
      std::string what = name + " at";
      for (int d = 0; d < it.p.get_dim(); ++d) what += " " + std::to_string(it.p[d]);
      say(what, it.p, task.index_domain);
    }
  }

 private:
  const Legion::AddressSpaceID rank_;
};

}  // namespace

// Legion::Runtime::replace_default_mapper(Mapper*, Processor), by its symbol.
extern "C" __attribute__((visibility("default"))) void
_ZN6Legion7Runtime22replace_default_mapperEPNS_7Mapping6MapperEN5Realm9ProcessorE(
    void* runtime, Mapper* mapper, uint64_t processor) {
  using Replace = void (*)(void*, Mapper*, uint64_t);
  static const auto next = reinterpret_cast<Replace>(dlsym(RTLD_NEXT, __func__));
  if (next == nullptr) std::abort();
  Legion::Processor at;
  at.id = processor;
  next(runtime, new ShardLog(mapper, at), processor);
}
