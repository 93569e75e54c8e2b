#include <gtest/gtest.h>

#include "eval/breakdown.h"
#include "eval/mapper_log.h"
#include "eval/vgpu_log.h"

namespace groma::eval {
namespace {

constexpr const char* kMapperLog =
    R"({"record":"log","format":"groma mapper log","version":1,"process":4711}
{"record":"start","legion":"legion-25.12.0","mode":"replace","mapping":"circuit.map"}
{"record":"mapper","id":0,"name":"CircuitMapper","processor":"CPU 0","action":"replaced"}
{"record":"mapper","id":0,"name":"CircuitMapper on Processor 1d03","processor":"CPU 1","action":"replaced"}
{"record":"exception","type":"warning","text":"a warning"}
{"record":"something new","key":1}
{"record":"task","task":"cnc","point":[0],"processor":"GPU 0","start":100,"end":180}
{"record":"task","task":"cnc","point":[1],"processor":"GPU 1","start":100,"end":200}
{"record":"copy","from":"GPU 0 FBMEM","to":"GPU 1 FBMEM","bytes":3000,"task":"cnc","requirement":1,"region":"rp_ghost","start":1,"end":2}
{"record":"copy","from":"GPU 1 FBMEM","to":"GPU 0 FBMEM","bytes":1000,"task":"dsc","requirement":1,"region":"rp_shared","start":1,"end":2}
{"record":"copy","from":null,"to":"ZCMEM","bytes":7,"task":"dsc","region":"rp_shared","fill":true,"start":1,"end":2}
{"record":"peak","memory":"GPU 0 FBMEM","peak":500,"capacity":1000}
{"record":"end","tasks":12,"code":0}
{"record":"task","task":"cut)";

constexpr const char* kDriverLog =
    R"({"groma_vgpu_log": 1, "mode": "modelled", "virtual_ns": 1000, "valid": true,
 "invalid_reason": "", "fatal": "",
 "gpus": [{"gpu": 0, "compute_busy_ns": 750}, {"gpu": 1, "compute_busy_ns": 250}],
 "kernels": [{"name": "kernel", "task": "cnc", "count": 2, "ns": 900,
  "single_flops": 1.5e3, "double_flops": 7, "arguments": [
   {"index": 0, "place": "own_framebuffer", "bytes": 100, "ns": 10},
   {"index": 1, "place": "zero_copy", "region": "rp_shared", "bytes": 150, "ns": 400},
   {"index": 2, "place": "zero_copy", "region": "rp_shared", "bytes": 50, "ns": 100}]}],
 "cpu_work": [{"name": "init", "count": 1, "ns": 30, "arguments": []}],
 "copies": [{"from": "gpu0", "to": "gpu1", "count": 1, "ns": 300, "bytes": 3000},
            {"from": "gpu1", "to": "gpu0", "count": 1, "ns": 100, "bytes": 1000},
            {"from": "system", "to": "gpu0", "count": 5, "ns": 50, "bytes": 10}]})";

TEST(MapperLog, IsSummedUpAndACutLastLineLeftOut) {
  Result<MapperLog> log = ParseMapperLog(kMapperLog);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(log->started);
  EXPECT_TRUE(log->ended);
  EXPECT_EQ(log->point_tasks, 12);
  EXPECT_EQ(log->mappers, (std::vector<std::string>{"CircuitMapper (id 0): replaced"}));
  EXPECT_FALSE(log->error.has_value());
  ASSERT_EQ(log->tasks.size(), 1U);
  EXPECT_EQ(log->tasks[0].processor, "GPU");
  EXPECT_EQ(log->tasks[0].points, 2);
  EXPECT_EQ(log->tasks[0].busy.count, 180);
  EXPECT_EQ(log->copies.size(), 2U);
  ASSERT_EQ(log->peaks.size(), 1U);
  EXPECT_EQ(log->peaks[0].peak.count, 500);
}

TEST(MapperLog, KeepsTheFatalDiagnosticAndTheFirstError) {
  Result<MapperLog> log = ParseMapperLog(
      "{\"record\":\"exception\",\"type\":\"mapper\",\"text\":\"first\"}\n"
      "{\"record\":\"exception\",\"type\":\"fatal\",\"text\":\"second\"}\n"
      "{\"record\":\"fatal\",\"code\":\"oom\",\"message\":\"no room\",\"text\":\"m.map:3:1: no "
      "room\",\"memories\":[]}\n"
      "{\"record\":\"death\",\"signal\":11,\"cause\":\"\",\"where\":\"legion\",\"frames\":[\"f()\"]"
      "}\n");
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log->error->text, "first");
  EXPECT_TRUE(log->fatal->out_of_memory);
  EXPECT_EQ(log->diagnostics, "m.map:3:1: no room");
  EXPECT_EQ(log->death->signal, "11");
  EXPECT_EQ(log->death->frames.size(), 1U);
}

TEST(MapperLog, EveryCutOfALogIsReadable) {
  std::string text = kMapperLog;
  for (size_t length = 0; length <= text.size(); ++length)
    EXPECT_TRUE(ParseMapperLog(text.substr(0, length)).ok()) << length;
}

TEST(MapperLog, ValuesOfAnotherTypeAreNoException) {
  std::string log = kMapperLog;
  const size_t at = log.find("\"fill\":true");
  ASSERT_NE(at, std::string::npos);
  EXPECT_TRUE(ParseMapperLog(log.replace(at, 11, "\"fill\":2013")).ok());
}

TEST(MapperLog, ANewerVersionIsRefused) {
  EXPECT_FALSE(ParseMapperLog("{\"record\":\"log\",\"version\":2}\n").ok());
}

TEST(MapperLog, NamesHaveKinds) {
  EXPECT_EQ(KindOf("GPU 3 FBMEM"), "FBMEM");
  EXPECT_EQ(KindOf("node 1 SYSMEM"), "SYSMEM");
  EXPECT_EQ(KindOf("node 1 CPU 0"), "CPU");
  EXPECT_EQ(KindOf("GPU 3"), "GPU");
}

TEST(VgpuLog, IsRead) {
  Result<VgpuLog> log = ParseVgpuLog(kDriverLog);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log->virtual_time.count, 1000);
  EXPECT_TRUE(log->modelled);
  EXPECT_TRUE(log->valid);
  ASSERT_EQ(log->kernels.size(), 1U);
  EXPECT_EQ(log->kernels[0].single_flops, 1500);
  EXPECT_EQ(log->kernels[0].double_flops, 7);
  EXPECT_EQ(log->cpu_work[0].double_flops, 0);
  ASSERT_EQ(log->kernels[0].remote.size(), 2U);
  EXPECT_EQ(log->kernels[0].remote[0].memory, "ZCMEM");
  EXPECT_EQ((log->copies[{"FBMEM", "FBMEM"}].bytes.count), 4000);
}

TEST(VgpuLog, AnythingElseIsRefused) {
  EXPECT_FALSE(ParseVgpuLog("").ok());
  EXPECT_FALSE(ParseVgpuLog("[]").ok());
  EXPECT_FALSE(ParseVgpuLog("{\"groma_vgpu_log\": 2}").ok());
  std::string text = kDriverLog;
  for (size_t length = 0; length < text.size(); length += 7)
    EXPECT_FALSE(ParseVgpuLog(text.substr(0, length)).ok());
}

TEST(Breakdown, SharesTheDriversCopyTimesAmongTheRegionsThatAskedForThem) {
  MapperLog mapper = *ParseMapperLog(kMapperLog);
  VgpuLog driver = *ParseVgpuLog(kDriverLog);
  Breakdown breakdown = MakeBreakdown(mapper, &driver);
  ASSERT_EQ(breakdown.tasks.size(), 2U);
  EXPECT_EQ(breakdown.tasks[0].task, "cnc");
  EXPECT_EQ(breakdown.tasks[0].busy.count, 900);
  EXPECT_EQ(breakdown.tasks[1].processor, "CPU");
  // FBMEM to FBMEM took 400 ns for 4000 bytes: 300 for the 3000 of rp_ghost, 100 for rp_shared.
  ASSERT_EQ(breakdown.traffic.size(), 4U);
  EXPECT_EQ(breakdown.traffic[0].kind, Traffic::Kind::kAccess);
  EXPECT_EQ(breakdown.traffic[0].bytes.count, 200);
  EXPECT_EQ(breakdown.traffic[0].copies, 2);
  EXPECT_EQ(breakdown.traffic[0].task, "cnc");
  EXPECT_EQ(breakdown.traffic[0].region, "rp_shared");
  EXPECT_EQ(breakdown.traffic[1].region, "rp_ghost");
  EXPECT_EQ(breakdown.traffic[1].time.count, 300);
  EXPECT_EQ(breakdown.traffic[2].region, "rp_shared");
  EXPECT_EQ(breakdown.traffic[2].time.count, 100);
  EXPECT_EQ(breakdown.traffic[3].from, "SYSMEM");
  EXPECT_EQ(breakdown.traffic[3].region, "");
  EXPECT_DOUBLE_EQ(breakdown.processor_busy["GPU 0"], 0.75);
}

// A trace replays cnc: 2 points are seen, both on GPUs, of 40 that were launched; 3 kernels each.
// Of split 3 points are seen on GPUs and 1 on a CPU, of 8. init is a kernel that no task stands
// for.
TEST(Breakdown, CountsPointsAndNotTheKernelsThatTheyLaunch) {
  std::string log = kMapperLog;
  log.insert(log.find("{\"record\":\"end\""),
             R"({"record":"task","task":"split","processor":"GPU 0"}
{"record":"task","task":"split","processor":"GPU 1"}
{"record":"task","task":"split","processor":"GPU 1"}
{"record":"task","task":"split","processor":"CPU 1"}
{"record":"launched","task":"cnc","points":40}
{"record":"launched","task":"split","points":8}
)");
  const MapperLog mapper = *ParseMapperLog(log);
  const VgpuLog driver = *ParseVgpuLog(
      R"({"groma_vgpu_log": 1, "mode": "modelled", "virtual_ns": 1000, "valid": true,
 "kernels": [{"name": "a", "task": "cnc", "count": 40, "ns": 9, "arguments": [
                {"index": 0, "place": "zero_copy", "region": "r", "bytes": 1, "ns": 1}]},
             {"name": "b", "task": "cnc", "count": 80, "ns": 9, "arguments": [
                {"index": 0, "place": "zero_copy", "region": "r", "bytes": 1, "ns": 1},
                {"index": 1, "place": "zero_copy", "region": "s", "count": 5, "bytes": 1, "ns": 1}]},
             {"name": "a", "task": "split", "count": 2, "ns": 9, "arguments": []}],
 "cpu_work": [{"name": "", "task": "split", "count": 2, "ns": 30, "arguments": []},
              {"name": "init", "count": 7, "ns": 30, "arguments": []}]})");
  const Breakdown breakdown = MakeBreakdown(mapper, &driver);
  ASSERT_EQ(breakdown.tasks.size(), 4U);
  EXPECT_EQ(breakdown.tasks[0].points, 40);
  EXPECT_EQ(breakdown.tasks[1].points, 6);
  EXPECT_EQ(breakdown.tasks[2].task, "init");
  EXPECT_EQ(breakdown.tasks[2].points, 7);
  EXPECT_EQ(breakdown.tasks[3].points, 2);
  EXPECT_EQ(breakdown.traffic[0].copies, 40);  // of r, in both kernels
  EXPECT_EQ(breakdown.traffic[1].copies, 5);
}

// What was not launched to the end, as when the program dies, is as often as it is seen.
TEST(Breakdown, CountsThePointsThatAreSeenWhereTheEndIsNot) {
  const MapperLog mapper = *ParseMapperLog(kMapperLog);
  VgpuLog driver = *ParseVgpuLog(kDriverLog);
  driver.kernels[0].totals.count = 6;
  EXPECT_EQ(MakeBreakdown(mapper, &driver).tasks[0].points, 2);
}

TEST(Breakdown, GivesReductionsTheTimeOfTheKernelsThatTheyAre) {
  const MapperLog mapper = *ParseMapperLog(
      "{\"record\":\"copy\",\"from\":\"GPU 0 FBMEM\",\"to\":\"GPU 1 "
      "FBMEM\",\"bytes\":3000,\"task\":"
      "\"task_1\",\"region\":\"A\",\"reduction\":true}\n"
      "{\"record\":\"copy\",\"from\":\"GPU 0 FBMEM\",\"to\":\"GPU 1 "
      "FBMEM\",\"bytes\":5000,\"task\":"
      "\"task_1\",\"region\":\"A\"}\n");
  // What is added came from the own framebuffer (100 bytes), a peer's (200) and the host's memory
  // (100, a quarter of the time).
  const VgpuLog driver = *ParseVgpuLog(
      R"({"groma_vgpu_log": 1, "mode": "modelled", "virtual_ns": 1000, "valid": true,
 "kernels": [{"name": "reduction 7: fold", "task": "", "count": 4, "ns": 800, "arguments": [
   {"index": 0, "place": "own_framebuffer", "bytes": 800, "ns": 300},
   {"index": 1, "place": "own_framebuffer", "bytes": 100, "ns": 100},
   {"index": 1, "place": "peer_framebuffer", "bytes": 200, "ns": 200},
   {"index": 1, "place": "zero_copy", "bytes": 100, "ns": 200}]}],
 "copies": [{"from": "gpu0", "to": "gpu1", "count": 1, "ns": 50, "bytes": 5000}]})");
  const Breakdown breakdown = MakeBreakdown(mapper, &driver);
  EXPECT_TRUE(breakdown.tasks.empty());
  ASSERT_EQ(breakdown.traffic.size(), 3U);
  EXPECT_EQ(breakdown.traffic[0].kind, Traffic::Kind::kCopy);
  EXPECT_EQ(breakdown.traffic[0].time.count, 50);
  EXPECT_EQ(breakdown.traffic[1].kind, Traffic::Kind::kReduction);
  EXPECT_EQ(breakdown.traffic[1].time.count, 600);
  EXPECT_EQ(breakdown.traffic[1].region, "A");
  // Nobody is known to have asked for it.
  EXPECT_EQ(breakdown.traffic[2].kind, Traffic::Kind::kReduction);
  EXPECT_EQ(breakdown.traffic[2].from, "ZCMEM");
  EXPECT_EQ(breakdown.traffic[2].time.count, 200);
}

TEST(Breakdown, OfAMeasuredRunTakesTheMapperLibrarysTimes) {
  MapperLog mapper = *ParseMapperLog(kMapperLog);
  Breakdown breakdown = MakeBreakdown(mapper, nullptr);
  EXPECT_EQ(breakdown.tasks[0].busy.count, 180);
  EXPECT_EQ(breakdown.traffic.size(), 2U);
}

}  // namespace
}  // namespace groma::eval
