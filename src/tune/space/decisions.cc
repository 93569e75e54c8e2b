#include "tune/space/decisions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "mapping/new_mapping.h"

namespace groma::tune {
namespace {

constexpr size_t kCommentColumn = 46;

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Names as a statement wants them: `*` and positions as they are, others in quotes where needed.
std::string Quoted(const std::string& name) {
  const bool position = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  return name == "*" || position ? name : mapping::WrittenName(name);
}

/// Whether `word` stands in `text` as a whole word.
bool Uses(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordCharacter(text[at - 1])) &&
        (end == text.size() || !IsWordCharacter(text[end])))
      return true;
  }
  return false;
}

class Printer {
 public:
  void Line(const std::string& statement, const std::string& comment) {
    text_ += statement;
    if (!comment.empty()) {
      if (statement.size() < kCommentColumn) text_.append(kCommentColumn - statement.size(), ' ');
      text_ += "  # " + comment;
    }
    text_ += '\n';
  }
  /// An empty line between two groups.
  void Gap() {
    if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
  }
  std::string Take() {
    while (text_.ends_with("\n\n")) text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
};

std::string LayoutWords(const LayoutDecision& layout) {
  std::string words;
  for (const std::string* word :
       {&layout.structure, &layout.order, &layout.alignment, &layout.shape}) {
    if (word->empty()) continue;
    if (!words.empty()) words += ' ';
    words += *word;
  }
  return words;
}

std::string MapStatement(const MapDecision& map) {
  // A processor kind stands for all tasks that run there.
  const std::string task = ParseProcessorKind(map.task) ? map.task : Quoted(map.task);
  return fmt::format("{} {} {}{};", map.index ? "IndexTaskMap" : "SingleTaskMap", task,
                     map.machine.empty() ? "" : map.machine + " ", map.function);
}

template <class List, class Same>
auto* Find(List& list, Same same) {
  // Of equals the later one decides: that is the one to change.
  const auto found = std::find_if(list.rbegin(), list.rend(), same);
  return found == list.rend() ? nullptr : &*found;
}

}  // namespace

void Decisions::SetTask(const std::string& task, std::vector<std::string> processors,
                        std::string comment) {
  TaskDecision* there = Find(tasks, [&](const TaskDecision& one) { return one.task == task; });
  if (there == nullptr) there = &tasks.emplace_back();
  *there = {task, std::move(processors), std::move(comment)};
}

void Decisions::SetRegion(const std::string& task, const std::string& region,
                          const std::string& processor, std::vector<std::string> memories,
                          std::string comment) {
  RegionDecision* there = Find(regions, [&](const RegionDecision& one) {
    return one.task == task && one.region == region && one.processor == processor;
  });
  if (there == nullptr) there = &regions.emplace_back();
  *there = {task, region, processor, std::move(memories), std::move(comment)};
}

LayoutDecision& Decisions::Layout(const std::string& task, const std::string& region,
                                  const std::string& place) {
  LayoutDecision* there = Find(layouts, [&](const LayoutDecision& one) {
    return one.task == task && one.region == region && one.place == place;
  });
  if (there != nullptr) return *there;
  return layouts.emplace_back(LayoutDecision{task, region, place});
}

void Decisions::SetLayout(const std::string& task, const std::string& region,
                          const std::string& place, std::string_view words, std::string comment) {
  LayoutDecision& layout = Layout(task, region, place);
  layout.comment = std::move(comment);
  std::istringstream stream{std::string(words)};
  for (std::string word; stream >> word;) {
    if (word == "SOA" || word == "AOS") layout.structure = word;
    if (word == "C_order" || word == "F_order") layout.order = word;
    if (word.starts_with("Align") || word == "No_Align") layout.alignment = word;
    if (word == "Compact" || word == "Exact") layout.shape = word;
  }
}

void Decisions::SetLimit(const std::string& task, int64_t limit, std::string comment) {
  LimitDecision* there = Find(limits, [&](const LimitDecision& one) { return one.task == task; });
  if (there == nullptr) there = &limits.emplace_back();
  *there = {task, limit, std::move(comment)};
}

void Decisions::DropLimit(const std::string& task) {
  std::erase_if(limits, [&](const LimitDecision& one) { return task == "*" || one.task == task; });
}

void Decisions::SetCollect(const std::string& task, const std::string& region,
                           std::string comment) {
  CollectDecision* there = Find(collects, [&](const CollectDecision& one) {
    return one.task == task && one.region == region;
  });
  if (there == nullptr) there = &collects.emplace_back();
  *there = {task, region, std::move(comment)};
}

void Decisions::SetMap(bool index, const std::string& task, const std::string& function,
                       std::string comment) {
  MapDecision* there =
      Find(maps, [&](const MapDecision& one) { return one.index == index && one.task == task; });
  if (there == nullptr) there = &maps.emplace_back();
  *there = {index, task, "", function, std::move(comment)};
}

void Decisions::DropMaps(const std::string& task) {
  std::erase_if(maps, [&](const MapDecision& one) { return task == "*" || one.task == task; });
}

const Definition* Decisions::FindDefinition(std::string_view name) const {
  for (const Definition& definition : definitions)
    if (definition.name == name) return &definition;
  return nullptr;
}

void Decisions::DropUnused() {
  const auto used = [&](const Definition& definition) {
    for (const MapDecision& map : maps)
      if (map.function == definition.name || map.machine == definition.name) return true;
    for (const Definition& other : definitions)
      if (other.name != definition.name && Uses(other.text, definition.name)) return true;
    return false;
  };
  for (bool again = true; again;) {
    const auto unused = std::find_if_not(definitions.begin(), definitions.end(), used);
    again = unused != definitions.end();
    if (again) definitions.erase(unused);
  }
}

std::string Print(const Decisions& decisions, const std::vector<std::string>& heading) {
  Printer printer;
  for (const std::string& line : heading) printer.Line("# " + line, "");
  printer.Gap();
  for (const TaskDecision& one : decisions.tasks)
    printer.Line(fmt::format("Task {} {};", Quoted(one.task), fmt::join(one.processors, ",")),
                 one.comment);
  printer.Gap();
  for (const RegionDecision& one : decisions.regions)
    printer.Line(fmt::format("Region {} {} {} {};", Quoted(one.task), Quoted(one.region),
                             one.processor, fmt::join(one.memories, ",")),
                 one.comment);
  printer.Gap();
  for (const LayoutDecision& one : decisions.layouts)
    if (const std::string words = LayoutWords(one); !words.empty())
      printer.Line(fmt::format("Layout {} {} {} {};", Quoted(one.task), Quoted(one.region),
                               one.place, words),
                   one.comment);
  printer.Gap();
  for (const LimitDecision& one : decisions.limits)
    printer.Line(fmt::format("InstanceLimit {} {};", Quoted(one.task), one.limit), one.comment);
  for (const CollectDecision& one : decisions.collects)
    printer.Line(fmt::format("CollectMemory {} {};", Quoted(one.task), Quoted(one.region)),
                 one.comment);
  printer.Gap();
  for (const Definition& one : decisions.definitions) printer.Line(one.text, "");
  printer.Gap();
  for (const MapDecision& one : decisions.maps) printer.Line(MapStatement(one), one.comment);
  for (const std::string& task : decisions.replicates)
    printer.Line(fmt::format("ControlReplicate {};", Quoted(task)), "");
  return printer.Take();
}

}  // namespace groma::tune
