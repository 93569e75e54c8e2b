#include <fmt/format.h>

#include <algorithm>

#include "machine/description.h"
#include "machine/nearest.h"

namespace groma::machine {

Result<Description> Find(std::string_view name, const std::filesystem::path& folder) {
  if (name == "laptop") return Probe();
  if (name.find('/') != std::string_view::npos || name.ends_with(".toml"))
    return Read(std::filesystem::path(name));
  const std::filesystem::path shipped = folder / (std::string(name) + ".toml");
  std::error_code ignored;
  if (std::filesystem::is_regular_file(shipped, ignored)) return Read(shipped);

  std::vector<std::string> known = {"laptop"};
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml") known.push_back(entry.path().stem().string());
  std::sort(known.begin(), known.end());
  std::string list;
  for (const std::string& machine : known) list += (list.empty() ? "" : ", ") + machine;
  const std::string nearest = Nearest(name, known);
  return Error{fmt::format(
      "no machine '{}'{} Known are: {}; or give the path of a description, "
      "e.g. ./mine.toml",
      name, nearest.empty() ? "." : fmt::format("; did you mean '{}'?", nearest), list)};
}

}  // namespace groma::machine
