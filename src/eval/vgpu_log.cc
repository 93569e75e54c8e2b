#include "eval/vgpu_log.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace groma::eval {
namespace {

using Json = nlohmann::json;

constexpr int64_t kVersion = 1;

const Json& Member(const Json& object, const char* key) {
  static const Json nothing;
  auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? nothing : *found;
}

std::string Text(const Json& object, const char* key) {
  const Json& member = Member(object, key);
  return member.is_string() ? member.get<std::string>() : "";
}

int64_t Number(const Json& object, const char* key) {
  const Json& member = Member(object, key);
  return member.is_number() ? member.get<int64_t>() : 0;
}

double Real(const Json& object, const char* key) {
  const Json& member = Member(object, key);
  return member.is_number() ? member.get<double>() : 0;
}

VgpuLog::Totals ReadTotals(const Json& object) {
  return {Number(object, "count"), Bytes{Number(object, "bytes")},
          Nanoseconds{Number(object, "ns")}};
}

// "gpu3" → "FBMEM", "zero_copy" → "ZCMEM", "system" → "SYSMEM".
std::string MemoryKindName(const std::string& end) {
  if (end.starts_with("gpu")) return "FBMEM";
  return end == "zero_copy" ? "ZCMEM" : "SYSMEM";
}

// The memory that an argument lies in when it is not the processor's own; else empty.
std::string RemoteMemory(const std::string& place, bool gpu) {
  if (place == "zero_copy") return gpu ? "ZCMEM" : "";
  if (place == "peer_framebuffer") return "FBMEM";
  if (place == "system") return gpu ? "SYSMEM" : "";
  return "";
}

/// No kernel of a program has a name with a blank.
bool IsReduction(const Json& kernel) { return Text(kernel, "name").starts_with("reduction "); }

std::vector<VgpuLog::Kernel> ReadKernels(const Json& list, bool gpu) {
  std::vector<VgpuLog::Kernel> kernels;
  if (!list.is_array()) return kernels;
  for (const Json& entry : list) {
    if (IsReduction(entry)) continue;
    VgpuLog::Kernel kernel{Text(entry, "name"),         Text(entry, "task"),
                           ReadTotals(entry),           Real(entry, "single_flops"),
                           Real(entry, "double_flops"), {}};
    for (const Json& argument : Member(entry, "arguments")) {
      std::string memory = RemoteMemory(Text(argument, "place"), gpu);
      if (memory.empty()) continue;
      VgpuLog::Totals totals = ReadTotals(argument);
      if (totals.count == 0) totals.count = kernel.totals.count;
      kernel.remote.push_back({memory, Text(argument, "region"), totals});
    }
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

/// A reduction's time is shared by bytes among the memories that what it adds came from.
void AddReduction(const Json& kernel, VgpuLog* log) {
  constexpr int64_t kAdded = 1;  // the argument
  std::vector<const Json*> sources;
  int64_t all = 0;
  for (const Json& argument : Member(kernel, "arguments")) {
    if (Number(argument, "index") != kAdded) continue;
    sources.push_back(&argument);
    all += Number(argument, "bytes");
  }
  for (const Json* source : sources) {
    const std::string remote = RemoteMemory(Text(*source, "place"), true);
    const int64_t bytes = Number(*source, "bytes");
    const double share = all > 0 ? static_cast<double>(bytes) / static_cast<double>(all) : 1;
    const auto part = [&](const char* key) {
      return std::llround(share * static_cast<double>(Number(kernel, key)));
    };
    VgpuLog::Totals& sum = log->reductions[{remote.empty() ? "FBMEM" : remote, "FBMEM"}];
    sum.count += part("count");
    sum.bytes += Bytes{bytes};
    sum.time += Nanoseconds{part("ns")};
  }
}

}  // namespace

Result<VgpuLog> ParseVgpuLog(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!Member(json, "groma_vgpu_log").is_number())
    return Error{"the virtual driver's report is damaged"};
  if (Number(json, "groma_vgpu_log") > kVersion)
    return Error{
        "the virtual driver writes a newer report than this groma reads: they are of two "
        "installations"};
  VgpuLog log;
  log.virtual_time = {Number(json, "virtual_ns")};
  log.modelled = Text(json, "mode") == "modelled";
  log.valid = Member(json, "valid").is_boolean() ? Member(json, "valid").get<bool>() : false;
  log.invalid_reason = Text(json, "invalid_reason");
  log.fatal = Text(json, "fatal");
  log.kernels = ReadKernels(Member(json, "kernels"), true);
  log.cpu_work = ReadKernels(Member(json, "cpu_work"), false);
  for (const Json& kernel : Member(json, "kernels"))
    if (IsReduction(kernel)) AddReduction(kernel, &log);
  for (const Json& copy : Member(json, "copies")) {
    VgpuLog::Totals one = ReadTotals(copy);
    VgpuLog::Totals& sum =
        log.copies[{MemoryKindName(Text(copy, "from")), MemoryKindName(Text(copy, "to"))}];
    sum.count += one.count;
    sum.bytes += one.bytes;
    sum.time += one.time;
  }
  log.host_copies = ReadTotals(Member(json, "host_copies"));
  for (const Json& gpu : Member(json, "gpus"))
    log.gpu_busy.push_back({Number(gpu, "compute_busy_ns")});
  return log;
}

Result<std::optional<VgpuLog>> ReadVgpuLog(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::optional<VgpuLog>();
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  Result<VgpuLog> log = ParseVgpuLog(*text);
  if (!log) return log.error();
  return std::optional<VgpuLog>(std::move(log.value()));
}

}  // namespace groma::eval
