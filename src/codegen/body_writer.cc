#include "codegen/body_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace groma::codegen {
namespace {

using lang::Expression;

bool PassedByReference(lang::Type type) {
  return type == lang::Type::kTuple || type == lang::Type::kSpace || type == lang::Type::kPoint;
}

/// Tells the line, with the marker that the block has or with a new one.
std::string Marker(bool is_there, int line) {
  return is_there ? fmt::format("where = {};", line) : fmt::format("Line where({});", line);
}

}  // namespace

ProgramNames::ProgramNames(const lang::Program& of)
    : program(of), lengths(of), index_maps(FindIndexMaps(of)) {
  for (const lang::Global& global : of.globals) globals.push_back(members.Take(global.name));
  for (const lang::Function& function : of.functions) {
    functions.push_back(members.Take(function.name));
  }
}

std::vector<std::string> Indented(std::vector<std::string> lines) {
  for (std::string& line : lines)
    if (!line.empty()) line.insert(0, "  ");
  return lines;
}

BodyWriter::BodyWriter(const ProgramNames& names) : names_(names), taken_(&names.members) {}

void BodyWriter::TellLine(int line) {
  if (block_->line == line) return;
  block_->lines.push_back(Marker(block_->has_marker, line));
  block_->has_marker = true;
  block_->line = line;
}

Code BodyWriter::EmitInside(const Expression& expression, Block& block) {
  block.line = block_->line;
  Block* outer = std::exchange(block_, &block);
  Code code = Emit(expression);
  block_ = outer;
  return code;
}

Code BodyWriter::Hoist(Code code, std::string_view wanted, size_t at) {
  const std::string name = taken_.Take(wanted);
  const std::string line = fmt::format("const {} {} = {};", TypeName(code.type), name, code.text);
  block_->lines.insert(block_->lines.begin() + static_cast<std::ptrdiff_t>(at), line);
  return {.text = name, .precedence = 100, .type = code.type};
}

Code BodyWriter::Hoist(Code code, std::string_view wanted) {
  return Hoist(std::move(code), wanted, block_->lines.size());
}

BodyWriter::Codes BodyWriter::EmitAll(const Operands& operands, bool ordered) {
  Codes codes;
  for (const Expression* operand : operands) {
    size_t at = block_->lines.size();
    Code code = Emit(*operand);
    if (block_->lines.size() > at) {
      // This operand has statements of its own now: what fails before it must come before them.
      for (Code& earlier : codes) {
        if (earlier.can_fail) earlier = Hoist(std::move(earlier), "before", at++);
      }
    }
    codes.push_back(std::move(code));
  }
  if (ordered) return codes;
  auto last = std::find_if(codes.rbegin(), codes.rend(), [](const Code& c) { return c.can_fail; });
  if (last == codes.rend()) return codes;
  for (auto code = codes.begin(); code + 1 < last.base(); ++code) {
    if (code->can_fail) *code = Hoist(std::move(*code), "before");
  }
  return codes;
}

Code BodyWriter::Operate(const Expression& whole, bool can_fail, int precedence, Codes operands,
                         const std::function<std::string(const Codes&)>& build) {
  const int line = LineOf(whole.span), told = block_->line;
  const bool elsewhere = can_fail && line != told;
  for (Code& operand : operands) {
    if (elsewhere && operand.can_fail) operand = Hoist(std::move(operand), "before");
  }
  Code code{.text = build(operands),
            .precedence = precedence,
            .can_fail = can_fail || std::any_of(operands.begin(), operands.end(),
                                                [](const Code& c) { return c.can_fail; }),
            .type = whole.type};
  if (!elsewhere) return code;
  TellLine(line);
  code = Hoist(std::move(code), "part");
  if (told != 0) TellLine(told);
  return code;
}

std::string BodyWriter::Declaration(const lang::Function& function, const std::string& name) {
  std::string parameters;
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    const lang::Type type = function.parameters[i].type;
    slots_[i] = taken_.Take(function.parameters[i].name);
    std::string_view own = TypeName(type);
    parameters += i == 0 ? "" : ", ";
    const bool constant = uses_[i].assigned == 0, read = uses_[i].reads > 0;
    if (!constant && !read) parameters += "[[maybe_unused]] ";
    parameters += PassedByReference(type) && constant ? fmt::format("const {}&", own) : own;
    if (read || !constant) parameters += " " + slots_[i];
  }
  return fmt::format("{} {}({}) const {{", TypeName(function.result->type), name, parameters);
}

void BodyWriter::AsStatement(int line, const std::function<bool()>& emit) {
  Block& block = *block_;
  const size_t at = block.lines.size();
  const int told = std::exchange(block.line, line);
  const bool had_marker = std::exchange(block.has_marker, true);
  if (told == line && had_marker) {
    emit();
    return;
  }
  const bool can_fail = emit();
  if (can_fail) {
    block.lines.insert(block.lines.begin() + static_cast<std::ptrdiff_t>(at),
                       Marker(had_marker, line));
  } else {
    block.line = told;
    block.has_marker = had_marker;
  }
}

std::string BodyWriter::NameFor(const Expression& whole, std::string_view otherwise) {
  if (&whole != root_) return taken_.Take(otherwise);
  root_was_named_ = true;
  return taken_.Take(root_name_);
}

void BodyWriter::EmitAssign(const lang::BodyStatement& statement) {
  const auto& assign = std::get<lang::AssignLocal>(statement.node);
  const auto slot = static_cast<size_t>(assign.slot);
  const bool is_new = slots_[slot].empty(), once = uses_[slot].assigned == 1;
  Code code;
  if (is_new) root_name_ = AssignedName(names_.program, statement);
  if (is_new && once && uses_[slot].reads > 0) root_ = assign.value.get();
  AsStatement(LineOf(assign.value->span), [&] {
    const size_t before = block_->lines.size();
    code = Emit(*assign.value);
    return code.can_fail || block_->lines.size() > before;
  });
  const auto length = names_.lengths.Of(*assign.value, lengths_);
  lengths_.erase(assign.slot);
  if (length) lengths_[assign.slot] = *length;
  const bool named = std::exchange(root_, nullptr) != nullptr && root_was_named_;
  root_was_named_ = false;
  if (!is_new) {
    block_->lines.push_back(fmt::format("{} = {};", slots_[slot], code.text));
    return;
  }
  if (named) {
    slots_[slot] = code.text;
    return;
  }
  slots_[slot] = taken_.Take(root_name_);
  block_->lines.push_back(
      fmt::format("{}{}{} {} = {};", uses_[slot].reads == 0 ? "[[maybe_unused]] " : "",
                  once ? "const " : "", TypeName(assign.value->type), slots_[slot], code.text));
}

void BodyWriter::EmitPrint(const lang::Print& print) {
  Operands operands;
  for (const auto& argument : print.arguments) operands.push_back(argument.get());
  Codes codes;
  const int line = print.arguments.empty() ? block_->line : LineOf(print.arguments[0]->span);
  AsStatement(line, [&] {
    const size_t before = block_->lines.size();
    codes = EmitAll(operands, true);
    return block_->lines.size() > before ||
           std::any_of(codes.begin(), codes.end(), [](const Code& c) { return c.can_fail; });
  });
  std::string parts;
  const auto add = [&](const std::string& part) { parts += (parts.empty() ? "" : ", ") + part; };
  for (size_t i = 0; i < print.texts.size(); ++i) {
    if (!print.texts[i].empty()) add(Quoted(print.texts[i]));
    if (i < codes.size()) add(fmt::format("Text({})", Typed(codes[i])));
  }
  block_->lines.push_back(fmt::format("Print({{{}}});", parts));
}

std::vector<std::string> BodyWriter::WriteFunction(size_t index) {
  const lang::Function& function = names_.program.functions[index];
  uses_ = CountUses(function);
  slots_.assign(static_cast<size_t>(function.slots), "");
  task_has_point_ = names_.index_maps[index] && uses_[0].assigned == 0;
  Block block;
  block_ = &block;
  const std::string head = Declaration(function, names_.functions[index]);
  for (const lang::BodyStatement& statement : function.body) {
    if (std::holds_alternative<lang::AssignLocal>(statement.node)) {
      EmitAssign(statement);
    } else {
      EmitPrint(std::get<lang::Print>(statement.node));
    }
  }
  Code result;
  AsStatement(LineOf(function.result->span), [&] {
    const size_t before = block.lines.size();
    result = Emit(*function.result);
    return result.can_fail || block.lines.size() > before;
  });
  block.lines.push_back(fmt::format("return {};", result.text));
  block_ = nullptr;
  std::vector<std::string> lines = {head};
  for (std::string& line : Indented(std::move(block.lines))) lines.push_back(std::move(line));
  lines.emplace_back("}");
  return lines;
}

std::vector<std::string> BodyWriter::WriteGlobal(const lang::Global& global,
                                                 const std::string& name) {
  slots_.assign(static_cast<size_t>(global.slots), "");
  uses_ = CountUses(global);
  Block block;
  block_ = &block;
  Code value;
  const int line = LineOf(global.value->span);
  AsStatement(line, [&] {
    const size_t before = block.lines.size();
    value = Emit(*global.value);
    return value.can_fail || block.lines.size() > before;
  });
  block_ = nullptr;
  const std::string head = fmt::format("const {} {} = ", TypeName(global.type), name);
  if (block.lines.empty()) return {fmt::format("{}{};", head, value.text)};
  if (block.lines.size() == 1) return {fmt::format("{}(Line({}), {});", head, line, value.text)};
  std::vector<std::string> lines = {fmt::format("{}[&]() -> {} {{", head, TypeName(global.type))};
  block.lines.push_back(fmt::format("return {};", value.text));
  for (std::string& line : Indented(std::move(block.lines))) lines.push_back(std::move(line));
  lines.emplace_back("}();");
  return lines;
}

}  // namespace groma::codegen
