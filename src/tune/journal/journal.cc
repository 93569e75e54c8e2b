#include "tune/journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "tune/journal/codec.h"

namespace groma::tune {
namespace {

constexpr int kApplicationId = 0x47524d4a;  // "GRMJ"
constexpr int kVersion = 3;
constexpr int kFirstWithSources = 3;                  // and with exchanges
constexpr int kOldestToAppend = 2;                    // the first that records the program
constexpr std::string_view kProgramKey = "program ";  // a part's name follows
constexpr int kBusyMilliseconds = 2000;

constexpr const char* kSchema = R"(
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE evaluations (
  id INTEGER PRIMARY KEY,
  role TEXT NOT NULL,
  run INTEGER NOT NULL,
  iteration INTEGER NOT NULL,
  seed TEXT NOT NULL,
  mapping TEXT NOT NULL,
  hash TEXT NOT NULL,
  reason TEXT NOT NULL,
  status TEXT NOT NULL,
  throughput REAL NOT NULL,
  outcome TEXT NOT NULL,
  feedback TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER NOT NULL,
  source TEXT NOT NULL DEFAULT 'run',
  UNIQUE (role, run, iteration)
);
)";

constexpr const char* kExchanges = R"(
CREATE TABLE exchanges (
  run INTEGER NOT NULL,
  iteration INTEGER NOT NULL,
  number INTEGER NOT NULL,
  exchange TEXT NOT NULL,
  PRIMARY KEY (run, iteration, number)
) WITHOUT ROWID;
)";

constexpr Source kSources[] = {Source::kRun, Source::kCheck, Source::kReply, Source::kEarlier};

constexpr Role kRoles[] = {Role::kStart, Role::kExpert, Role::kDefault, Role::kProposal};

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// A file descriptor that holds the writer's lock.
class Lock {
 public:
  Lock() = default;
  explicit Lock(int descriptor) : descriptor_(descriptor) {}
  Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Lock& operator=(Lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Lock() {
    if (descriptor_ >= 0) close(descriptor_);
  }

 private:
  int descriptor_ = -1;
};

/// What SQLite's error means for the person who waits.
Error Explain(sqlite3* database, const std::filesystem::path& file, const char* doing) {
  const int code = sqlite3_errcode(database);
  const std::string name = file.string();
  switch (code) {
    case SQLITE_FULL:
      return {
          fmt::format("{}: no space left while {}. Nothing that was recorded is lost: make room, "
                      "then go on with --resume.",
                      name, doing)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {
          fmt::format("{}: locked by another program while {}. Close it (an SQL shell, a backup) "
                      "and go on with --resume.",
                      name, doing)};
    case SQLITE_NOTADB:
      return {fmt::format(
          "{} is not a journal of groma (it is no SQLite file). Give another --out.", name)};
    case SQLITE_CORRUPT:
      return {fmt::format("{} is damaged ({}). `sqlite3 {} .recover` may save its rows.", name,
                          sqlite3_errmsg(database), name)};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {fmt::format("{} cannot be opened for writing ({}).", name, sqlite3_errmsg(database))};
    default:
      return {fmt::format("{}: {} while {}.", name, sqlite3_errmsg(database), doing)};
  }
}

/// A prepared statement. Errors are the database's: see Explain.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    ok_ = sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) == SQLITE_OK;
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  bool ok() const { return ok_; }
  void Bind(int at, const std::string& text) {
    sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  void Bind(int at, int64_t number) { sqlite3_bind_int64(statement_, at, number); }
  void Bind(int at, double number) { sqlite3_bind_double(statement_, at, number); }
  /// SQLITE_ROW, SQLITE_DONE or an error.
  int Step() { return sqlite3_step(statement_); }
  std::string Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return text == nullptr
               ? ""
               : std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  int64_t Integer(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3_stmt* statement_ = nullptr;
  bool ok_ = false;
};

bool Run(sqlite3* database, const std::string& sql) {
  return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

/// The first integer that the query gives; empty on an error.
std::optional<int64_t> Ask(sqlite3* database, const char* sql) {
  Statement statement(database, sql);
  if (!statement.ok() || statement.Step() != SQLITE_ROW) return std::nullopt;
  return statement.Integer(0);
}

Result<Lock> LockForWriting(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return Error{fmt::format("{} cannot be written: {}.", file.string(), std::strerror(errno))};
  Lock lock(descriptor);
  // File systems without locks (ENOLCK, ENOTSUP) leave it to SQLite's own.
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return Error{
        fmt::format("{}: another groma is tuning into it right now. Wait for it, or give "
                    "another --out.",
                    file.string())};
  return lock;
}

/// `file` as SQLite's URI for a file that nobody changes.
std::string ImmutableUri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string())
    if (c == '?' || c == '#' || c == '%')
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    else
      uri += c;
  return uri + "?immutable=1";
}

Result<Database> OpenDatabase(const std::filesystem::path& file, int flags,
                              bool immutable = false) {
  sqlite3* handle = nullptr;
  const std::string uri = immutable ? ImmutableUri(file) : file.string();
  if (immutable) flags |= SQLITE_OPEN_URI;
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
  Database database(handle);
  if (code != SQLITE_OK) return Explain(handle, file, "opening it");
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return database;
}

/// Errors unless the file is a journal that this version understands.
Status CheckIdentity(sqlite3* database, const std::filesystem::path& file) {
  const auto id = Ask(database, "PRAGMA application_id");
  if (!id) return Explain(database, file, "reading it");
  if (*id != kApplicationId)
    return Error{fmt::format("{} is not a journal of groma. Give another --out.", file.string())};
  const auto version = Ask(database, "PRAGMA user_version");
  if (!version) return Explain(database, file, "reading it");
  if (*version > kVersion)
    return Error{
        fmt::format("{} was written by a newer groma (journal version {}, this one reads up "
                    "to {}). Use that groma, or give another --out.",
                    file.string(), *version, kVersion)};
  return Done{};
}

/// Errors unless the journal says which program its figures are of.
Status CheckAppendable(sqlite3* database, const std::filesystem::path& file) {
  const auto version = Ask(database, "PRAGMA user_version");
  if (!version) return Explain(database, file, "reading it");
  if (*version < kOldestToAppend)
    return Error{
        fmt::format("{} was written by an earlier groma (journal version {}), which did not record "
                    "the program's command: it can be read, but not gone on with. Give another "
                    "--out, and leave out --resume.",
                    file.string(), *version)};
  return Done{};
}

bool HasSources(sqlite3* database) {
  return Ask(database, "PRAGMA user_version").value_or(0) >= kFirstWithSources;
}

/// Brings a journal of an earlier version up to this one.
bool Upgrade(sqlite3* database) {
  if (HasSources(database)) return true;
  return Run(database, "BEGIN IMMEDIATE") &&
         Run(database, "ALTER TABLE evaluations ADD COLUMN source TEXT NOT NULL DEFAULT 'run'") &&
         Run(database, kExchanges) &&
         Run(database, fmt::format("PRAGMA user_version={}", kVersion)) && Run(database, "COMMIT");
}

/// Commits go to the disk before they return.
bool SetDurable(sqlite3* database) {
  return Run(database, "PRAGMA journal_mode=WAL") && Run(database, "PRAGMA synchronous=FULL");
}

std::optional<Source> SourceFrom(const std::string& name) {
  for (const Source source : kSources)
    if (ToString(source) == name) return source;
  return std::nullopt;
}

std::optional<Role> RoleFrom(const std::string& name) {
  for (const Role role : kRoles)
    if (ToString(role) == name) return role;
  return std::nullopt;
}

}  // namespace

struct Journal::State {
  std::filesystem::path file;
  Lock lock;  // outlives the database: closing a descriptor of the file drops SQLite's own locks
  Database database;
};

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kStart:
      return "start";
    case Role::kExpert:
      return "expert";
    case Role::kDefault:
      return "default";
    case Role::kProposal:
      return "proposal";
  }
  return "";
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;
const std::filesystem::path& Journal::file() const { return state_->file; }

Result<Journal> Journal::Create(const std::filesystem::path& file, const Settings& settings,
                                int64_t max_bytes) {
  std::error_code error;
  // An empty file is what a kill during an earlier creation leaves.
  if (std::filesystem::exists(file, error) && std::filesystem::file_size(file, error) > 0)
    return Error{fmt::format(
        "{} is there already: go on with it by --resume, or give another --out.", file.string())};
  Result<Lock> lock = LockForWriting(file);
  if (!lock) return lock.error();
  Result<Database> database = OpenDatabase(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!database) return database.error();
  sqlite3* handle = database->get();
  // One transaction in the classic mode: afterwards the file is a whole journal or empty.
  const bool made = Run(handle, "BEGIN IMMEDIATE") && Run(handle, kSchema) &&
                    Run(handle, kExchanges) &&
                    Run(handle, fmt::format("PRAGMA application_id={}", kApplicationId)) &&
                    Run(handle, fmt::format("PRAGMA user_version={}", kVersion));
  if (!made) return Explain(handle, file, "making it");
  std::vector<std::pair<std::string, std::string>> values = {
      {"app", settings.app},           {"machine", settings.machine},
      {"proposer", settings.proposer}, {"evaluator", settings.evaluator},
      {"start", settings.start_hash},  {"seed", std::to_string(settings.seed)}};
  for (const auto& [part, text] : settings.program)
    values.emplace_back(std::string(kProgramKey) + part, text);
  for (const auto& [key, value] : values) {
    Statement statement(handle, "INSERT INTO settings VALUES (?, ?)");
    if (!statement.ok()) return Explain(handle, file, "making it");
    statement.Bind(1, key);
    statement.Bind(2, value);
    if (statement.Step() != SQLITE_DONE) return Explain(handle, file, "making it");
  }
  if (!Run(handle, "COMMIT") || !SetDurable(handle)) return Explain(handle, file, "making it");
  if (max_bytes > 0) {
    const int64_t page = Ask(handle, "PRAGMA page_size").value_or(4096);
    Run(handle, fmt::format("PRAGMA max_page_count={}", max_bytes / page));
  }
  return Journal(
      std::make_unique<State>(State{file, std::move(lock).value(), std::move(database).value()}));
}

Result<Journal> Journal::Open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return Error{
        fmt::format("{} does not exist: there is nothing to resume. Leave out --resume to "
                    "begin.",
                    file.string())};
  Result<Lock> lock = LockForWriting(file);
  if (!lock) return lock.error();
  Result<Database> database = OpenDatabase(file, SQLITE_OPEN_READWRITE);
  if (!database) return database.error();
  if (Status status = CheckIdentity(database->get(), file); !status) return status.error();
  if (Status status = CheckAppendable(database->get(), file); !status) return status.error();
  if (!SetDurable(database->get()) || !Upgrade(database->get()))
    return Explain(database->get(), file, "opening it");
  return Journal(
      std::make_unique<State>(State{file, std::move(lock).value(), std::move(database).value()}));
}

Result<Journal> Journal::OpenForReading(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return Error{fmt::format("{} does not exist.", file.string())};
  Result<Database> database = OpenDatabase(file, SQLITE_OPEN_READONLY);
  if (!database) return database.error();
  Status status = CheckIdentity(database->get(), file);
  if (!status && sqlite3_errcode(database->get()) == SQLITE_CANTOPEN) {
    // In a folder that cannot be written there is nobody who writes either.
    database = OpenDatabase(file, SQLITE_OPEN_READONLY, true);
    if (!database) return database.error();
    status = CheckIdentity(database->get(), file);
  }
  if (!status) return status.error();
  return Journal(std::make_unique<State>(State{file, Lock(), std::move(database).value()}));
}

Result<Settings> Journal::ReadSettings() const {
  sqlite3* handle = state_->database.get();
  Statement statement(handle, "SELECT key, value FROM settings");
  if (!statement.ok()) return Explain(handle, state_->file, "reading it");
  Settings settings;
  int code = SQLITE_ROW;
  while ((code = statement.Step()) == SQLITE_ROW) {
    const std::string key = statement.Text(0), value = statement.Text(1);
    if (key == "app") settings.app = value;
    if (key == "machine") settings.machine = value;
    if (key == "proposer") settings.proposer = value;
    if (key == "evaluator") settings.evaluator = value;
    if (key == "start") settings.start_hash = value;
    if (key == "seed") settings.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (key.starts_with(kProgramKey)) settings.program[key.substr(kProgramKey.size())] = value;
  }
  if (code != SQLITE_DONE) return Explain(handle, state_->file, "reading it");
  return settings;
}

Result<std::vector<Entry>> Journal::ReadEntries() const {
  sqlite3* handle = state_->database.get();
  const std::string source = HasSources(handle) ? "source" : "'run'";
  Statement statement(
      handle, ("SELECT role, run, iteration, seed, mapping, hash, reason, outcome, feedback, "
               "started_ms, finished_ms, " +
               source + " FROM evaluations ORDER BY id")
                  .c_str());
  if (!statement.ok()) return Explain(handle, state_->file, "reading it");
  std::vector<Entry> entries;
  int code = SQLITE_ROW;
  while ((code = statement.Step()) == SQLITE_ROW) {
    Entry entry;
    const auto damaged = [&](const std::string& why) {
      return Error{fmt::format("{}: evaluation {} is damaged: {}.", state_->file.string(),
                               entries.size() + 1, why)};
    };
    const auto role = RoleFrom(statement.Text(0));
    if (!role) return damaged("unknown role '" + statement.Text(0) + "'");
    entry.role = *role;
    entry.run = static_cast<int>(statement.Integer(1));
    entry.iteration = static_cast<int>(statement.Integer(2));
    entry.seed = std::strtoull(statement.Text(3).c_str(), nullptr, 10);
    entry.mapping = statement.Text(4);
    entry.hash = statement.Text(5);
    entry.reason = statement.Text(6);
    Result<eval::Outcome> outcome = DecodeOutcome(statement.Text(7));
    if (!outcome) return damaged(outcome.error().message);
    entry.outcome = std::move(outcome).value();
    Result<guide::Feedback> feedback = DecodeFeedback(statement.Text(8));
    if (!feedback) return damaged(feedback.error().message);
    entry.feedback = std::move(feedback).value();
    entry.started_ms = statement.Integer(9);
    entry.finished_ms = statement.Integer(10);
    const auto source_of = SourceFrom(statement.Text(11));
    if (!source_of) return damaged("unknown source '" + statement.Text(11) + "'");
    entry.source = *source_of;
    entries.push_back(std::move(entry));
  }
  if (code != SQLITE_DONE) return Explain(handle, state_->file, "reading it");
  return entries;
}

Status Journal::Append(const Entry& entry) {
  sqlite3* handle = state_->database.get();
  Statement statement(handle,
                      "INSERT INTO evaluations (role, run, iteration, seed, mapping, hash, reason, "
                      "status, throughput, outcome, feedback, started_ms, finished_ms, source) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!statement.ok()) return Explain(handle, state_->file, "recording an evaluation");
  statement.Bind(1, std::string(ToString(entry.role)));
  statement.Bind(2, int64_t{entry.run});
  statement.Bind(3, int64_t{entry.iteration});
  statement.Bind(4, std::to_string(entry.seed));
  statement.Bind(5, entry.mapping);
  statement.Bind(6, entry.hash);
  statement.Bind(7, entry.reason);
  statement.Bind(8, StatusName(entry.outcome.status));
  statement.Bind(9, entry.outcome.throughput);
  statement.Bind(10, Encode(entry.outcome));
  statement.Bind(11, Encode(entry.feedback));
  statement.Bind(12, entry.started_ms);
  statement.Bind(13, entry.finished_ms);
  statement.Bind(14, std::string(ToString(entry.source)));
  if (statement.Step() != SQLITE_DONE)
    return Explain(handle, state_->file, "recording an evaluation");
  return Done{};
}

Status Journal::Append(const RecordedExchange& exchange) {
  sqlite3* handle = state_->database.get();
  Statement statement(handle, "INSERT INTO exchanges VALUES (?, ?, ?, ?)");
  if (!statement.ok()) return Explain(handle, state_->file, "recording an exchange");
  statement.Bind(1, int64_t{exchange.run});
  statement.Bind(2, int64_t{exchange.iteration});
  statement.Bind(3, int64_t{exchange.number});
  statement.Bind(4, exchange.exchange);
  if (statement.Step() != SQLITE_DONE)
    return Explain(handle, state_->file, "recording an exchange");
  return Done{};
}

Result<std::vector<RecordedExchange>> Journal::ReadExchanges() const {
  sqlite3* handle = state_->database.get();
  std::vector<RecordedExchange> exchanges;
  if (!HasSources(handle)) return exchanges;
  Statement statement(handle,
                      "SELECT run, iteration, number, exchange FROM exchanges "
                      "ORDER BY run, iteration, number");
  if (!statement.ok()) return Explain(handle, state_->file, "reading it");
  int code = SQLITE_ROW;
  while ((code = statement.Step()) == SQLITE_ROW)
    exchanges.push_back({static_cast<int>(statement.Integer(0)),
                         static_cast<int>(statement.Integer(1)),
                         static_cast<int>(statement.Integer(2)), statement.Text(3)});
  if (code != SQLITE_DONE) return Explain(handle, state_->file, "reading it");
  return exchanges;
}

}  // namespace groma::tune
