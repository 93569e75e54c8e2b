#include "legion/mapper/groma_mapper.h"

namespace groma::legion {

GromaMapper::GromaMapper(Engine& engine, Legion::Mapping::Mapper* under,
                         Legion::Mapping::Mapper* original)
    : ForwardingMapper(under), engine_(engine), original_(original), maker_(engine, runtime) {
  // Legion's messages name it: they speak of the program's mapper only where that one decides.
  name_ = engine.has_mapping() ? "groma" : under->get_mapper_name();
}

GromaMapper::~GromaMapper() { delete original_; }

bool GromaMapper::Decides(const mapping::Origin& origin) const {
  return engine_.settings().mode == Mode::kReplace || origin.statement.has_value();
}

void GromaMapper::configure_context(const MapperContext ctx, const Task& task,
                                    ContextConfigOutput& output) {
  ForwardingMapper::configure_context(ctx, task, output);
  // Automatic traces hide mapper calls, in another place in each run.
  output.auto_tracing_enabled = false;
}

void GromaMapper::select_tunable_value(const MapperContext ctx, const Task& task,
                                       const SelectTunableInput& input,
                                       SelectTunableOutput& output) {
  // A program's tunable values are its own parameters, not decisions of a mapping.
  if (original_) {
    original_->select_tunable_value(ctx, task, input, output);
  } else {
    ForwardingMapper::select_tunable_value(ctx, task, input, output);
  }
}

}  // namespace groma::legion
