// For tests: mappings from text.
#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "lang/lang.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// `gpus` and `omps` on each node, and two CPUs.
inline machine::Shape Nodes(int nodes, int gpus, int omps = 0) {
  return machine::Shape(nodes, {.cpu = 2, .utility = 1, .gpu = gpus, .omp = omps});
}

/// The checked program of a text that must be right.
inline std::shared_ptr<const lang::Program> Compiled(const std::string& text) {
  auto source = std::make_shared<const SourceFile>("test.map", text);
  DiagnosticSink sink;
  std::optional<lang::Program> program = lang::Compile(source, sink);
  if (!program) {
    ADD_FAILURE() << Render(sink.Take(), *source, false) << text;
    throw std::runtime_error("the text is wrong");
  }
  return std::make_shared<const lang::Program>(std::move(*program));
}

/// The text bound to a machine; it must be right on it. `warnings` receives what Bind reports.
inline Mapping Bound(const std::string& text, const machine::Shape& shape = Nodes(1, 4),
                     std::vector<Diagnostic>* warnings = nullptr) {
  auto program = Compiled(text);
  DiagnosticSink sink;
  std::optional<Mapping> mapping = Mapping::Bind(program, shape, sink);
  std::vector<Diagnostic> reported = sink.Take();
  if (!mapping) {
    ADD_FAILURE() << Render(reported, *program->source, false) << text;
    throw std::runtime_error("the text is wrong");
  }
  if (warnings != nullptr) *warnings = std::move(reported);
  return std::move(*mapping);
}

/// A point of an index launch of `task` on GPUs.
inline PointQuery PointOf(std::string_view task, std::vector<int64_t> point,
                          std::vector<int64_t> extents, ProcessorKind kind = ProcessorKind::kGpu) {
  return {.task = task, .kind = kind, .point = std::move(point), .extents = std::move(extents)};
}

/// A single launch of `task` on GPUs.
inline PointQuery Single(std::string_view task, ProcessorKind kind = ProcessorKind::kGpu) {
  return {.task = task, .kind = kind, .index_launch = false};
}

/// "node.index" of each point of a launch in row-major order, spaces between; a failure's code.
inline std::string Places(const Mapping& mapping, PointQuery query) {
  std::string text;
  query.point.assign(query.extents.size(), 0);
  while (true) {
    const Placement placement = mapping.Place(query);
    if (!text.empty()) text += " ";
    text += placement.processor
                ? fmt::format("{}.{}", placement.processor->node, placement.processor->index)
                : placement.failure->code;
    size_t i = query.point.size();
    while (i-- > 0) {
      if (++query.point[i] < query.extents[i]) break;
      query.point[i] = 0;
    }
    if (i == static_cast<size_t>(-1)) return text;
  }
}

/// Everything that a diagnostic says.
inline std::string AllOf(const Diagnostic& diagnostic) {
  std::string text = fmt::format("{} {} {} {} {}", diagnostic.code, diagnostic.message,
                                 diagnostic.span.begin, diagnostic.span.end, diagnostic.help);
  for (const Note& note : diagnostic.notes) text += " " + note.message;
  if (diagnostic.edit) text += " " + diagnostic.edit->replacement;
  return text;
}

/// The answer to a launch as text: "node.index" of each point, or all of the failure.
inline std::string Answers(const LaunchPlacement& placement, const LaunchQuery& launch) {
  if (placement.failure) {
    return fmt::format("({}) {}", fmt::join(placement.failed_point, ","),
                       AllOf(*placement.failure));
  }
  std::string text = placement.warning ? AllOf(*placement.warning) : "";
  EXPECT_EQ(static_cast<int64_t>(placement.processors.size()), launch.Volume());
  for (Processor processor : placement.processors) {
    text += fmt::format(" {}.{}", processor.node, processor.index);
  }
  return text;
}

/// The same from the points, each asked for alone.
inline std::string AnswersOneByOne(const Mapping& mapping, const LaunchQuery& launch) {
  LaunchPlacement all;
  PointQuery query = launch.about;
  query.point = launch.low;
  for (int64_t left = launch.Volume(); left > 0; --left) {
    const Placement placement = mapping.Place(query);
    if (placement.failure) {
      all.failure = placement.failure;
      all.failed_point = query.point;
      break;
    }
    if (placement.warning && !all.warning) all.warning = placement.warning;
    all.processors.push_back(*placement.processor);
    for (size_t i = query.point.size(); i-- > 0;) {
      if (++query.point[i] <= launch.high[i]) break;
      query.point[i] = launch.low[i];
    }
  }
  return Answers(all, launch);
}

}  // namespace groma::mapping
