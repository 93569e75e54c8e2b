#include "machine/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace groma::machine {
namespace {

std::string NodeName(int gpu) { return gpu < 0 ? "host" : fmt::format("gpu{}", gpu); }

void CheckCounts(const Description& d, std::vector<std::string>* mistakes) {
  if (d.nodes < 1) mistakes->push_back("a machine has at least one node");
  if (d.processors.cpu < 1)
    mistakes->push_back("processors.cpu must be at least 1: Legion runs the top-level task on one");
  if (d.processors.utility < 1)
    mistakes->push_back(
        "processors.utility must be at least 1, or Legion's own work waits behind CPU tasks");
  if (std::string mistake = MistakeOfRanks(d.ranks_per_node, d.processors); !mistake.empty())
    mistakes->push_back(std::move(mistake));
  if (d.nodes > 1 && d.is_virtual && d.network_bandwidth.rate <= 0)
    mistakes->push_back(fmt::format("{} nodes need a [network] with a bandwidth", d.nodes));
  if (d.host.memory.count <= 0) mistakes->push_back("host.memory must be larger than 0");
  if (d.processors.gpu > 0 && d.gpu.framebuffer.count <= 0)
    mistakes->push_back("gpu.framebuffer must be larger than 0");
}

void CheckBuses(const Description& d, std::vector<std::string>* mistakes) {
  std::set<std::string> names;
  for (const Bus& bus : d.buses) {
    if (!names.insert(bus.name).second)
      mistakes->push_back(fmt::format("two buses are named '{}'", bus.name));
    if (bus.bandwidth.rate <= 0)
      mistakes->push_back(fmt::format("bus '{}' has no bandwidth", bus.name));
  }
  for (const Link& link : d.links)
    for (const std::string& share : link.shares)
      if (!names.contains(share))
        mistakes->push_back(
            fmt::format("link '{}' shares '{}', but no bus has that name", link.name, share));
}

void CheckLinks(const Description& d, std::vector<std::string>* mistakes) {
  std::set<std::string> names;
  std::set<std::pair<int, int>> pairs;
  for (const Link& link : d.links) {
    if (!names.insert(link.name).second)
      mistakes->push_back(fmt::format("two links are named '{}'", link.name));
    if (link.bandwidth.rate <= 0 || link.bandwidth_back.rate <= 0)
      mistakes->push_back(fmt::format("link '{}' has no bandwidth", link.name));
    for (int end : {link.from_gpu, link.to_gpu})
      if (end >= d.processors.gpu)
        mistakes->push_back(fmt::format("link '{}' ends at {}, but processors.gpu is {}", link.name,
                                        NodeName(end), d.processors.gpu));
    if (link.from_gpu == link.to_gpu)
      mistakes->push_back(
          fmt::format("link '{}' joins {} to itself", link.name, NodeName(link.from_gpu)));
    else if (!pairs.insert(std::minmax(link.from_gpu, link.to_gpu)).second)
      mistakes->push_back(
          fmt::format("two links join {} and {}", NodeName(link.from_gpu), NodeName(link.to_gpu)));
    if (link.peer && (link.from_gpu < 0 || link.to_gpu < 0))
      mistakes->push_back(fmt::format("link '{}': only two GPUs can be peers", link.name));
  }
  if (!d.is_virtual) return;
  for (int gpu = 0; gpu < d.processors.gpu; ++gpu)
    if (!pairs.contains({-1, gpu}))
      mistakes->push_back(fmt::format("no link joins the host and gpu{}", gpu));
}

}  // namespace

std::vector<std::string> Validate(const Description& description) {
  std::vector<std::string> mistakes;
  CheckCounts(description, &mistakes);
  CheckBuses(description, &mistakes);
  CheckLinks(description, &mistakes);
  return mistakes;
}

}  // namespace groma::machine
