// Application descriptions: the tasks and regions of a program as a mapping can name them
// (docs/formats/app.md). Written by `groma apps describe` from one run, as JSON.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/kinds.h"
#include "base/result.h"

namespace groma::app {

/// What a variant was registered to want of the instance of one region requirement; what it leaves
/// open is empty.
struct VariantLayout {
  int argument = 0;   // position of the region requirement
  std::string order;  // fastest first: 'X' 'Y' 'Z' 'W' 'V' 'U' … and 'F' for the field
  std::optional<MemoryKind> memory;  // only instances in such a memory
  int64_t alignment = 0;             // bytes: at least so much; 0: none
};

/// One implementation of a task.
struct Variant {
  std::string name;
  ProcessorKind processor = ProcessorKind::kCpu;
  bool leaf = false;
  bool inner = false;
  bool replicable = false;
  std::vector<VariantLayout> layouts;  // by argument
};

enum class Privilege { kNoAccess, kReadOnly, kReadWrite, kWriteDiscard, kReduce };

struct Field {
  std::string name;  // empty when the program names none
  int id = 0;
  int64_t bytes = 0;
};

/// A region requirement of a task, by position. Seen launches of a task that disagree are joined:
/// names of all, fields of all.
struct Argument {
  std::vector<std::string>
      names;  // region, partition, and on up the tree: nearest first; empty when nothing is named
  Privilege privilege = Privilege::kNoAccess;
  std::vector<Field> fields;
  int64_t largest_volume = 0;  // elements of the largest sub-region seen
  int dimensions = 0;          // of the index space; 0: an older file does not say
};

struct Task {
  std::string name;
  std::vector<Variant> variants;
  std::vector<Argument> arguments;
  bool single_launched = false;
  bool index_launched = false;
  std::vector<std::vector<int64_t>> domains;  // extents of the index launches seen, each once
  std::vector<std::string> parents;           // names of the tasks that launch it
  int64_t launches = 0;                       // point tasks seen
  bool concurrent = false;  // launched so that all points must run at once (concurrent, must-epoch)
};

struct Description {
  std::string name;
  std::vector<Task> tasks;  // in order of first launch, then never-launched ones

  const Task* FindTask(std::string_view name) const;
  /// Every region or partition name, each once, in order of first use.
  std::vector<std::string> RegionNames() const;
};

/// Reads what Write wrote; a newer version or a damaged file is an error that says so.
Result<Description> Parse(std::string_view json, std::string_view file_name);
Result<Description> Read(const std::filesystem::path& path);
std::string Write(const Description& description);

}  // namespace groma::app
