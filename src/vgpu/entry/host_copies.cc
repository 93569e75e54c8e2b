#include "vgpu/entry/host_copies.h"

#include <array>
#include <atomic>
#include <cstdint>

#include "vgpu/device/class_table.h"

namespace groma::vgpu::cuda {
namespace {

// How Realm says that an XferDes has written `size` bytes: a virtual function of that class.
using BytesWritten = void (*)(void* transfer, int port, size_t offset, size_t size);

// The virtual functions of Realm::XferDes as declared in realm/transfer/channel.h: two for the
// destructor, request_metadata (2), get_requests (3), two notifications (4, 5), flush (6),
// update_bytes_read (7), update_bytes_write (8), request_available (9), dequeue_request (10),
// enqueue_request (11).
constexpr int kUpdateBytesWrite = 8;
constexpr std::array kInherited = {2, 7, 8};
constexpr std::array kOverridden = {3, 9, 10, 11};

enum Work { kCopy, kFill, kReduction, kWorks };
constexpr std::array<const char*, kWorks> kClasses = {
    "N5Realm13MemcpyXferDesE", "N5Realm14MemfillXferDesE", "N5Realm16MemreduceXferDesE"};

// Virtual functions carry no context: what the hooks know is the process's.
Driver* g_driver = nullptr;
BytesWritten g_bytes_written = nullptr;
std::array<std::atomic<int64_t>, kWorks> g_owed = {};

BytesPerSecond RateOf(Work work) {
  const machine::Host& host = g_driver->machine().host;
  switch (work) {
    case kCopy:
      return host.copy_bandwidth;
    case kFill:
      return host.core_bandwidth;
    case kReduction:
    case kWorks:
      return {host.core_bandwidth.rate / 3};
  }
  return {};
}

void Charge(Work work, int64_t bytes) {
  constexpr Nanoseconds kWorthWaiting{1000};
  const BytesPerSecond rate = RateOf(work);
  const int64_t owed = g_owed[work].fetch_add(bytes) + bytes;
  if (Bytes{owed} / rate < kWorthWaiting) return;
  const int64_t taken = g_owed[work].exchange(0);
  if (taken == 0) return;  // another thread took it
  Timeline& timeline = g_driver->timeline();
  Operation operation;
  operation.alone = Bytes{taken} / rate;
  operation.uses = {{timeline.HostCopies(), 1}};
  operation.label.kind = Label::Kind::kHostCopy;
  operation.label.bytes = {taken};
  timeline.Run(std::move(operation));
}

template <Work work>
void OnBytesWritten(void* transfer, int port, size_t offset, size_t size) {
  Charge(work, static_cast<int64_t>(size));
  g_bytes_written(transfer, port, offset, size);
}

// Whether the three classes agree where they inherit and differ where they override, as known.
bool LookAsKnown(const std::array<std::optional<ClassTable>, kWorks>& tables) {
  for (const std::optional<ClassTable>& table : tables)
    if (!table) return false;
  for (const int slot : kInherited)
    for (const auto& table : tables)
      if (table->Get(slot) != tables[0]->Get(slot)) return false;
  for (const int slot : kOverridden)
    if (tables[kCopy]->Get(slot) == tables[kFill]->Get(slot)) return false;
  return tables[0]->Get(kUpdateBytesWrite) != tables[0]->Get(kUpdateBytesWrite - 1);
}

}  // namespace

void ChargeHostCopies(Driver* driver) {
  if (g_driver != nullptr) return;
  std::array<std::optional<ClassTable>, kWorks> tables;
  bool any = false;
  for (int work = 0; work < kWorks; ++work) {
    tables[work] = ClassTable::Find(kClasses[work]);
    any = any || tables[work].has_value();
  }
  if (!any) return;
  if (!LookAsKnown(tables)) {
    driver->timeline().Invalidate(
        "copies between host memories are not charged: this Realm's transfer classes are not as "
        "known");
    return;
  }
  g_driver = driver;
  g_bytes_written = reinterpret_cast<BytesWritten>(tables[kCopy]->Get(kUpdateBytesWrite));
  const std::array<BytesWritten, kWorks> hooks = {OnBytesWritten<kCopy>, OnBytesWritten<kFill>,
                                                  OnBytesWritten<kReduction>};
  for (int work = 0; work < kWorks; ++work)
    if (const Status replaced =
            tables[work]->Replace(kUpdateBytesWrite, reinterpret_cast<void*>(hooks[work]));
        !replaced)
      driver->timeline().Invalidate(replaced.error().message);
}

}  // namespace groma::vgpu::cuda
