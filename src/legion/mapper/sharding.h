// Several nodes: which shard launches a point, so that it is launched where it will run.
#pragma once
#include <string>

#include "legion.h"
#include "legion/mapper/engine.h"

namespace groma::legion {

/// Asks Legion for the functor ids that FunctorFor gives out. In a registration callback, on every
/// node.
void ReserveFunctors(Legion::Runtime* runtime);

/// The functor for launches like `query` (its point is not looked at); registered at the first
/// call, with the same id on every node. Shards are taken to be one a node, in the order of nodes.
Legion::ShardingID FunctorFor(Engine& engine, const mapping::PointQuery& query,
                              const std::string& task);

}  // namespace groma::legion
