#include <fmt/format.h>
#include <toml++/toml.h>

#include <charconv>
#include <climits>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/source.h"
#include "machine/description.h"
#include "machine/nearest.h"
#include "machine/toml_text.h"
#include "machine/validate.h"

namespace groma::machine {
namespace {

// Collects the mistakes of one file, a line each.
class Mistakes {
 public:
  explicit Mistakes(std::string_view file) : file_(file) {}

  void Add(const toml::source_region& where, std::string_view what) {
    Line(fmt::format("{}:{}:{}: {}", file_, where.begin.line, where.begin.column, what));
  }
  void Add(std::string_view what) { Line(fmt::format("{}: {}", file_, what)); }
  bool empty() const { return text_.empty(); }
  Error ToError() const { return Error{text_}; }

 private:
  void Line(const std::string& line) {
    if (!text_.empty()) text_ += '\n';
    text_ += line;
  }

  std::string file_;
  std::string text_;
};

// Reads the keys of one table; what nobody asked for is a mistake when it is done.
class Section {
 public:
  Section(const toml::table* table, std::string name, Mistakes* mistakes)
      : table_(table), name_(std::move(name)), mistakes_(mistakes) {}
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  // Reports the keys that nobody asked for.
  void Finish() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
      const std::string name(key.str());
      if (known_.contains(name)) continue;
      const std::string nearest =
          Nearest(name, std::vector<std::string>(known_.begin(), known_.end()));
      mistakes_->Add(
          key.source(),
          fmt::format("{} has no key '{}'{}", name_, name,
                      nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
    }
  }

  const toml::node* Get(const char* key, bool required) {
    known_.insert(key);
    if (table_ == nullptr) return nullptr;  // the missing table has been reported
    const toml::node* node = table_->get(key);
    if (node == nullptr && required)
      mistakes_->Add(table_->source(), fmt::format("{} lacks '{}'", name_, key));
    return node;
  }

  std::string Text(const char* key, bool required) {
    const toml::node* node = Get(key, required);
    if (node == nullptr) return "";
    if (auto text = node->value_exact<std::string>()) return *text;
    mistakes_->Add(node->source(), fmt::format("'{}' must be a string", key));
    return "";
  }

  int Count(const char* key, bool required, int otherwise) {
    const toml::node* node = Get(key, required);
    if (node == nullptr) return otherwise;
    const auto number = node->value_exact<int64_t>();
    if (number && *number >= 0 && *number <= 1'000'000) return static_cast<int>(*number);
    mistakes_->Add(node->source(),
                   fmt::format("'{}' must be a whole number from 0 to 1000000", key));
    return otherwise;
  }

  bool Flag(const char* key, bool otherwise) {
    const toml::node* node = Get(key, false);
    if (node == nullptr) return otherwise;
    if (auto flag = node->value_exact<bool>()) return *flag;
    mistakes_->Add(node->source(), fmt::format("'{}' must be true or false", key));
    return otherwise;
  }

  std::vector<std::string> Texts(const char* key) {
    std::vector<std::string> texts;
    const toml::node* node = Get(key, false);
    if (node == nullptr) return texts;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      mistakes_->Add(node->source(), fmt::format("'{}' must be a list of strings", key));
      return texts;
    }
    for (const toml::node& element : *array) {
      if (auto text = element.value_exact<std::string>())
        texts.push_back(*text);
      else
        mistakes_->Add(element.source(), fmt::format("'{}' must be a list of strings", key));
    }
    return texts;
  }

  // A figure with a unit. A required one must be larger than 0 when `positive`.
  template <class T>
  T Figure(const char* key, Result<T> (*parse)(std::string_view), bool required,
           bool positive = true) {
    const toml::node* node = Get(key, required);
    if (node == nullptr) return {};
    const auto text = node->value_exact<std::string>();
    if (!text) {
      mistakes_->Add(node->source(),
                     fmt::format("'{}' must be a string with a number and a unit", key));
      return {};
    }
    Result<T> value = parse(*text);
    if (!value) {
      mistakes_->Add(node->source(), value.error().message);
      return {};
    }
    if (required && positive && *value == T{})
      mistakes_->Add(node->source(), fmt::format("'{}' must be larger than 0", key));
    return *value;
  }

 private:
  const toml::table* table_;
  std::string name_;
  Mistakes* mistakes_;
  std::set<std::string> known_;
};

class DescriptionReader {
 public:
  DescriptionReader(const toml::table& root, std::string_view file)
      : root_(root), mistakes_(file) {}

  Result<Description> Read() {
    ReadTop();
    if (!version_ok_) return mistakes_.ToError();
    ReadProcessors();
    ReadGpu();
    ReadHost();
    ReadBuses();
    ReadLinks();
    ReadNetworkAndRuntime();
    top_.Finish();
    if (mistakes_.empty())
      for (const std::string& mistake : Validate(description_)) mistakes_.Add(mistake);
    if (!mistakes_.empty()) return mistakes_.ToError();
    return description_;
  }

 private:
  void ReadTop() {
    const int version = top_.Count("groma_machine", true, 0);
    if (version > kMachineFormatVersion)
      mistakes_.Add(
          fmt::format("this file has version {} of the machine format; this groma reads "
                      "up to version {}: use a newer groma",
                      version, kMachineFormatVersion));
    else if (version < 1)
      mistakes_.Add("a machine description begins with the line  groma_machine = 1");
    version_ok_ = version == kMachineFormatVersion;
    description_.name = top_.Text("name", true);
    description_.description = top_.Text("description", false);
    description_.nodes = top_.Count("nodes", false, 1);
    description_.ranks_per_node = top_.Count("ranks_per_node", false, 1);
    description_.is_virtual = top_.Flag("virtual", true);
  }

  const toml::table* Table(const char* key, bool required) {
    const toml::node* node = top_.Get(key, required);
    if (node == nullptr) return nullptr;
    if (!node->is_table())
      mistakes_.Add(node->source(), fmt::format("'{}' must be a table: [{}]", key, key));
    return node->as_table();
  }

  void ReadProcessors() {
    Section section(Table("processors", true), "[processors]", &mistakes_);
    description_.processors = {section.Count("cpu", true, 1), section.Count("utility", true, 1),
                               section.Count("gpu", false, 0), section.Count("omp", false, 0)};
    section.Finish();
  }

  void ReadGpu() {
    const bool required = description_.processors.gpu > 0;
    const bool figures = required && description_.is_virtual;
    const toml::table* table = Table("gpu", required);
    if (table == nullptr) return;
    Section s(table, "[gpu]", &mistakes_);
    Gpu& gpu = description_.gpu;
    gpu.name = s.Text("name", required);
    gpu.framebuffer = s.Figure("framebuffer", ParseBytes, required);
    gpu.single_flops = s.Figure("single_flops", ParsePerSecond, figures);
    gpu.double_flops = s.Figure("double_flops", ParsePerSecond, figures);
    gpu.framebuffer_bandwidth = s.Figure("framebuffer_bandwidth", ParseBytesPerSecond, figures);
    gpu.sector = s.Figure("sector", ParseBytes, figures);
    gpu.framebuffer_atomics = s.Figure("framebuffer_atomics", ParsePerSecond, figures);
    gpu.zero_copy_bandwidth = s.Figure("zero_copy_bandwidth", ParseBytesPerSecond, figures);
    gpu.zero_copy_line = s.Figure("zero_copy_line", ParseBytes, figures);
    gpu.zero_copy_atomics = s.Figure("zero_copy_atomics", ParsePerSecond, figures);
    gpu.peer_access_bandwidth = s.Figure("peer_access_bandwidth", ParseBytesPerSecond, figures);
    gpu.kernel_launch = s.Figure("kernel_launch", ParseNanoseconds, figures, false);
    s.Finish();
  }

  void ReadHost() {
    const bool figures = description_.is_virtual;
    Section s(Table("host", true), "[host]", &mistakes_);
    Host& host = description_.host;
    host.memory = s.Figure("memory", ParseBytes, true);
    host.zero_copy_memory =
        s.Figure("zero_copy_memory", ParseBytes, description_.processors.gpu > 0, false);
    host.core_double_flops = s.Figure("core_double_flops", ParsePerSecond, figures);
    host.core_single_flops = s.Figure("core_single_flops", ParsePerSecond, figures);
    host.core_bandwidth = s.Figure("core_bandwidth", ParseBytesPerSecond, figures);
    host.memory_bandwidth = s.Figure("memory_bandwidth", ParseBytesPerSecond, figures);
    host.cache_line = s.Figure("cache_line", ParseBytes, figures);
    host.core_atomics = s.Figure("core_atomics", ParsePerSecond, figures);
    host.copy_bandwidth = s.Figure("copy_bandwidth", ParseBytesPerSecond, figures);
    s.Finish();
  }

  // The tables of [[key]], if there are any.
  std::vector<const toml::table*> Tables(const char* key) {
    std::vector<const toml::table*> tables;
    const toml::node* node = top_.Get(key, false);
    if (node == nullptr) return tables;
    const toml::array* array = node->as_array();
    if (array == nullptr || !array->is_homogeneous<toml::table>()) {
      mistakes_.Add(node->source(), fmt::format("'{}' must be a list of tables: [[{}]]", key, key));
      return tables;
    }
    for (const toml::node& element : *array) tables.push_back(element.as_table());
    return tables;
  }

  void ReadBuses() {
    for (const toml::table* table : Tables("bus")) {
      Section s(table, "[[bus]]", &mistakes_);
      description_.buses.push_back(
          {s.Text("name", true), s.Figure("bandwidth", ParseBytesPerSecond, true)});
      s.Finish();
    }
  }

  int End(Section& s, const char* key, const toml::table* table) {
    const std::string text = s.Text(key, true);
    if (text == "host" || text.empty()) return -1;
    int gpu = 0;
    if (text.starts_with("gpu")) {
      const char* end = text.data() + text.size();
      auto [stop, code] = std::from_chars(text.data() + 3, end, gpu);
      if (code == std::errc() && stop == end && gpu >= 0) return gpu;
    }
    mistakes_.Add(
        table->get(key)->source(),
        fmt::format("'{}' is no end of a link: write \"host\", \"gpu0\", \"gpu1\", …", text));
    return -1;
  }

  void ReadLinks() {
    for (const toml::table* table : Tables("link")) {
      Section s(table, "[[link]]", &mistakes_);
      Link link;
      link.name = s.Text("name", true);
      link.from_gpu = End(s, "from", table);
      link.to_gpu = End(s, "to", table);
      link.bandwidth = s.Figure("bandwidth", ParseBytesPerSecond, true);
      link.bandwidth_back = s.Figure("bandwidth_back", ParseBytesPerSecond, false);
      if (link.bandwidth_back.rate <= 0) link.bandwidth_back = link.bandwidth;
      link.latency = s.Figure("latency", ParseNanoseconds, description_.is_virtual, false);
      link.peer = s.Flag("peer", false);
      link.shares = s.Texts("shares");
      s.Finish();
      description_.links.push_back(std::move(link));
    }
  }

  void ReadNetworkAndRuntime() {
    if (const toml::table* table = Table("network", false)) {
      Section s(table, "[network]", &mistakes_);
      description_.network_bandwidth = s.Figure("bandwidth", ParseBytesPerSecond, true);
      description_.network_latency = s.Figure("latency", ParseNanoseconds, true, false);
      s.Finish();
    }
    if (const toml::table* table = Table("runtime", description_.is_virtual)) {
      Section s(table, "[runtime]", &mistakes_);
      description_.runtime.per_task = s.Figure("per_task", ParseNanoseconds, true, false);
      description_.runtime.per_traced_task =
          s.Figure("per_traced_task", ParseNanoseconds, true, false);
      s.Finish();
    }
  }

  const toml::table& root_;
  Mistakes mistakes_;
  Section top_{&root_, "the file", &mistakes_};
  Description description_;
  bool version_ok_ = false;
};

}  // namespace

Result<Description> Parse(std::string_view toml, std::string_view file_name) {
  if (const auto flaw = FindTomlFlaw(toml)) {
    const SourceFile source{std::string(file_name), std::string(toml)};
    const Position at = source.PositionOf(static_cast<uint32_t>(flaw->at));
    return Error{fmt::format("{}:{}:{}: {}", file_name, at.line, at.column, flaw->message)};
  }
  try {
    const toml::table root = toml::parse(toml, file_name);
    return DescriptionReader(root, file_name).Read();
  } catch (const toml::parse_error& error) {
    Mistakes mistakes(file_name);
    mistakes.Add(error.source(), error.description());
    return mistakes.ToError();
  }
}

Result<Description> Read(const std::filesystem::path& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) return text.error();
  return Parse(*text, path.string());
}

}  // namespace groma::machine
