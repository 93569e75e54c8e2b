// Describes the application that runs: which tasks it launches, with which regions, from where.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "app/description.h"
#include "legion.h"

namespace groma::legion {

class RegionNames;

/// Safe from any thread. Is told of every launch and every point, writes the description at the
/// end.
class Recorder {
 public:
  explicit Recorder(std::string file);

  /// A launch, single or index, as select_task_options sees it.
  void Launch(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              RegionNames& names, const Legion::Task& task);
  /// One task that is mapped: a single one or a point of an index launch.
  void Point(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
             RegionNames& names, const Legion::Task& task);

  /// Writes the file; a failure goes to stderr (the program's run is not at fault).
  void Write();

 private:
  struct Seen {
    app::Task task;
    uint64_t first_launch = UINT64_MAX;  // Legion numbers launches as the program makes them
    std::set<std::vector<int64_t>> domains;
  };
  Seen& Find(const Legion::Task& task);  // with mutex_ held
  std::vector<app::Variant> Variants(Legion::Mapping::MapperContext ctx,
                                     Legion::Mapping::MapperRuntime* runtime,
                                     const Legion::Task& task);
  app::Argument Describe(Legion::Mapping::MapperContext ctx,
                         Legion::Mapping::MapperRuntime* runtime, RegionNames& names,
                         const Legion::RegionRequirement& requirement, bool is_point);

  const std::string file_;
  std::mutex mutex_;
  std::map<std::string, Seen> seen_;
  std::map<Legion::IndexSpace, int64_t> volumes_;
};

}  // namespace groma::legion
