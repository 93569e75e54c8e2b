#include "tune/space/problem.h"

#include <algorithm>

namespace groma::tune {

bool HasProcessor(const Problem& problem, ProcessorKind kind) {
  return machine::Shape(problem.machine).ProcessorsPerNode(kind) > 0;
}

bool HasVariant(const app::Task& task, ProcessorKind kind) {
  return std::any_of(task.variants.begin(), task.variants.end(),
                     [&](const app::Variant& variant) { return variant.processor == kind; });
}

bool IsInner(const app::Task& task, ProcessorKind kind) {
  return std::any_of(task.variants.begin(), task.variants.end(), [&](const app::Variant& variant) {
    return variant.processor == kind && variant.inner;
  });
}

}  // namespace groma::tune
