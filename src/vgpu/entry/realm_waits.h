// How Realm's threads wait for each other.
#pragma once

namespace groma::vgpu::cuda {

/// From now on Realm's threads sleep at once when they wait, instead of spinning for 10 µs before.
/// In Realm 25 a thread that loses its processor during these 10 µs spins until it is called
/// (Doorbell::wait_slow compares the times the wrong way round), and a process with such a thread
/// never gets quiet. Does nothing in a process without Realm. Called when Realm starts the driver.
void SleepWithoutSpinning();

}  // namespace groma::vgpu::cuda
