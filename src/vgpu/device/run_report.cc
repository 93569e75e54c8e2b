#include "vgpu/device/run_report.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace groma::vgpu {
namespace {

using Json = nlohmann::ordered_json;

void AddTo(RunReport::Totals* totals, Nanoseconds busy, Bytes bytes) {
  ++totals->count;
  totals->busy += busy;
  totals->bytes += bytes;
}

void AddTo(RunReport::Kernel* kernel, const Label& label, Nanoseconds busy) {
  AddTo(&kernel->totals, busy, label.bytes);
  kernel->single_flops += label.single_flops;
  kernel->double_flops += label.double_flops;
  for (size_t i = 0; i < label.arguments.size(); ++i) {
    const machine::ArgumentCost& cost = label.arguments[i];
    const std::string region = i < label.regions.size() ? label.regions[i] : "";
    AddTo(&kernel->arguments[{i, cost.place, region}], cost.time, cost.moved);
  }
}

const char* NameOf(machine::Place place) {
  switch (place) {
    case machine::Place::kOwnFramebuffer:
      return "own_framebuffer";
    case machine::Place::kPeerFramebuffer:
      return "peer_framebuffer";
    case machine::Place::kZeroCopy:
      return "zero_copy";
    case machine::Place::kSystem:
      return "system";
  }
  return "";
}

std::string EndName(int gpu, bool zero_copy) {
  if (gpu >= 0) return "gpu" + std::to_string(gpu);
  return zero_copy ? "zero_copy" : "system";
}

Json ToJson(const RunReport::Totals& totals) {
  return {{"count", totals.count}, {"ns", totals.busy.count}, {"bytes", totals.bytes.count}};
}

Json ToJson(const std::map<RunReport::KernelName, RunReport::Kernel>& kernels) {
  Json list = Json::array();
  for (const auto& [name, kernel] : kernels) {
    Json arguments = Json::array();
    for (const auto& [argument, totals] : kernel.arguments)
      arguments.push_back({{"index", argument.index},
                           {"place", NameOf(argument.place)},
                           {"region", argument.region},
                           {"bytes", totals.bytes.count},
                           {"ns", totals.busy.count}});
    list.push_back({{"name", name.name},
                    {"task", name.task},
                    {"count", kernel.totals.count},
                    {"ns", kernel.totals.busy.count},
                    {"single_flops", kernel.single_flops},
                    {"double_flops", kernel.double_flops},
                    {"arguments", std::move(arguments)}});
  }
  return list;
}

// The bytes that crossed: the used share of the capacity over time.
int64_t BytesThrough(const ResourceUse& use, BytesPerSecond capacity) {
  return std::llround(use.used_ns * 1e-9 * capacity.rate);
}

Json ResourcesToJson(const machine::Description& machine, const std::vector<ResourceUse>& uses,
                     Json* gpus) {
  size_t at = 0;
  for (int gpu = 0; gpu < machine.processors.gpu; ++gpu)
    gpus->push_back({{"gpu", gpu}, {"compute_busy_ns", uses[at++].busy.count}});
  Json links = Json::array();
  for (const machine::Link& link : machine.links)
    for (const bool forward : {true, false}) {
      const ResourceUse& use = uses[at++];
      const int from = forward ? link.from_gpu : link.to_gpu;
      const int to = forward ? link.to_gpu : link.from_gpu;
      links.push_back(
          {{"name", link.name},
           {"from", EndName(from, false) == "system" ? "host" : EndName(from, false)},
           {"to", EndName(to, false) == "system" ? "host" : EndName(to, false)},
           {"busy_ns", use.busy.count},
           {"bytes", BytesThrough(use, forward ? link.bandwidth : link.bandwidth_back)}});
    }
  for (const machine::Bus& bus : machine.buses) {
    const ResourceUse& use = uses[at++];
    links.push_back({{"name", bus.name},
                     {"busy_ns", use.busy.count},
                     {"bytes", BytesThrough(use, bus.bandwidth)}});
  }
  return links;
}

}  // namespace

void RunReport::Add(const Label& label, Nanoseconds busy) {
  switch (label.kind) {
    case Label::Kind::kKernel:
      return AddTo(&kernels_[{label.name, label.task}], label, busy);
    case Label::Kind::kCpuWork:
      return AddTo(&cpu_work_[{label.name, label.task}], label, busy);
    case Label::Kind::kCopy:
      return AddTo(&copies_[{label.from, label.to, label.from_zero_copy, label.to_zero_copy}], busy,
                   label.bytes);
    case Label::Kind::kFill:
      return AddTo(&fills_, busy, label.bytes);
    case Label::Kind::kHostCopy:
      return AddTo(&host_copies_, busy, label.bytes);
    case Label::Kind::kWait:
      return AddTo(&waits_, busy, label.bytes);
    case Label::Kind::kHostCallback:
      return;
  }
}

void RunReport::SetMemory(const std::string& memory, Bytes peak, Bytes capacity) {
  memories_[memory] = {peak, capacity};
}

void RunReport::Invalidate(std::string reason) {
  if (invalid_reason_.empty()) invalid_reason_ = std::move(reason);
}

std::string RunReport::ToJson(const machine::Description& machine, const std::string& mode,
                              const std::vector<ResourceUse>& uses, const Ending& ending) const {
  Json gpus = Json::array();
  Json links = ResourcesToJson(machine, uses, &gpus);
  Json copies = Json::array();
  for (const auto& [copy, totals] : copies_) {
    Json entry = {{"from", EndName(copy.from, copy.from_zero_copy)},
                  {"to", EndName(copy.to, copy.to_zero_copy)}};
    entry.update(vgpu::ToJson(totals));
    copies.push_back(std::move(entry));
  }
  Json memories = Json::array();
  for (const auto& [name, memory] : memories_)
    memories.push_back({{"name", name},
                        {"peak_bytes", memory.peak.count},
                        {"capacity_bytes", memory.capacity.count}});
  Json log = {{"groma_vgpu_log", kLogFormatVersion},
              {"machine", machine.name},
              {"mode", mode},
              {"virtual_ns", ending.virtual_now.count},
              {"wall_seconds", ending.wall_seconds},
              {"valid", valid()},
              {"invalid_reason", invalid_reason_},
              {"fatal", ending.fatal},
              {"looks", ending.looks},
              {"rejected_looks", ending.rejected_looks},
              {"gpus", std::move(gpus)},
              {"links", std::move(links)},
              {"kernels", vgpu::ToJson(kernels_)},
              {"cpu_work", vgpu::ToJson(cpu_work_)},
              {"copies", std::move(copies)},
              {"fills", vgpu::ToJson(fills_)},
              {"host_copies", vgpu::ToJson(host_copies_)},
              {"waits", vgpu::ToJson(waits_)},
              {"memories", std::move(memories)}};
  return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace groma::vgpu
