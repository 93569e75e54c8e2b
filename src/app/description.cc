#include "app/description.h"

#include <algorithm>

namespace groma::app {

const Task* Description::FindTask(std::string_view name) const {
  auto found = std::find_if(tasks.begin(), tasks.end(),
                            [name](const Task& task) { return task.name == name; });
  return found == tasks.end() ? nullptr : &*found;
}

std::vector<std::string> Description::RegionNames() const {
  std::vector<std::string> names;
  for (const Task& task : tasks) {
    for (const Argument& argument : task.arguments) {
      for (const std::string& name : argument.names) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
  }
  return names;
}

}  // namespace groma::app
