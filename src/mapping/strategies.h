// The ten mapping strategies of the ICML paper (appendix A.7), with their published answers.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace groma::mapping {

struct Strategy {
  int number = 0;
  std::string_view text;    // as the paper words it
  std::string_view answer;  // what the published answer adds to the fixed start
};

/// Strategies 1 to 10, in order.
std::span<const Strategy> Strategies();

/// What every answer begins with: tasks on GPU then CPU, FBMEM and SYSMEM, `mcpu` and `mgpu`. With
/// `layout` also `Layout * * * SOA C_order`, which strategies 3 to 5 decide themselves.
std::string FixedStart(bool layout);

/// The published answer as a whole mapping.
std::string PublishedAnswer(const Strategy& strategy);

}  // namespace groma::mapping
