// What all mappers of a process share: the mapping, the machine, the log, the accounts. One a
// process, made before Legion starts and never destroyed.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/source.h"
#include "legion.h"
#include "legion/mapper/accounting.h"
#include "legion/mapper/field_groups.h"
#include "legion/mapper/instance_limits.h"
#include "legion/mapper/instance_table.h"
#include "legion/mapper/launch_cache.h"
#include "legion/mapper/log.h"
#include "legion/mapper/machine_model.h"
#include "legion/mapper/region_names.h"
#include "legion/record/recorder.h"
#include "mapping/mapping.h"

namespace groma::legion {

enum class Mode {
  kReplace,   // the mapping and its defaults decide everything
  kWrap,      // what no statement mentions stays with the program's own mapper
  kDescribe,  // nothing is decided here; the program is described, or its calls are only charged
};
std::string_view ToString(Mode mode);

/// From the environment (ARCHITECTURE.md).
struct Settings {
  Mode mode = Mode::kReplace;
  std::string mapping_file;
  std::string mapping_name;           // how diagnostics call it; empty: as the file
  std::optional<unsigned> mapper_id;  // only this one is taken over
  std::string log_file;
  std::string describe_file;
  std::string machine_file;
  int ranks_per_node = 1;  // as how many nodes the mapping sees each process
};

/// What a failure is about, as far as known.
struct Subject {
  std::string task;
  std::string region;  // name, or "argument 2"
  std::optional<std::vector<int64_t>> point;
};

/// Legion's names for what the table of instances is about.
struct LegionTypes {
  using Region = Legion::LogicalRegion;
  using Requirement = Legion::RegionRequirement;
  using Instance = Legion::Mapping::PhysicalInstance;
  using Output = Legion::Mapping::Mapper::MapTaskOutput;
};
using InstanceTable = BasicInstanceTable<LegionTypes>;

class Engine {
 public:
  explicit Engine(Settings settings);

  /// Reads and checks the mapping; ends the process when it is wrong. Called before Legion starts.
  void LoadMapping();
  /// Looks at the machine and binds the mapping to it; does nothing the second time. Legion must
  /// have started.
  void Bind();

  const Settings& settings() const { return settings_; }
  const MachineModel& machine() const { return *machine_; }
  bool has_mapping() const { return mapping_.has_value(); }
  const mapping::Mapping& mapping() const { return *mapping_; }
  Log& log() { return log_; }
  Accounting& accounting() { return accounting_; }
  FieldGroups& fields() { return fields_; }
  InstanceLimits& limits() { return limits_; }
  RegionNames& names() { return names_; }
  InstanceTable& instances() { return instances_; }
  Recorder* recorder() { return recorder_ ? &*recorder_ : nullptr; }

  /// Renders the diagnostic to stderr, writes the `fatal` record and ends the process with 86.
  /// `full` are memories whose live instances are listed with their statements.
  [[noreturn]] void Fatal(const Diagnostic& diagnostic, const Subject& subject = {},
                          const std::vector<Realm::Memory>& full = {});
  /// Renders a warning to stderr and the log; the same code and message only once.
  void Warn(const Diagnostic& diagnostic);

  /// The mapping's answer; its warning is told.
  mapping::Placement Place(const mapping::PointQuery& query);
  /// The mapping's answer to a whole launch, from the last time that it was asked the same if no
  /// function prints; its warning is told. Ends the process with the diagnostic of the first point
  /// that has no processor.
  std::shared_ptr<const mapping::LaunchPlacement> PlaceLaunch(const mapping::LaunchQuery& launch);

  /// The region's names, or (RegionNames::OfPiece) those of its partition where no statement names
  /// a region and no log tells of one.
  NamesPtr NamesOf(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
                   const Legion::RegionRequirement& requirement);

  /// 1-based line of a statement, for the log; null without a statement.
  nlohmann::json LineOf(const std::optional<Span>& statement) const;

  /// How many single launches of the task came before this one on the node.
  int64_t NextLaunch(const std::string& task);
  /// Counts a launch's points for the log. Launches that a trace replays count too, though none of
  /// their points is mapped or has a record of its own.
  void CountLaunch(std::string_view task, int64_t points);
  /// What the machine description gives to the runtime's own work, on the virtual clock: each
  /// blocks for that time, one after the other on a node, and does nothing without a description. A
  /// replayed trace launches its tasks and maps none, so a point's cost in a trace is charged with
  /// the launch and the rest of its full cost where it is mapped.
  void ChargeLaunch(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
                    int64_t points);
  void ChargeMapping(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime);

  /// Writes peaks, launches, the end record and the description; only the first call does anything.
  void Finish(int code);

 private:
  nlohmann::json MemoryReport(Realm::Memory memory) const;
  std::string MemoryText(Realm::Memory memory) const;
  void LoadCosts();

  void Charge(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              int64_t nanoseconds);

  const Settings settings_;
  Log log_;
  std::shared_ptr<const SourceFile> source_;
  std::shared_ptr<const lang::Program> program_;
  std::mutex bind_mutex_;
  std::optional<MachineModel> machine_;
  std::optional<mapping::Mapping> mapping_;
  Accounting accounting_;
  FieldGroups fields_;
  InstanceLimits limits_;
  RegionNames names_;
  bool names_piece_by_piece_ = true;
  InstanceTable instances_;
  LaunchCache placements_;
  std::optional<Recorder> recorder_;
  std::mutex mutex_;
  std::map<std::string, int64_t> launches_;
  std::map<std::string, int64_t, std::less<>> launched_points_;
  std::set<std::string> warned_;
  std::atomic<int64_t> tasks_ = 0;
  std::atomic<bool> finished_ = false;
  int64_t launch_cost_ = 0;                                          // of one point, in nanoseconds
  int64_t mapping_cost_ = 0;                                         // the same
  void (*runtime_work_)(int64_t, void (*)(void*), void*) = nullptr;  // groma_vgpu_runtime_work
};

/// "a diagnostic of ours": code, span of the statement (none: the whole file), message.
Diagnostic Failure(std::string code, const std::optional<Span>& statement, std::string message);

}  // namespace groma::legion
