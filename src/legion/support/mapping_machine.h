// What mappers made by `groma compile` know of the running Legion: its machine in a mapping's
// terms, the names of regions, and the state that the mappers of a node share.
#pragma once
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "groma_mapping.h"
#include "legion.h"

namespace groma::generated {

/// Ends the run: a mapper has nobody to hand an error to.
[[noreturn]] inline void Stop(const std::string& message) {
  std::fprintf(stderr, "mapper: error: %s\n", message.c_str());
  std::fflush(nullptr);
  _exit(86);
}
[[noreturn]] inline void Stop(const Error& error, const std::string& task) {
  const std::string line = error.line > 0 ? "line " + std::to_string(error.line) + ": " : "";
  Stop(line + error.message + " (task " + task + ") [" + error.code + "]");
}

inline Realm::Processor::Kind RealmKind(ProcessorKind kind) {
  using P = Realm::Processor;
  const P::Kind kinds[] = {P::LOC_PROC, P::TOC_PROC, P::OMP_PROC,
                           P::IO_PROC,  P::PY_PROC,  P::PROC_SET};
  return kinds[kind];
}

/// None for kinds that mappings do not name.
inline std::optional<ProcessorKind> KindOf(Realm::Processor processor) {
  for (ProcessorKind kind : {CPU, GPU, OMP, IO, PY, PROC}) {
    if (processor.exists() && processor.kind() == RealmKind(kind)) return kind;
  }
  return std::nullopt;
}
inline std::optional<MemoryKind> KindOf(Realm::Memory memory) {
  using M = Realm::Memory;
  const std::pair<M::Kind, MemoryKind> kinds[] = {{M::SYSTEM_MEM, SYSMEM},
                                                  {M::GPU_FB_MEM, FBMEM},
                                                  {M::Z_COPY_MEM, ZCMEM},
                                                  {M::REGDMA_MEM, RDMEM},
                                                  {M::SOCKET_MEM, SOCKMEM}};
  for (const auto& [realm, kind] : kinds) {
    if (memory.kind() == realm) return kind;
  }
  return std::nullopt;
}

/// The processors by kind, node and index, and the memories that they work on. A node of a mapping
/// is a process, or a part of one where GROMA_RANKS_PER_NODE asks for several. Immutable.
class MachineView {
 public:
  explicit MachineView(Realm::Machine machine) : machine_(machine) {
    if (const char* ranks = std::getenv("GROMA_RANKS_PER_NODE")) ranks_ = std::atoi(ranks);
    std::vector<Realm::Processor> all;
    for (Realm::Processor processor : Realm::Machine::ProcessorQuery(machine)) {
      all.push_back(processor);
      processes_ = std::max(processes_, static_cast<int>(processor.address_space()) + 1);
    }
    std::sort(all.begin(), all.end(), [](auto a, auto b) { return a.id < b.id; });
    for (Realm::Processor processor : all) {
      const auto kind = KindOf(processor);
      if (!kind) continue;
      auto& by_process = processors_[*kind];
      by_process.resize(static_cast<size_t>(processes_));
      const auto process = static_cast<size_t>(processor.address_space());
      places_[processor.id] = {static_cast<int>(process),
                               static_cast<int>(by_process[process].size())};
      by_process[process].push_back(processor);
    }
    for (const auto& [kind, by_process] : processors_) {
      for (const auto& of_process : by_process) {
        if (of_process.size() != by_process[0].size())
          Stop("nodes differ in their " + Text(kind) + " processors");
      }
      if (ranks_ < 1 || (kind <= OMP && static_cast<int>(by_process[0].size()) % ranks_ != 0))
        Stop("GROMA_RANKS_PER_NODE: no equal parts of the " + Text(kind) + " processors");
    }
  }

  int processes() const { return processes_; }
  int nodes() const { return processes_ * ranks_; }
  /// Of a node.
  int Count(ProcessorKind kind) const {
    const auto found = processors_.find(kind);
    return found == processors_.end() ? 0 : static_cast<int>(found->second[0].size()) / ranks_;
  }
  Shape ShapeOf() const {
    Shape shape;
    shape.nodes = nodes();
    shape.cpus = Count(CPU);
    shape.gpus = Count(GPU);
    shape.omps = Count(OMP);
    shape.zero_copy = false;
    for (const auto& [id, place] : places_) {
      Realm::Processor processor;
      processor.id = id;
      shape.zero_copy = shape.zero_copy || Best(processor, ZCMEM).exists();
    }
    return shape;
  }
  bool Knows(Realm::Processor processor) const { return places_.count(processor.id) > 0; }
  Processor Place(Realm::Processor processor) const {
    const Processor place = places_.at(processor.id);
    const int of_a_node = std::max(1, Count(*KindOf(processor)));
    return {place.node * ranks_ + place.index / of_a_node, place.index % of_a_node};
  }
  /// NO_PROC when there is none.
  Realm::Processor At(ProcessorKind kind, Processor place) const {
    const auto found = processors_.find(kind);
    if (found == processors_.end() || place.node < 0 || place.node >= nodes() || place.index < 0 ||
        place.index >= Count(kind)) {
      return Realm::Processor::NO_PROC;
    }
    return found->second[static_cast<size_t>(place.node / ranks_)]
                        [static_cast<size_t>(place.node % ranks_ * Count(kind) + place.index)];
  }
  /// Of the memories of the kind the one of highest bandwidth; NO_MEMORY when none is visible.
  Realm::Memory Best(Realm::Processor processor, MemoryKind kind) const {
    std::vector<Realm::Machine::ProcessorMemoryAffinity> affinities;
    machine_.get_proc_mem_affinity(affinities, processor);
    Realm::Memory best = Realm::Memory::NO_MEMORY;
    unsigned bandwidth = 0;
    for (const auto& affinity : affinities) {
      if (KindOf(affinity.m) != kind || affinity.m.capacity() == 0) continue;
      if (best.exists() && affinity.bandwidth <= bandwidth) continue;
      best = affinity.m;
      bandwidth = affinity.bandwidth;
    }
    return best;
  }

 private:
  Realm::Machine machine_;
  int processes_ = 1;
  int ranks_ = 1;                         // of a process
  std::map<uint64_t, Processor> places_;  // process and index in it
  std::map<ProcessorKind, std::vector<std::vector<Realm::Processor>>> processors_;  // by process
};

/// What the mappers of a node share. Safe from any thread.
class NodeState {
 public:
  using Fields = std::set<Legion::FieldID>;
  using Event = Legion::Mapping::MapperEvent;
  using LimitKey = std::pair<std::string, uint64_t>;  // task, processor of its parent

  /// How many single launches of the task came before.
  int64_t NextLaunch(const std::string& task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return launches_[task]++;
  }

  /// Notes that the fields are used together; all that ever were, directly or over others. Tasks
  /// that use different fields of the same regions then share instances.
  Fields JoinFields(std::tuple<uint64_t, bool, uint64_t> regions, Fields fields) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& groups = groups_[regions];
    for (auto group = groups.begin(); group != groups.end();) {
      const bool shares = std::any_of(group->begin(), group->end(),
                                      [&](auto field) { return fields.count(field) > 0; });
      if (shares) fields.insert(group->begin(), group->end());
      group = shares ? groups.erase(group) : group + 1;
    }
    groups.push_back(fields);
    return fields;
  }

  /// Notes that Legion made an instance with this id, for one task alone or for all that use it.
  void Made(uint64_t instance, bool for_a_task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (for_a_task) {
      own_.insert(instance);
    } else {
      own_.erase(instance);  // the one that had the id is gone
    }
  }
  bool IsATasksOwn(uint64_t instance) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return own_.count(instance) > 0;
  }

  /// InstanceLimit: takes a place for one more task when fewer than `limit` are taken.
  bool Take(const LimitKey& key, int64_t limit) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (taken_[key] >= limit) return false;
    ++taken_[key];
    return true;
  }
  /// Keeps an event to trigger when a task is done; false when there is room by now.
  bool Wait(const std::vector<std::pair<LimitKey, int64_t>>& blocked, Event event) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [key, limit] : blocked) {
      if (taken_[key] < limit) return false;
    }
    waiting_.push_back(event);
    return true;
  }
  /// A task is done: the events to trigger.
  std::vector<Event> Give(const LimitKey& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (taken_[key] > 0) --taken_[key];
    return std::exchange(waiting_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> launches_;
  std::map<std::tuple<uint64_t, bool, uint64_t>, std::vector<Fields>> groups_;
  std::map<LimitKey, int64_t> taken_;
  std::set<uint64_t> own_;  // instances that were made for one task
  std::vector<Event> waiting_;
};

/// The names of a region, its partition, and on up the tree, and of their index spaces; nearest
/// first.
class NameCollector {
 public:
  NameCollector(Legion::Mapping::MapperContext context, Legion::Mapping::MapperRuntime* runtime)
      : context_(context), runtime_(runtime) {}

  std::vector<std::string> Of(const Legion::RegionRequirement& requirement) {
    if (requirement.region.exists()) {
      Add(requirement.region);
    } else if (requirement.partition.exists()) {
      Add(requirement.partition);
    } else if (requirement.parent.exists()) {
      Add(requirement.parent);
    }
    return names_;
  }

 private:
  void Add(Legion::LogicalRegion region) {
    AddName(region);
    AddName(region.get_index_space());
    if (runtime_->has_parent_logical_partition(context_, region))
      Add(runtime_->get_parent_logical_partition(context_, region));
  }
  void Add(Legion::LogicalPartition partition) {
    AddName(partition);
    AddName(partition.get_index_partition());
    Add(runtime_->get_parent_logical_region(context_, partition));
  }
  template <class Handle>
  void AddName(Handle handle) {
    const void* name = nullptr;
    size_t size = 0;
    if (!runtime_->retrieve_semantic_information(context_, handle, LEGION_NAME_SEMANTIC_TAG, name,
                                                 size, true, false)) {
      return;
    }
    const std::string text = static_cast<const char*>(name);
    if (!text.empty() && std::find(names_.begin(), names_.end(), text) == names_.end())
      names_.push_back(text);
  }

  Legion::Mapping::MapperContext context_;
  Legion::Mapping::MapperRuntime* runtime_;
  std::vector<std::string> names_;
};

}  // namespace groma::generated
