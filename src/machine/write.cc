#include <fmt/format.h>

#include <array>
#include <utility>

#include "machine/description.h"

namespace groma::machine {
namespace {

using Scale = std::pair<double, std::string_view>;
constexpr std::array<Scale, 4> kRateScales = {
    {{1e12, "T/s"}, {1e9, "G/s"}, {1e6, "M/s"}, {1, "/s"}}};
constexpr std::array<Scale, 3> kBandwidthScales = {{{1e9, "GB/s"}, {1e6, "MB/s"}, {1, "B/s"}}};
constexpr std::array<Scale, 6> kByteScales = {{{1073741824.0, "GiB"},
                                               {1e9, "GB"},
                                               {1048576.0, "MiB"},
                                               {1e6, "MB"},
                                               {1024.0, "KiB"},
                                               {1, "B"}}};
constexpr std::array<Scale, 4> kTimeScales = {{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};

// In the largest unit that gives a short number and, parsed again, the same value.
template <class T, size_t N>
std::string Exact(double value, const T& same, const std::array<Scale, N>& scales,
                  Result<T> (*parse)(std::string_view)) {
  for (const auto& [factor, unit] : scales) {
    if (value < factor && factor != 1) continue;
    std::string text = fmt::format("{} {}", value / factor, unit);
    const Result<T> parsed = parse(text);
    if (text.size() <= 14 && parsed && *parsed == same) return text;
  }
  return fmt::format("{:.0f} {}", value, scales.back().second);
}

std::string Figure(Bytes bytes) {
  return Exact(static_cast<double>(bytes.count), bytes, kByteScales, ParseBytes);
}
std::string Figure(Nanoseconds time) {
  return Exact(static_cast<double>(time.count), time, kTimeScales, ParseNanoseconds);
}
std::string Figure(BytesPerSecond rate) {
  const std::string text = Exact(rate.rate, rate, kBandwidthScales, ParseBytesPerSecond);
  const Result<BytesPerSecond> parsed = ParseBytesPerSecond(text);
  return parsed && *parsed == rate ? text : fmt::format("{} B/s", rate.rate);
}
std::string Figure(PerSecond rate) {
  const std::string text = Exact(rate.rate, rate, kRateScales, ParsePerSecond);
  const Result<PerSecond> parsed = ParsePerSecond(text);
  return parsed && *parsed == rate ? text : fmt::format("{} /s", rate.rate);
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      out += c;
  }
  return out + '"';
}

class Writer {
 public:
  void Line(std::string_view line) { out_.append(line).append("\n"); }
  template <class T>
  void Put(std::string_view key, const T& figure) {
    out_ += fmt::format("{} = {}\n", key, Quoted(Figure(figure)));
  }
  // Figures that are not known (0) are left out.
  template <class T>
  void PutKnown(std::string_view key, const T& figure) {
    if (!(figure == T{})) Put(key, figure);
  }
  void Text(std::string_view key, std::string_view text) {
    out_ += fmt::format("{} = {}\n", key, Quoted(text));
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

void WriteGpu(const Gpu& gpu, bool is_virtual, Writer* w) {
  w->Line("\n[gpu]");
  w->Text("name", gpu.name);
  w->Put("framebuffer", gpu.framebuffer);
  w->PutKnown("single_flops", gpu.single_flops);
  w->PutKnown("double_flops", gpu.double_flops);
  w->PutKnown("framebuffer_bandwidth", gpu.framebuffer_bandwidth);
  w->PutKnown("sector", gpu.sector);
  w->PutKnown("framebuffer_atomics", gpu.framebuffer_atomics);
  w->PutKnown("zero_copy_bandwidth", gpu.zero_copy_bandwidth);
  w->PutKnown("zero_copy_line", gpu.zero_copy_line);
  w->PutKnown("zero_copy_atomics", gpu.zero_copy_atomics);
  w->PutKnown("peer_access_bandwidth", gpu.peer_access_bandwidth);
  if (is_virtual) w->Put("kernel_launch", gpu.kernel_launch);
}

void WriteHost(const Host& host, bool has_gpu, Writer* w) {
  w->Line("\n[host]");
  w->Put("memory", host.memory);
  if (has_gpu || host.zero_copy_memory.count > 0) w->Put("zero_copy_memory", host.zero_copy_memory);
  w->PutKnown("core_double_flops", host.core_double_flops);
  w->PutKnown("core_single_flops", host.core_single_flops);
  w->PutKnown("core_bandwidth", host.core_bandwidth);
  w->PutKnown("memory_bandwidth", host.memory_bandwidth);
  w->PutKnown("cache_line", host.cache_line);
  w->PutKnown("core_atomics", host.core_atomics);
  w->PutKnown("copy_bandwidth", host.copy_bandwidth);
}

std::string EndName(int gpu) { return gpu < 0 ? "host" : fmt::format("gpu{}", gpu); }

void WriteLink(const Link& link, bool is_virtual, Writer* w) {
  w->Line("\n[[link]]");
  w->Text("name", link.name);
  w->Text("from", EndName(link.from_gpu));
  w->Text("to", EndName(link.to_gpu));
  w->Put("bandwidth", link.bandwidth);
  if (!(link.bandwidth_back == link.bandwidth)) w->Put("bandwidth_back", link.bandwidth_back);
  if (is_virtual || link.latency.count > 0) w->Put("latency", link.latency);
  if (link.peer) w->Line("peer = true");
  if (link.shares.empty()) return;
  std::string list;
  for (const std::string& share : link.shares) list += (list.empty() ? "" : ", ") + Quoted(share);
  w->Line(fmt::format("shares = [{}]", list));
}

}  // namespace

std::string Write(const Description& d) {
  Writer w;
  w.Line(fmt::format("groma_machine = {}", kMachineFormatVersion));
  w.Text("name", d.name);
  if (!d.description.empty()) w.Text("description", d.description);
  w.Line(fmt::format("nodes = {}", d.nodes));
  if (d.ranks_per_node != 1) w.Line(fmt::format("ranks_per_node = {}", d.ranks_per_node));
  if (!d.is_virtual) w.Line("virtual = false");
  w.Line(fmt::format("\n[processors]\ncpu = {}\nutility = {}\ngpu = {}\nomp = {}", d.processors.cpu,
                     d.processors.utility, d.processors.gpu, d.processors.omp));
  if (d.processors.gpu > 0) WriteGpu(d.gpu, d.is_virtual, &w);
  WriteHost(d.host, d.processors.gpu > 0, &w);
  for (const Bus& bus : d.buses) {
    w.Line("\n[[bus]]");
    w.Text("name", bus.name);
    w.Put("bandwidth", bus.bandwidth);
  }
  for (const Link& link : d.links) WriteLink(link, d.is_virtual, &w);
  if (d.network_bandwidth.rate > 0) {
    w.Line("\n[network]");
    w.Put("bandwidth", d.network_bandwidth);
    w.Put("latency", d.network_latency);
  }
  if (d.is_virtual) {
    w.Line("\n[runtime]");
    w.Put("per_task", d.runtime.per_task);
    w.Put("per_traced_task", d.runtime.per_traced_task);
  }
  return w.Take();
}

}  // namespace groma::machine
