// libgroma_ranks.so: how Realm's UCX network starts on one computer without MPI. Preloaded, and
// named as Realm's bootstrap plugin:
//   REALM_UCP_BOOTSTRAP_MODE=plugin, REALM_UCP_BOOTSTRAP_PLUGIN=…/libgroma_ranks.so
//   GROMA_RANK, GROMA_RANKS   this process, and how many there are
//   GROMA_RANKS_FOLDER        an empty folder in which they meet, the same for all
#include <dlfcn.h>
#include <realm/ucx/bootstrap/bootstrap.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "legion/network/ranks.h"

namespace groma::legion {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

// Process-wide by nature: Realm has one network, and its calls carry no pointer of ours.
std::optional<Ranks> ranks;

int Fail(const std::string& why) {
  std::fprintf(stderr, "groma: the ranks of this run lost each other: %s\n", why.c_str());
  return BOOTSTRAP_ERROR_INTERNAL;
}

/// Exchanges `size` bytes a rank, and calls `take` with each rank's number and bytes.
template <class Take>
int Exchanged(const void* own, size_t size, Take take) {
  const auto all = ranks->Exchange({static_cast<const char*>(own), size});
  if (!all) return Fail(all.error().message);
  for (size_t rank = 0; rank < all->size(); ++rank) take(rank, (*all)[rank]);
  return 0;
}

int Barrier(bootstrap_handle*) {
  return Exchanged("", 0, [](size_t, const std::string&) {});
}

int Broadcast(void* buffer, int bytes, int root, bootstrap_handle*) {
  const bool gives = ranks->rank() == root;
  return Exchanged(buffer, gives ? static_cast<size_t>(bytes) : 0,
                   [&](size_t rank, const std::string& text) {
                     if (static_cast<int>(rank) == root && !gives)
                       std::memcpy(buffer, text.data(), text.size());
                   });
}

int AllGather(const void* own, void* all, int bytes, bootstrap_handle*) {
  const auto size = static_cast<size_t>(bytes);
  return Exchanged(own, size, [&](size_t rank, const std::string& text) {
    std::memcpy(static_cast<char*>(all) + rank * size, text.data(), text.size());
  });
}

int Gather(const void* own, void* all, int bytes, int root, bootstrap_handle*) {
  const auto size = static_cast<size_t>(bytes);
  return Exchanged(own, size, [&](size_t rank, const std::string& text) {
    if (ranks->rank() == root)
      std::memcpy(static_cast<char*>(all) + rank * size, text.data(), text.size());
  });
}

int AllGatherSizes(const void* own, void* all, int* sizes, int* offsets, bootstrap_handle*) {
  return Exchanged(own, static_cast<size_t>(sizes[ranks->rank()]),
                   [&](size_t rank, const std::string& text) {
                     std::memcpy(static_cast<char*>(all) + offsets[rank], text.data(), text.size());
                   });
}

int AllToAll(const void* own, void* mine, int bytes, bootstrap_handle*) {
  const auto size = static_cast<size_t>(bytes), here = static_cast<size_t>(ranks->rank());
  return Exchanged(
      own, size * static_cast<size_t>(ranks->count()), [&](size_t rank, const std::string& text) {
        std::memcpy(static_cast<char*>(mine) + rank * size, text.data() + here * size, size);
      });
}

int Sum(const void* own, void* sums, int count, reduction_op op, bootstrap_handle*) {
  if (op != REDUCTION_SUM) return Fail("a reduction that is no sum");
  const size_t size = static_cast<size_t>(count) * sizeof(unsigned long long);
  return Exchanged(own, size, [&](size_t rank, const std::string& text) {
    if (rank == 0) std::memset(sums, 0, size);
    for (size_t at = 0; at < size; at += sizeof(unsigned long long)) {
      unsigned long long sum, term;
      std::memcpy(&sum, static_cast<char*>(sums) + at, sizeof sum);
      std::memcpy(&term, text.data() + at, sizeof term);
      sum += term;
      std::memcpy(static_cast<char*>(sums) + at, &sum, sizeof sum);
    }
  });
}

int Finalize(bootstrap_handle* handle) {
  std::free(handle->shared_ranks);
  handle->shared_ranks = nullptr;
  ranks.reset();
  return 0;
}

int NumberIn(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? -1 : std::atoi(value);
}

}  // namespace
}  // namespace groma::legion

#define GROMA_EXPORTED extern "C" __attribute__((visibility("default")))

GROMA_EXPORTED int realm_ucp_bootstrap_plugin_init(void*, bootstrap_handle* handle) {
  using namespace groma::legion;
  const char* folder = std::getenv("GROMA_RANKS_FOLDER");
  if (folder == nullptr) return Fail("GROMA_RANKS_FOLDER names no folder to meet in");
  auto joined = Ranks::Join(folder, NumberIn("GROMA_RANK"), NumberIn("GROMA_RANKS"), kPatience);
  if (!joined) return Fail(joined.error().message);
  ranks.emplace(std::move(*joined));
  *handle = {};
  handle->pg_rank = ranks->rank();
  handle->pg_size = handle->num_shared_ranks = ranks->count();
  handle->shared_ranks =
      static_cast<int*>(std::malloc(static_cast<size_t>(ranks->count()) * sizeof(int)));
  if (handle->shared_ranks == nullptr) return Fail("no memory");
  for (int rank = 0; rank < ranks->count(); ++rank) handle->shared_ranks[rank] = rank;
  handle->barrier = Barrier;
  handle->bcast = Broadcast;
  handle->gather = Gather;
  handle->allgather = AllGather;
  handle->alltoall = AllToAll;
  handle->allreduce_ull = Sum;
  handle->allgatherv = AllGatherSizes;
  handle->finalize = Finalize;
  return 0;
}

/// Realm insists on a setting of UCX's InfiniBand part, and ends where UCX was built without one.
GROMA_EXPORTED int ucp_config_modify(void* config, const char* name, const char* value) {
  using Modify = int (*)(void*, const char*, const char*);
  static const auto next = reinterpret_cast<Modify>(dlsym(RTLD_NEXT, "ucp_config_modify"));
  const int status = next == nullptr ? 0 : next(config, name, value);
  return std::strcmp(name, "IB_SEG_SIZE") == 0 ? 0 : status;
}
