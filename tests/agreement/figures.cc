// The published mappings as generated mappers, to be preloaded into a Legion program: the variable
// AGREEMENT_MAPPER names the one that takes the place of the default mappers.
#include <cstdlib>
#include <cstring>

#include "figures/circuit_expert.cc"
#include "figures/figure_a4.cc"
#include "figures/figure_a5.cc"
#include "figures/figure_a6.cc"
#include "figures/figure_a7.cc"
#include "figures/hierarchical_3d.cc"

namespace {

__attribute__((constructor)) void Install() {
  using namespace groma::generated;  // NOLINT: names of this file alone
  using Register = void (*)(Legion::Machine, Legion::Runtime*, const std::set<Legion::Processor>&);
  constexpr std::pair<const char*, Register> kMappers[] = {
      {"circuit_expert", CircuitExpertMapper::Register},
      {"figure_a4", FigureA4Mapper::Register},
      {"figure_a5", FigureA5Mapper::Register},
      {"figure_a6", FigureA6Mapper::Register},
      {"figure_a7", FigureA7Mapper::Register},
      {"hierarchical_3d", Hierarchical3dMapper::Register}};
  const char* const wanted = std::getenv("AGREEMENT_MAPPER");
  for (const auto& [name, install] : kMappers) {
    if (wanted == nullptr || std::strcmp(wanted, name) != 0) continue;
    std::fprintf(stderr, "generated mapper %s\n", name);
    Legion::Runtime::add_registration_callback(install, false);
  }
}

}  // namespace
