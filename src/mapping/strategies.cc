#include "mapping/strategies.h"

namespace groma::mapping {
namespace {

constexpr Strategy kStrategies[] = {
    {1,
     "Map the tasks of calculate_new_currents, distribute_charge, update_voltages onto GPUs in "
     "this "
     "way: linearize the 2D GPU processor space into 1D, then perform 1D block mapping from launch "
     "domain to the linearized 1D processor space.",
     R"(def linearblock(Task task) {
  ip = task.ipoint;
  return mgpu[ip[0] / mgpu.size[1], ip[0] % mgpu.size[1]];
}
IndexTaskMap calculate_new_currents,distribute_charge,update_voltages linearblock;
)"},
    {2, "Place ghost/shared regions (rp_shared and rp_ghost) onto GPU zero-copy memory.",
     R"(Region * rp_shared GPU ZCMEM;
Region * rp_ghost GPU ZCMEM;
)"},
    {3, "Use Array Of Struct (AOS) data layout for all data instead of the default SOA.",
     "Layout * * * AOS;\n"},
    {4, "Use Fortran ordering of data layout for all data instead of the default C order.",
     "Layout * * * F_order;\n"},
    {5, "Align all the regions to 64 bytes while using the Fortran ordering of data.",
     "Layout * * * Align==64 F_order;\n"},
    {6, "Place the task calculate_new_currents onto CPU.", "Task calculate_new_currents CPU;\n"},
    {7, "Collect all the memory used by task calculate_new_currents.",
     "CollectMemory calculate_new_currents *;\n"},
    {8, "Ensure that at most 4 tasks of calculate_new_currents can be run at the same time.",
     "InstanceLimit calculate_new_currents 4;\n"},
    {9, "Map the second region argument of task distribute_charge onto GPU's Zero-Copy memory.",
     "Region distribute_charge 1 GPU ZCMEM;\n"},
    {10,
     "Map the tasks of calculate_new_currents,distribute_charge,update_voltages onto GPUs in a 1D "
     "cyclic manner: perform a cyclic distribution over both the node and processor dimensions.",
     R"(def cyclic1d(Task task) {
  ip = task.ipoint;
  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]];
}
IndexTaskMap calculate_new_currents,distribute_charge,update_voltages cyclic1d;
)"},
};

}  // namespace

std::span<const Strategy> Strategies() { return kStrategies; }

std::string FixedStart(bool layout) {
  std::string text =
      "Task * GPU,CPU;\n"
      "Region * * GPU FBMEM;\n"
      "Region * * CPU SYSMEM;\n"
      "mcpu = Machine(CPU);\n"
      "mgpu = Machine(GPU);\n";
  if (layout) text += "Layout * * * SOA C_order;\n";
  return text;
}

std::string PublishedAnswer(const Strategy& strategy) {
  const bool decides_layout = strategy.number >= 3 && strategy.number <= 5;
  return FixedStart(!decides_layout) + std::string(strategy.answer);
}

}  // namespace groma::mapping
