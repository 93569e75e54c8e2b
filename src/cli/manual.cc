// The manual page and the completion script, made from the command's own options so that they
// cannot differ from it.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/version.h"

namespace groma::cli {
namespace {

// Troff reads a leading '.' or '\'' as a request and '\' as an escape.
std::string Troff(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_start = c == '\n';
  }
  return out;
}

void Options(const CLI::App& app, std::string& out) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    out += fmt::format(".TP\n.B {}\n{}\n", Troff(option->get_name(option->get_positional(), true)),
                       Troff(option->get_description()));
  }
}

std::string Words(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words += fmt::format("--{} ", name);
  for (const CLI::App* sub : app.get_subcommands(nullptr)) words += sub->get_name() + " ";
  return words;
}

}  // namespace

std::string ManualPage(const CLI::App& app) {
  std::string out = fmt::format(
      ".TH GROMA 1 \"\" \"groma {}\" \"User Commands\"\n.SH NAME\ngroma \\- mappers for Legion "
      "programs\n"
      ".SH SYNOPSIS\n.B groma\n.I COMMAND\n[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n{}\n.SH "
      "OPTIONS\n",
      kVersion, Troff(app.get_description()));
  Options(app, out);
  out += ".SH COMMANDS\n";
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    out += fmt::format(".SS groma {}\n{}\n", sub->get_name(), Troff(sub->get_description()));
    Options(*sub, out);
    for (const CLI::App* inner : sub->get_subcommands(nullptr)) {
      out += fmt::format(".SS groma {} {}\n{}\n", sub->get_name(), inner->get_name(),
                         Troff(inner->get_description()));
      Options(*inner, out);
    }
  }
  out += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", Troff(app.get_footer()));
  return out;
}

std::string BashCompletion(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* sub : app.get_subcommands(nullptr))
    cases += fmt::format("    {}) words=\"{}\" ;;\n", sub->get_name(), Words(*sub));
  return fmt::format(
      "# bash completion for groma: source <(groma --completion bash)\n_groma() {{\n  local "
      "words=\"{}\"\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n  [ \"$COMP_CWORD\" = 1 ] && words=\"{}\"\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\") "
      "$(compgen -f -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n}}\ncomplete -o filenames -F _groma "
      "groma\n",
      Words(app), cases, Words(app));
}

}  // namespace groma::cli
