// A mapper for test programs: each task says in its tag where it runs and where its instances lie,
// and always gets new ones, so that the data is copied there.
#pragma once
#include <string>

#include "legion.h"

namespace groma {

enum class Where : unsigned { kSystem, kZeroCopy, kFramebuffer };

struct Placement {
  Where where = Where::kSystem;
  unsigned gpu = 0;     // that runs the task; a CPU runs what lies in kSystem
  bool soa = true;      // a field's elements together, else an element's fields together
  bool fortran = true;  // the first dimension is contiguous

  /// Not 0; launches with tag 0 are left to the default mapper.
  Legion::MappingTagID Tag() const;
  static Placement FromTag(Legion::MappingTagID tag);
  /// "FBMEM1 AOS C".
  std::string Text() const;
};

/// A registration callback: the placing mapper is the default mapper of every processor.
void MakePlacingMappers(Legion::Machine machine, Legion::Runtime* runtime,
                        const std::set<Legion::Processor>& processors);

}  // namespace groma
