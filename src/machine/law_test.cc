// Laws of descriptions and costs, for any figures.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "machine/cost.h"
#include "machine/description.h"

namespace groma::machine {
namespace {

// Three significant digits and a power of ten: as people write figures.
double AnyFigure() {
  const int digits = *rc::gen::inRange(1, 1000);
  const int exponent = *rc::gen::inRange(0, 13);
  double value = digits;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

BytesPerSecond AnyBandwidth() { return {AnyFigure()}; }
PerSecond AnyRate() { return {AnyFigure()}; }
Bytes AnyBytes() { return {*rc::gen::inRange<int64_t>(1, int64_t{1} << 50)}; }
Nanoseconds AnyTime() { return {*rc::gen::inRange<int64_t>(0, 1'000'000'000'000)}; }

Description AnyDescription() {
  Description d;
  d.name = *rc::gen::arbitrary<bool>() ? "m" : "with \"quotes\" \\ and\ttabs";
  d.description = "a machine — for tests";
  d.processors = {*rc::gen::inRange(1, 9), *rc::gen::inRange(1, 3), *rc::gen::inRange(0, 5), 0};
  d.gpu = {"GPU",     AnyBytes(),     AnyRate(),  AnyRate(), AnyBandwidth(), AnyBytes(),
           AnyRate(), AnyBandwidth(), AnyBytes(), AnyRate(), AnyBandwidth(), AnyTime()};
  d.host = {AnyBytes(),     AnyBytes(), AnyRate(), AnyRate(),     AnyBandwidth(),
            AnyBandwidth(), AnyBytes(), AnyRate(), AnyBandwidth()};
  d.buses = {{"bus", AnyBandwidth()}};
  for (int gpu = 0; gpu < d.processors.gpu; ++gpu)
    d.links.push_back({"host-gpu" + std::to_string(gpu),
                       -1,
                       gpu,
                       AnyBandwidth(),
                       AnyBandwidth(),
                       AnyTime(),
                       false,
                       {"bus"}});
  if (d.processors.gpu > 1) {
    const BytesPerSecond both = AnyBandwidth();
    d.links.push_back({"peers", 0, 1, both, both, AnyTime(), true, {}});
  }
  d.nodes = *rc::gen::inRange(1, 5);
  if (d.nodes > 1) {
    d.network_bandwidth = AnyBandwidth();
    d.network_latency = AnyTime();
  }
  d.runtime = {AnyTime(), AnyTime()};
  return d;
}

RC_GTEST_PROP(MachineLaws, WhatIsWrittenReadsBackAsTheSame, ()) {
  const Description d = AnyDescription();
  const std::string text = Write(d);
  const Result<Description> again = Parse(text, "law.toml");
  if (!again) RC_FAIL(again.error().message + "\n" + text);
  RC_ASSERT(Write(*again) == text);
  RC_ASSERT(again->name == d.name);
  RC_ASSERT(again->host.memory == d.host.memory);
  RC_ASSERT(again->host.core_bandwidth == d.host.core_bandwidth);
  RC_ASSERT(again->runtime.per_task == d.runtime.per_task);
  RC_ASSERT(again->links.size() == d.links.size());
  for (size_t i = 0; i < d.links.size(); ++i) {
    RC_ASSERT(again->links[i].bandwidth == d.links[i].bandwidth);
    RC_ASSERT(again->links[i].bandwidth_back == d.links[i].bandwidth_back);
    RC_ASSERT(again->links[i].latency == d.links[i].latency);
  }
}

RC_GTEST_PROP(MachineLaws, AnyBytesAreAnErrorOrADescription, (const std::string& text)) {
  const Result<Description> d = Parse(text, "law.toml");
  RC_ASSERT(d.ok() || !d.error().message.empty());
}

RC_GTEST_PROP(MachineLaws, NoArgumentMovesLessThanItsOwnBytes, ()) {
  Description d;
  d.gpu.sector = {32};
  d.gpu.zero_copy_line = {64};
  d.host.cache_line = {64};
  ArgumentWork a;
  a.place = *rc::gen::element(Place::kOwnFramebuffer, Place::kZeroCopy, Place::kPeerFramebuffer);
  a.element_bytes = *rc::gen::element<int64_t>(1, 2, 4, 8, 16, 48);
  a.streamed = *rc::gen::inRange<int64_t>(0, 1'000'000);
  a.scattered = *rc::gen::inRange<int64_t>(0, 1'000'000);
  a.stride_bytes = a.element_bytes * *rc::gen::inRange<int64_t>(1, 100);
  const auto processor = *rc::gen::element(ProcessorKind::kCpu, ProcessorKind::kGpu);
  const int64_t moved = BytesMoved(d, processor, a).count;
  RC_ASSERT(moved >= (a.streamed + a.scattered) * a.element_bytes);
  // Using more fields of an element together never moves more.
  ArgumentWork together = a;
  together.fields_together = 1 + *rc::gen::inRange<int64_t>(1, 4);
  together.stride_bytes = std::max(a.stride_bytes, together.fields_together * a.element_bytes);
  ArgumentWork alone = together;
  alone.fields_together = 1;
  RC_ASSERT(BytesMoved(d, processor, together).count <=
            BytesMoved(d, processor, alone).count + 64 + together.fields_together * 64);
}

}  // namespace
}  // namespace groma::machine
