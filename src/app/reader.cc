// Reads an application description. The file comes from outside: each value is looked at before it
// is taken, and the first wrong one is named by its path ("tasks[2].variants[0].processor").
#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "app/format.h"
#include "base/files.h"

namespace groma::app {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDimensions = 9;  // Legion's largest LEGION_MAX_DIM

/// A value of the file and where it stands. The first complaint is kept; after it every read gives
/// an empty value, so that callers need not look after each one.
class Node {
 public:
  Node(const Json* json, std::string path, std::string* complaint)
      : json_(json), path_(std::move(path)), complaint_(complaint) {}

  Node operator[](const char* key) const {
    const Json* child = nullptr;
    if (json_ != nullptr && json_->is_object()) {
      auto found = json_->find(key);
      if (found != json_->end()) child = &*found;
    }
    Node node(child, path_.empty() ? key : fmt::format("{}.{}", path_, key), complaint_);
    if (child == nullptr) node.Complain("is missing");
    return node;
  }

  /// Whether the key is there; for the keys that a file may leave out.
  bool Has(const char* key) const {
    return json_ != nullptr && json_->is_object() && json_->contains(key);
  }

  std::vector<Node> Items() const {
    std::vector<Node> items;
    if (!Is(json_ != nullptr && json_->is_array(), "must be a list")) return items;
    for (size_t i = 0; i < json_->size(); ++i) {
      items.emplace_back(&(*json_)[i], fmt::format("{}[{}]", path_, i), complaint_);
    }
    return items;
  }

  std::string Text() const {
    if (!Is(json_ != nullptr && json_->is_string(), "must be a text")) return "";
    return json_->get<std::string>();
  }

  bool Truth() const {
    if (!Is(json_ != nullptr && json_->is_boolean(), "must be true or false")) return false;
    return json_->get<bool>();
  }

  int64_t Count(int64_t most = std::numeric_limits<int64_t>::max()) const {
    const bool whole = json_ != nullptr && json_->is_number_unsigned() &&
                       json_->get<uint64_t>() <= static_cast<uint64_t>(most);
    if (!Is(whole, fmt::format("must be a whole number from 0 to {}", most))) return 0;
    return json_->get<int64_t>();
  }

  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const Node& item : Items()) texts.push_back(item.Text());
    return texts;
  }

  void Complain(const std::string& what) const {
    if (complaint_->empty()) *complaint_ = fmt::format("'{}' {}", path_, what);
  }

 private:
  bool Is(bool holds, const std::string& what) const {
    if (!holds) Complain(what);
    return holds;
  }

  const Json* json_;
  std::string path_;
  std::string* complaint_;
};

Privilege ReadPrivilege(const Node& node) {
  const std::string text = node.Text();
  for (const auto& [value, name] : kPrivilegeNames) {
    if (name == text) return value;
  }
  node.Complain(
      fmt::format("is '{}', not one of no_access, read_only, read_write, write_discard, "
                  "reduce",
                  text));
  return Privilege::kNoAccess;
}

VariantLayout ReadLayout(const Node& node) {
  VariantLayout layout;
  layout.argument = static_cast<int>(node["argument"].Count(std::numeric_limits<int>::max()));
  if (node.Has("order")) {
    layout.order = node["order"].Text();
    for (const char dimension : layout.order) {
      if (kLayoutDimensions.find(dimension) != std::string_view::npos) continue;
      node["order"].Complain(fmt::format("is '{}', not dimensions of {}, fastest first",
                                         layout.order, kLayoutDimensions));
    }
  }
  if (node.Has("memory")) {
    const std::string memory = node["memory"].Text();
    layout.memory = ParseMemoryKind(memory);
    if (!layout.memory)
      node["memory"].Complain(
          fmt::format("is '{}', not one of SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM, VIRTUAL", memory));
  }
  if (node.Has("alignment")) layout.alignment = node["alignment"].Count();
  return layout;
}

Variant ReadVariant(const Node& node) {
  Variant variant;
  variant.name = node["name"].Text();
  const std::string processor = node["processor"].Text();
  if (auto kind = ParseProcessorKind(processor)) {
    variant.processor = *kind;
  } else {
    node["processor"].Complain(
        fmt::format("is '{}', not one of CPU, GPU, OMP, IO, PY, PROC", processor));
  }
  variant.leaf = node["leaf"].Truth();
  variant.inner = node["inner"].Truth();
  variant.replicable = node["replicable"].Truth();
  if (node.Has("layouts")) {
    for (const Node& item : node["layouts"].Items()) variant.layouts.push_back(ReadLayout(item));
  }
  return variant;
}

Argument ReadArgument(const Node& node) {
  Argument argument;
  argument.names = node["names"].Texts();
  argument.privilege = ReadPrivilege(node["privilege"]);
  for (const Node& item : node["fields"].Items()) {
    argument.fields.push_back({item["name"].Text(),
                               static_cast<int>(item["id"].Count(std::numeric_limits<int>::max())),
                               item["bytes"].Count()});
  }
  argument.largest_volume = node["largest_volume"].Count();
  if (node.Has("dimensions"))
    argument.dimensions = static_cast<int>(node["dimensions"].Count(kMaxDimensions));
  return argument;
}

/// "4x2" → (4, 2).
std::vector<int64_t> ReadExtents(const Node& node) {
  const std::string text = node.Text();
  std::vector<int64_t> extents;
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    int64_t extent = 0;
    auto [next, error] = std::from_chars(at, end, extent);
    const bool more = next != end && *next == 'x';
    if (error != std::errc() || extent < 0 || (next != end && !more) ||
        extents.size() == kMaxDimensions) {
      node.Complain(fmt::format("is '{}', not the extents of a launch domain such as '4x2'", text));
      return {};
    }
    extents.push_back(extent);
    if (!more) return extents;
    at = next + 1;
  }
}

Task ReadTask(const Node& node) {
  Task task;
  task.name = node["name"].Text();
  for (const Node& item : node["variants"].Items()) task.variants.push_back(ReadVariant(item));
  for (const Node& item : node["arguments"].Items()) task.arguments.push_back(ReadArgument(item));
  task.single_launched = node["single_launched"].Truth();
  task.index_launched = node["index_launched"].Truth();
  for (const Node& item : node["domains"].Items()) task.domains.push_back(ReadExtents(item));
  task.parents = node["parents"].Texts();
  task.launches = node["launches"].Count();
  if (node.Has("concurrent")) task.concurrent = node["concurrent"].Truth();
  return task;
}

/// Empty when the file is of this format and of a version that can be read.
std::string HeaderComplaint(const Json& file) {
  if (!file.is_object() || !file.contains("format") || file["format"] != kFormatName) {
    return fmt::format(
        "not an application description: it does not begin with {{\"format\": "
        "\"{}\", …}}",
        kFormatName);
  }
  if (!file.contains("version") || !file["version"].is_number_unsigned()) {
    return "damaged: 'version' must be a whole number";
  }
  const uint64_t version = file["version"].get<uint64_t>();
  if (version > kFormatVersion) {
    return fmt::format(
        "written in version {} of the format; this groma reads up to version {}. "
        "Use a newer groma, or describe the program again with this one",
        version, kFormatVersion);
  }
  if (version < 1) return "damaged: 'version' is 0, the first version is 1";
  return "";
}

}  // namespace

Result<Description> Parse(std::string_view json, std::string_view file_name) {
  Json file;
  try {
    file = Json::parse(json.begin(), json.end());
  } catch (const Json::parse_error& error) {
    return Error{
        fmt::format("{}: damaged: no valid JSON at byte {} of {}; write it again with "
                    "`groma apps describe`",
                    file_name, error.byte, json.size())};
  } catch (const Json::out_of_range&) {
    return Error{
        fmt::format("{}: damaged: a number that no computer holds; write it again with "
                    "`groma apps describe`",
                    file_name)};
  }
  if (std::string complaint = HeaderComplaint(file); !complaint.empty()) {
    return Error{fmt::format("{}: {}", file_name, complaint)};
  }
  std::string complaint;
  const Node root(&file, "", &complaint);
  Description description;
  description.name = root["name"].Text();
  std::set<std::string> seen;
  for (const Node& item : root["tasks"].Items()) {
    description.tasks.push_back(ReadTask(item));
    if (!seen.insert(description.tasks.back().name).second) {
      item.Complain(fmt::format("is a second task '{}'", description.tasks.back().name));
    }
  }
  if (!complaint.empty()) return Error{fmt::format("{}: damaged: {}", file_name, complaint)};
  return description;
}

Result<Description> Read(const std::filesystem::path& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) return text.error();
  return Parse(*text, path.string());
}

}  // namespace groma::app
