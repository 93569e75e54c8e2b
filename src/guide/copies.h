// What copies of a region cost, and whether zero copy would be cheaper; with what all advice needs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "guide/advice.h"
#include "guide/reading.h"

namespace groma::guide {

/// Processors of the machine over all nodes, at least 1.
int Gpus(const Context& context);
int Cpus(const Context& context);
/// What the time of a GPU's tasks counts for, at most 1: kernels that run at the same time on one
/// GPU take turns, and their times sum up to more than it was busy.
double GpuTaskScale(const eval::Outcome& outcome, const Context& context);
/// "12.3 ms, 34 % of the run".
std::string Share(Nanoseconds time, const eval::Outcome& outcome, int processors);
/// Whether that much of the run is worth a sentence.
bool IsWorthIt(double seconds, const eval::Outcome& outcome);
/// How a statement names a region of an outcome: "argument 2" of a task by its position, "2".
std::string_view WordOf(std::string_view region);

/// Copies of a region between GPUs, or between a GPU and the host, again and again: zero-copy
/// memory is one instance that all see. Only where reading it in place takes less time, by the
/// launches and bytes of the application description; without one, as if each copied byte were read
/// once.
void AdviseCopies(const eval::Outcome& outcome, const Context& context, const Reading* reading,
                  std::vector<Advice>& out);

}  // namespace groma::guide
