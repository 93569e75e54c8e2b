// Preloaded into a Legion program of several ranks: puts a mapper that logs in front of every
// mapper that takes the place of a default one. For each launch that the ranks share it asks the
// chosen functor about every point, and says the answer in a line on stdout.
#include <cstdio>
#include <string>

#include "logging_mapper.h"

namespace groma::agreement {
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

Mapper* MakeLogging(Mapper* under, Legion::Processor processor, Legion::Mapping::MapperRuntime*) {
  return new ShardLog(under, processor);
}

}  // namespace groma::agreement
