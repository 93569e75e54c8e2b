// The stages of the language, from text to a checked program.
#pragma once
#include <memory>
#include <optional>

#include "app/description.h"
#include "base/source.h"
#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"
#include "lang/syntax/tree.h"
#include "machine/description.h"

namespace groma::lang {

/// Text → tree. Always a tree; every error of the text goes to the sink. Any bytes are fine as
/// input: binary files, unclosed braces and deep nesting end in diagnostics. Linear in the text.
Tree Parse(const SourceFile& source, DiagnosticSink& sink);

/// Tree → program. Empty when the sink holds an error, from here or from Parse: nothing half-right
/// is ever run. `source` is the text that the tree was parsed from; the program keeps it. With
/// errors `partial`, where given, receives what could be understood.
std::optional<Program> Check(const Tree& tree, std::shared_ptr<const SourceFile> source,
                             DiagnosticSink& sink, Partial* partial = nullptr);

/// Parse, then Check.
std::optional<Program> Compile(std::shared_ptr<const SourceFile> source, DiagnosticSink& sink);

/// What is only known with the application and the machine: warnings for tasks and regions that the
/// application does not have, an error for a named task that has no variant for any processor kind
/// listed that the machine has.
void CheckAgainst(const Program& program, const app::Description& app, const machine::Shape& shape,
                  DiagnosticSink& sink);

/// The tree as text in the usual form; parses back to an equal tree. Comments are not kept.
std::string Print(const Tree& tree);

/// The text in the usual form, with its comments in order and at most one empty line where there
/// were some: what `groma fmt` writes. Formatting it again changes nothing. Empty when the text has
/// syntax errors, which go to the sink.
std::optional<std::string> Format(const SourceFile& source, DiagnosticSink& sink);

}  // namespace groma::lang
