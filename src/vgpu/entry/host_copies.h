// Copies, fills and reductions between host memories: the runtime does them with its own threads,
// past the driver, and they would cost no virtual time.
#pragma once
#include "vgpu/device/driver.h"

namespace groma::vgpu::cuda {

/// From now on a thread of Realm that has copied, filled or reduced bytes in host memory waits
/// until their time has passed on the virtual clock before Realm learns that they are there: bytes
/// over host.copy_bandwidth for copies, over host.core_bandwidth once for fills (written) and three
/// times for reductions (two read, one written), all on the host's one copy engine. Parts that take
/// less than a microsecond are put together.
///
/// Realm hides its classes; where they do not look as known (Realm 25), the run's time is marked as
/// not valid. Does nothing in a process without Realm. Called once, when Realm starts the driver.
void ChargeHostCopies(Driver* driver);

}  // namespace groma::vgpu::cuda
