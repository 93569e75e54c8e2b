#include "agreement/random_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace groma::agreement {
namespace {

enum Type { kInt, kBool, kTuple, kString, kTask, kSpace, kPoint };
constexpr const char* kNumbers[] = {"0", "1", "2", "3", "5", "12", "9223372036854775807"};
constexpr const char* kProcessors[] = {"CPU", "GPU", "OMP", "IO", "PY", "PROC"};
constexpr const char* kMemories[] = {"SYSMEM", "FBMEM", "ZCMEM", "RDMEM", "SOCKMEM", "VIRTUAL"};

class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}
  std::string Write();

 private:
  using Scope = std::map<Type, std::vector<std::string>>;
  struct Function {
    std::string name;
    std::vector<Type> parameters;
    Type result;
  };

  int Roll(int sides) { return static_cast<int>(random_() % static_cast<uint64_t>(sides)); }
  bool Chance(int percent) { return Roll(100) < percent; }
  template <size_t kSize>
  std::string OneOf(const char* const (&texts)[kSize]) {
    return texts[Roll(kSize)];
  }
  /// A blank, now and then a new line or a comment.
  std::string Gap() { return Chance(96) ? " " : Chance(50) ? "\n    " : " # gap\n    "; }

  std::string Variable(Type type);
  std::string Of(Type type, int depth);
  std::string Int(int depth);
  std::string Bool(int depth);
  std::string Tuple(int depth);
  std::string String(int depth);
  std::string Task(int depth);
  std::string Space(int depth);
  std::string Point(int depth);
  std::string Call(Type type, int depth);

  std::string Assignments(int count);
  void AddGlobal();
  void AddHelper(Type result);
  void AddMap();
  void AddOlderMap();
  std::string Tasks(bool kinds);
  std::string Region();
  void AddStatement();
  template <size_t kSize>
  std::string SomeOf(const char* const (&texts)[kSize]);

  std::mt19937_64 random_;
  std::string text_;
  Scope scope_;  // what an expression may use now
  Scope globals_;
  std::vector<Function> helpers_;
  std::vector<std::string> maps_, older_;
  int names_ = 0;
};

std::string Writer::Variable(Type type) {
  const auto& known = scope_[type];
  return known.empty() ? "" : known[static_cast<size_t>(Roll(static_cast<int>(known.size())))];
}

std::string Writer::Of(Type type, int depth) {
  if (depth > 0 && Chance(12)) {
    if (std::string call = Call(type, depth - 1); !call.empty()) return call;
  }
  if (Chance(30)) {
    if (std::string name = Variable(type); !name.empty()) return name;
  }
  if (depth > 1 && type != kTask && type != kPoint && Chance(8)) {
    return fmt::format("({} ?{}{} : {})", Bool(depth - 2), Gap(), Of(type, depth - 1),
                       Of(type, depth - 1));
  }
  switch (type) {
    case kInt:
      return Int(depth);
    case kBool:
      return Bool(depth);
    case kTuple:
      return Tuple(depth);
    case kString:
      return String(depth);
    case kTask:
      return Task(depth);
    case kSpace:
      return Space(depth);
    case kPoint:
      return Point(depth);
  }
  return "";
}

std::string Writer::Call(Type type, int depth) {
  std::vector<const Function*> fits;
  for (const Function& helper : helpers_) {
    const bool needs_task = std::find(helper.parameters.begin(), helper.parameters.end(), kTask) !=
                            helper.parameters.end();
    if (helper.result == type && (!needs_task || !scope_[kTask].empty())) fits.push_back(&helper);
  }
  if (fits.empty()) return "";
  const Function& helper = *fits[static_cast<size_t>(Roll(static_cast<int>(fits.size())))];
  std::vector<std::string> arguments;
  const auto& parameters = helper.parameters;
  const bool spread = parameters.size() >= 2 && parameters.back() == kInt &&
                      parameters[parameters.size() - 2] == kInt && Chance(60);
  for (size_t i = 0; i + (spread ? 2 : 0) < parameters.size(); ++i) {
    arguments.push_back(Of(parameters[i], depth));
  }
  if (spread) {
    arguments.push_back(
        "*" + (Chance(70) ? fmt::format("({}, {})", Of(kInt, depth), Int(0)) : Of(kTuple, depth)));
  }
  return fmt::format("{}({})", helper.name, fmt::join(arguments, ", "));
}

std::string Writer::Int(int depth) {
  const bool task = !scope_[kTask].empty();
  if (depth <= 0) {
    if (task && Chance(50)) {
      return fmt::format("{}.{}[{}]", Variable(kTask), Chance(60) ? "ipoint" : "ispace",
                         Chance(70)   ? "0"
                         : Chance(50) ? "-1"
                                      : "1");
    }
    return Chance(97) ? kNumbers[Roll(6)] : OneOf(kNumbers);
  }
  switch (Roll(10)) {
    case 0:
      return fmt::format("{} +{}{}", Of(kInt, depth - 1), Gap(), Of(kInt, depth - 1));
    case 1:
      return fmt::format("({} - {}) * {}", Of(kInt, depth - 1), Of(kInt, depth - 1),
                         Of(kInt, depth - 2));
    case 2:
      return fmt::format("{} / {}", Int(0), Chance(70) ? kNumbers[1 + Roll(4)] : Int(0));
    case 3:
      return fmt::format("({}) % {}", Of(kInt, depth - 1), Of(kInt, depth - 2));
    case 4:
      return fmt::format("{}[{}]", Of(kTuple, depth - 1), Chance(75) ? "0" : Int(depth - 2));
    case 5:
      return fmt::format("{}.{}", Of(kTuple, depth - 1), Chance(50) ? "len" : "volume");
    case 6:
      return fmt::format("len({})", Of(Chance(50) ? kTuple : kSpace, depth - 1));
    case 7:
      return fmt::format("{}.{}", Of(kSpace, depth - 1), Chance(50) ? "len" : "volume");
    case 8:
      return task ? fmt::format("{}.depth", Of(kTask, depth - 1)) : "4";
    default:
      return fmt::format("-{}", Chance(50) ? kNumbers[Roll(6)] : Int(0));
  }
}

std::string Writer::Bool(int depth) {
  constexpr const char* kComparisons[] = {"<", "<=", ">", ">=", "==", "!="};
  if (depth <= 0) return Chance(50) ? "True" : "False";
  switch (Roll(8)) {
    case 0:
      return fmt::format("({} && {})", Of(kBool, depth - 1), Of(kBool, depth - 1));
    case 1:
      return fmt::format("({} || {})", Of(kBool, depth - 1), Of(kBool, depth - 1));
    case 2:
      return fmt::format("!({})", Of(kBool, depth - 1));
    case 3:
      return fmt::format("{}.has({})", Of(kSpace, depth - 1), OneOf(kMemories));
    case 4:
      return fmt::format("{} {} {}", Of(kTuple, depth - 1),
                         Chance(50) ? "==" : "!=", Of(kTuple, depth - 1));
    case 5:
      return fmt::format("{} == {}", Of(kString, depth - 1), Of(kString, depth - 1));
    case 6:
      if (Chance(30)) return fmt::format("{}.has(ZCMEM)", Of(kPoint, depth - 1));
      return fmt::format("(({}) == ({}))", Of(kBool, depth - 1), Of(kBool, depth - 1));
    default:
      return fmt::format("{} {} {}", Of(kInt, depth - 1), OneOf(kComparisons), Of(kInt, depth - 1));
  }
}

std::string Writer::Tuple(int depth) {
  constexpr const char* kOperators[] = {"+", "-", "*", "/", "%"};
  const bool task = !scope_[kTask].empty();
  if (depth <= 0) {
    if (task && Chance(60)) return Variable(kTask) + (Chance(50) ? ".ipoint" : ".ispace");
    return Chance(50) ? "(2, 3)" : Chance(50) ? "(4,)" : "(1, 2, 2)";
  }
  switch (Roll(11)) {
    case 0:
      return fmt::format("({} {}{}{})", Of(kTuple, depth - 1), OneOf(kOperators), Gap(),
                         Of(kTuple, depth - 1));
    case 1:
      return fmt::format("({} {} {})", Of(kTuple, depth - 1), OneOf(kOperators),
                         kNumbers[1 + Roll(4)]);
    case 2:
      return fmt::format("({} {} {})", Of(kInt, depth - 2), OneOf(kOperators),
                         Of(kTuple, depth - 1));
    case 3:
      return fmt::format("({}, *{}, {})", Of(kInt, depth - 1), Of(kTuple, depth - 1), Int(0));
    case 4:
      return fmt::format("{}[{}:{}]", Of(kTuple, depth - 1), Chance(50) ? "" : Int(0),
                         Chance(50)   ? ""
                         : Chance(50) ? "-1"
                                      : Int(0));
    case 5: {
      const std::string name = fmt::format("i{}", names_++);
      const std::string sequence = Chance(50)
                                       ? fmt::format("range({})", Chance(80) ? "3" : Int(depth - 1))
                                       : Of(kTuple, depth - 1);
      scope_[kInt].push_back(name);
      std::string made = fmt::format("tuple({} for {} in {})", Of(kInt, depth - 1), name, sequence);
      scope_[kInt].pop_back();
      return made;
    }
    case 6:
      return fmt::format("{}.size", Of(kSpace, depth - 1));
    case 7:
      return fmt::format("{}[:-1]", Of(kSpace, depth - 1));
    case 8:
      if (!task) return "(6, 1)";
      return fmt::format("{}.processor({})",
                         Chance(80) ? Variable(kTask) + ".parent" : Of(kTask, depth - 1),
                         Of(kSpace, depth - 1));
    case 9:
      return fmt::format("-{}", Tuple(0));
    default:
      return fmt::format("({}, {})", Of(kInt, depth - 1), Of(kInt, depth - 1));
  }
}

std::string Writer::String(int depth) {
  if (!scope_[kTask].empty() && Chance(60)) return Of(kTask, depth - 1) + ".name";
  return Chance(50) ? "\"a\"" : "\"solver::step\"";
}

std::string Writer::Task(int depth) {
  return Variable(kTask) + (depth > 0 && Chance(40) ? ".parent" : "");
}

std::string Writer::Space(int depth) {
  if (depth <= 0) {
    const std::string known = Variable(kSpace);
    if (!known.empty() && Chance(80)) return known;
    return fmt::format("Machine({})", Chance(85) ? kProcessors[Roll(3)] : OneOf(kProcessors));
  }
  const std::string space = Of(kSpace, depth - 1);
  const char* const dimension = Chance(85) ? (Chance(50) ? "0" : "1") : "2";
  const char* const other = *dimension == '0' ? "1" : "0";
  switch (Roll(9)) {
    case 0:
      return fmt::format("{}.merge({}, {})", space, dimension, other);
    case 1:
      return fmt::format("{}.split({}, {})", space, dimension,
                         Chance(60)   ? "1"
                         : Chance(50) ? "2"
                                      : Of(kInt, depth - 2));
    case 2:
      return fmt::format("{}.swap({}, {})", space, dimension, Chance(90) ? other : dimension);
    case 3:
      return fmt::format("{}.slice({}, 0, {})", space, dimension,
                         Chance(70) ? "0" : Of(kInt, depth - 2));
    case 4:
      return fmt::format("{}.reverse({})", space, Chance(90) ? dimension : Int(0));
    case 5:
      return fmt::format("{}.balance_split({}, {})", space, dimension,
                         Chance(80) ? "2" : Of(kInt, depth - 2));
    case 6:
      return fmt::format("{}.decompose({}, {})", space, dimension, Of(kTuple, depth - 1));
    case 7:
      return fmt::format("{}.auto_split({}, {})", space, dimension, Of(kTuple, depth - 1));
    default:
      return fmt::format("{}.greedy_split({}, {})", space, dimension, Of(kTuple, depth - 1));
  }
}

std::string Writer::Point(int depth) {
  const std::string space =
      Chance(80) && !Variable(kSpace).empty() ? Variable(kSpace) : Of(kSpace, depth - 1);
  const auto wrapped = [&](int dimension) {
    const std::string index = Of(kInt, depth - 1);
    if (Chance(10)) return index;
    return fmt::format("({}) % {}.size[{}]", index, space, dimension);
  };
  switch (Roll(10)) {
    case 8:
      return fmt::format("{}[{}]", space, wrapped(0));
    case 9:
      return fmt::format("{}[*]", space);
    case 0:
      return fmt::format("{}[{},{}*]", space, wrapped(0), Gap());
    case 1:
      return fmt::format("{}[*, {}]", space, wrapped(1));
    case 2:
      return fmt::format("{}[*({} % {}.size)]", space, Of(kTuple, depth - 1), space);
    case 3:
      return fmt::format("{}[*{}, {}]", space, Of(kTuple, depth - 1), wrapped(1));
    case 4:
      return fmt::format("{}[{} * 0]", space, Chance(80) ? space + ".size" : Of(kTuple, depth - 1));
    case 5:
      return fmt::format("{}[*, *]", space);
    default:
      return fmt::format("{}[{},{}{}]", space, wrapped(0), Gap(), wrapped(1));
  }
}

std::string Writer::Assignments(int count) {
  std::string body;
  for (int i = 0; i < count; ++i) {
    const auto type = static_cast<Type>(Roll(6));
    if (type == kTask && scope_[kTask].empty()) continue;
    if (Chance(12)) {
      body += fmt::format("  print(\"{} {{}} {{}}\", {}, {});\n", i, Of(kInt, 1),
                          Of(Chance(50) ? kTuple : kSpace, 1));
      continue;
    }
    const std::string known = Variable(type);
    const bool again = !known.empty() && known[0] == 'v' && Chance(30);
    const std::string name = again ? known : fmt::format("v{}", names_++);
    body += fmt::format("  {} = {};\n", name, Of(type, 2));
    if (!again) scope_[type].push_back(name);
  }
  return body;
}

void Writer::AddGlobal() {
  const auto type = Chance(60) ? kSpace : static_cast<Type>(Roll(4));
  const std::string name = fmt::format("x{}", names_++);
  scope_ = globals_;
  text_ += fmt::format("{} = {};\n", name, Of(type, Chance(60) ? 1 : 2));
  globals_[type].push_back(name);
}

void Writer::AddHelper(Type result) {
  constexpr const char* kTypes[] = {"int", "bool", "tuple", "", "Task", "MSpace"};
  Function helper{fmt::format("h{}", names_++), {}, result};
  scope_ = globals_;
  std::vector<std::string> parameters;
  if (result == kTask || Chance(30)) helper.parameters.push_back(kTask);
  while (helper.parameters.empty() || Chance(55)) {
    const auto type = static_cast<Type>(Roll(6));
    if (type != kString && type != kTask) helper.parameters.push_back(type);
  }
  for (Type type : helper.parameters) {
    const std::string name = fmt::format("v{}", names_++);
    parameters.push_back(fmt::format("{} {}", kTypes[type], name));
    scope_[type].push_back(name);
  }
  const std::string body = Assignments(Roll(3));
  text_ += fmt::format("def {}({}) {{\n{}  return {};\n}}\n", helper.name,
                       fmt::join(parameters, ", "), body, Of(result, 2));
  helpers_.push_back(std::move(helper));
}

void Writer::AddMap() {
  const std::string name = fmt::format("f{}", names_++);
  scope_ = globals_;
  scope_[kTask] = {"task"};
  const std::string body = Assignments(Roll(4));
  text_ += fmt::format("def {}(Task task) {{\n{}  return {};\n}}\n", name, body, Of(kPoint, 3));
  maps_.push_back(name);
}

void Writer::AddOlderMap() {
  const std::string name = fmt::format("g{}", names_++);
  scope_ = globals_;
  scope_[kTuple].insert(scope_[kTuple].end(), {"ip", "is"});
  scope_[kSpace].emplace_back("m");
  const std::string body = Assignments(Roll(2));
  const std::string result = Chance(30)   ? Of(kInt, 2)
                             : Chance(50) ? fmt::format("({} % m.size[0], 0)", Of(kInt, 2))
                                          : fmt::format("{} % m.size", Of(kTuple, 2));
  text_ += fmt::format("def {}(IPoint ip, ISpace is, MSpace m) {{\n{}  return {};\n}}\n", name,
                       body, result);
  older_.push_back(name);
}

std::string Writer::Tasks(bool kinds) {
  if (Chance(25)) return "*";
  if (kinds && Chance(25)) return kProcessors[Roll(3)];
  std::string text;
  do {
    const std::string task = OneOf(kTasks);
    text += (text.empty() ? "" : ",") +
            (task.find(':') == std::string::npos ? task : "\"" + task + "\"");
  } while (Chance(25));
  return text;
}

std::string Writer::Region() {
  constexpr const char* kRegions[] = {"*", "near", "far", "0", "1", "\"all data\""};
  return OneOf(kRegions);
}

template <size_t kSize>
std::string Writer::SomeOf(const char* const (&texts)[kSize]) {
  std::vector<std::string> some;
  do {
    const std::string text = OneOf(texts);
    if (std::find(some.begin(), some.end(), text) == some.end()) some.push_back(text);
  } while (Chance(50));
  return fmt::format("{}", fmt::join(some, ","));
}

void Writer::AddStatement() {
  constexpr const char *kFirst[] = {"SOA", "AOS", ""}, *kSecond[] = {"C_order", "F_order", ""},
                       *kThird[] = {"Align==64", "Align<=128", "Align>=16", "Align<256",
                                    "Align>8",   "Align!=32",  "No_Align",  ""},
                       *kFourth[] = {"Compact", "Exact", ""};
  const auto kind_or_any = [&] { return Chance(40) ? std::string("*") : OneOf(kProcessors); };
  switch (Roll(9)) {
    case 0:
      text_ += fmt::format("Task {} {};\n", Tasks(false), SomeOf(kProcessors));
      break;
    case 1:
      text_ += fmt::format("Region {} {} {} {};\n", Tasks(false), Region(), kind_or_any(),
                           SomeOf(kMemories));
      break;
    case 2: {
      std::string constraints =
          fmt::format("{} {} {} {}", OneOf(kFirst), OneOf(kSecond), OneOf(kThird), OneOf(kFourth));
      if (constraints.find_first_not_of(' ') == std::string::npos) constraints = "SOA";
      text_ += fmt::format("Layout {} {} {} {};\n", Tasks(false), Region(),
                           Chance(30) ? OneOf(kMemories) : kind_or_any(), constraints);
      break;
    }
    case 3:
      text_ += fmt::format("InstanceLimit {} {};\n", Tasks(false), 1 + Roll(9));
      break;
    case 4:
      text_ += fmt::format("CollectMemory {} {};\n", Tasks(false), Region());
      break;
    case 5:
      text_ += fmt::format("ControlReplicate {};\n", Tasks(false));
      break;
    case 6:
      if (!older_.empty() && !globals_[kSpace].empty()) {
        text_ += fmt::format("IndexTaskMap {} {} {};\n", Tasks(true), globals_[kSpace].front(),
                             older_[static_cast<size_t>(Roll(static_cast<int>(older_.size())))]);
        break;
      }
      [[fallthrough]];
    default:
      text_ +=
          fmt::format("{} {} {};\n", Chance(70) ? "IndexTaskMap" : "SingleTaskMap", Tasks(true),
                      maps_[static_cast<size_t>(Roll(static_cast<int>(maps_.size())))]);
  }
}

std::string Writer::Write() {
  for (int i = 1 + Roll(3); i > 0; --i) AddGlobal();
  for (int i = Roll(4); i > 0; --i) AddHelper(static_cast<Type>(Roll(7)));
  for (int i = Roll(3); i > 0; --i) AddGlobal();
  for (int i = 1 + Roll(3); i > 0; --i) AddMap();
  if (Chance(40)) AddOlderMap();
  text_ += fmt::format("IndexTaskMap {} {};\n", Tasks(true), maps_[0]);
  for (int i = 2 + Roll(8); i > 0; --i) AddStatement();
  return std::move(text_);
}

}  // namespace

std::string RandomMapping(uint64_t seed) { return Writer(seed * 0x9e3779b97f4a7c15ull).Write(); }

}  // namespace groma::agreement
