#include "tune/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "tune/journal/codec.h"

namespace groma::tune {
namespace {

using ::testing::HasSubstr;

eval::Outcome FullOutcome() {
  eval::Outcome outcome;
  outcome.status = eval::OutcomeStatus::kOk;
  outcome.throughput = 0.1 + 0.2;  // no short decimal
  outcome.unit = "GFLOP/s";
  outcome.metric = 1e-300;
  outcome.seconds = 1.0 / 3;
  outcome.wall_seconds = 2;
  outcome.fidelity = eval::Fidelity::kModelled;
  outcome.time_valid = false;
  outcome.reason = "thread \"x\" slept\n";
  outcome.output = std::string("ünïcode\0and zero\n", 19);
  outcome.diagnostics = "f.map:1:1: warning: …";
  outcome.exit_code = 134;
  outcome.mappers = {"a", "b"};
  outcome.breakdown.tasks = {{"t", "GPU", 40, {123456789012345}}};
  outcome.breakdown.traffic = {{.kind = eval::Traffic::Kind::kAccess,
                                .from = "ZCMEM",
                                .to = "GPU",
                                .copies = 3,
                                .bytes = {1},
                                .time = {2},
                                .task = "t",
                                .region = "r"}};
  outcome.breakdown.memories = {{"GPU 0 FBMEM", {5}, {16}}};
  outcome.breakdown.processor_busy = {{"GPU 0", 0.25}};
  return outcome;
}

Entry MakeEntry(int iteration) {
  Entry entry;
  entry.iteration = iteration;
  entry.seed = 0xffffffffffffffffu;
  entry.mapping = "Task * GPU,CPU;\n";
  entry.hash = "0123456789abcdef";
  entry.reason = "why";
  entry.outcome = FullOutcome();
  entry.feedback.raw = "raw";
  entry.feedback.rules = {"A3.8"};
  entry.feedback.costs = {{"Task * CPU;", 2, 0.5, 0.25, "slow"}};
  entry.feedback.actions = {{.kind = guide::ActionKind::kMoveRegion,
                             .task = "t",
                             .region = "r",
                             .processor = "GPU",
                             .memories = {"FBMEM", "ZCMEM"},
                             .seconds = 0.1,
                             .reason = "because"}};
  entry.started_ms = 1;
  entry.finished_ms = 2;
  return entry;
}

Settings MakeSettings() {
  return {.app = "circuit",
          .machine = "p100x4",
          .proposer = "guided",
          .evaluator = "run",
          .start_hash = "abc",
          .seed = 7,
          .program = {{"command", "circuit -l 50"}, {"mapper id", "3"}}};
}

class Journals : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> folder = TemporaryFolder::Make();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(folder).value());
    file_ = folder_->path() / "journal.db";
  }

  void Sql(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  std::optional<TemporaryFolder> folder_;
  std::filesystem::path file_;
};

TEST_F(Journals, GiveBackWhatWasAppended) {
  {
    Result<Journal> journal = Journal::Create(file_, MakeSettings());
    ASSERT_TRUE(journal) << journal.error().message;
    ASSERT_TRUE(journal->Append(MakeEntry(1)));
    ASSERT_TRUE(journal->Append(MakeEntry(2)));
  }
  Result<Journal> journal = Journal::Open(file_);
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(journal->ReadSettings()->seed, 7u);
  EXPECT_EQ(journal->ReadSettings()->app, "circuit");
  EXPECT_EQ(journal->ReadSettings()->program, MakeSettings().program);
  const auto entries = journal->ReadEntries();
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_EQ(entries->size(), 2u);
  const Entry& entry = (*entries)[1];
  const Entry wanted = MakeEntry(2);
  EXPECT_EQ(entry.iteration, 2);
  EXPECT_EQ(entry.seed, wanted.seed);
  EXPECT_EQ(entry.mapping, wanted.mapping);
  EXPECT_EQ(Encode(entry.outcome), Encode(wanted.outcome));
  EXPECT_EQ(entry.outcome.throughput, 0.1 + 0.2);
  EXPECT_EQ(entry.outcome.output, wanted.outcome.output);
  EXPECT_EQ(entry.feedback.actions, wanted.feedback.actions);
  EXPECT_EQ(entry.feedback.rules, wanted.feedback.rules);
  ASSERT_EQ(entry.feedback.costs.size(), 1u);
  EXPECT_EQ(guide::ToString(entry.feedback.costs[0]), guide::ToString(wanted.feedback.costs[0]));
}

TEST_F(Journals, CanBeReadWhileTheyAreWritten) {
  Result<Journal> writer = Journal::Create(file_, MakeSettings());
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->Append(MakeEntry(1)));
  Result<Journal> reader = Journal::OpenForReading(file_);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->ReadEntries()->size(), 1u);
  ASSERT_TRUE(writer->Append(MakeEntry(2)));
  EXPECT_EQ(reader->ReadEntries()->size(), 2u);
}

TEST_F(Journals, HaveOneWriter) {
  Result<Journal> writer = Journal::Create(file_, MakeSettings());
  ASSERT_TRUE(writer);
  const Result<Journal> second = Journal::Open(file_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("another groma is tuning into it"));
}

TEST_F(Journals, LoseNothingWhenTheWriterIsKilled) {
  const pid_t child = fork();
  if (child == 0) {
    Result<Journal> journal = Journal::Create(file_, MakeSettings());
    for (int i = 1; i <= 5; ++i)
      if (!journal || !journal->Append(MakeEntry(i))) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  Result<Journal> journal = Journal::Open(file_);
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(journal->ReadEntries()->size(), 5u);
  EXPECT_TRUE(journal->Append(MakeEntry(6)));
}

TEST_F(Journals, AreNotOverwritten) {
  ASSERT_TRUE(Journal::Create(file_, MakeSettings()));
  const Result<Journal> again = Journal::Create(file_, MakeSettings());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("--resume"));
}

TEST_F(Journals, AreMadeWhereAKilledOneLeftAnEmptyFile) {
  std::ofstream(file_).close();
  EXPECT_TRUE(Journal::Create(file_, MakeSettings()));
}

TEST_F(Journals, ThatAreMissingCannotBeResumed) {
  EXPECT_THAT(Journal::Open(file_).error().message, HasSubstr("nothing to resume"));
}

TEST_F(Journals, FromANewerGromaAreRefused) {
  ASSERT_TRUE(Journal::Create(file_, MakeSettings()));
  Sql("PRAGMA user_version=99");
  EXPECT_THAT(Journal::Open(file_).error().message, HasSubstr("newer groma (journal version 99"));
}

TEST_F(Journals, OfVersion2AreReadAndBecomeOfThisVersionWhenGoneOnWith) {
  {
    Result<Journal> journal = Journal::Create(file_, MakeSettings());
    ASSERT_TRUE(journal->Append(MakeEntry(1)));
  }
  Sql("ALTER TABLE evaluations DROP COLUMN source; DROP TABLE exchanges; PRAGMA user_version=2");
  {
    Result<Journal> journal = Journal::OpenForReading(file_);
    ASSERT_TRUE(journal) << journal.error().message;
    EXPECT_EQ(journal->ReadEntries()->at(0).source, Source::kRun);
    EXPECT_TRUE(journal->ReadExchanges()->empty());
  }
  Result<Journal> journal = Journal::Open(file_);
  ASSERT_TRUE(journal) << journal.error().message;
  Entry refused = MakeEntry(2);
  refused.source = Source::kCheck;
  ASSERT_TRUE(journal->Append(refused));
  ASSERT_TRUE(journal->Append(RecordedExchange{0, 3, 1, "{}"}));
  ASSERT_FALSE(journal->Append(RecordedExchange{0, 3, 1, "{}"}));
  EXPECT_EQ(journal->ReadEntries()->at(1).source, Source::kCheck);
  ASSERT_EQ(journal->ReadExchanges()->size(), 1U);
  EXPECT_EQ(journal->ReadExchanges()->at(0).iteration, 3);
}

TEST_F(Journals, ThatDoNotSayWhichProgramTheyAreOfAreReadAndNotGoneOnWith) {
  {
    Result<Journal> journal = Journal::Create(file_, MakeSettings());
    ASSERT_TRUE(journal->Append(MakeEntry(1)));
  }
  Sql("PRAGMA user_version=1; DELETE FROM settings WHERE key LIKE 'program %'");
  const Result<Journal> opened = Journal::Open(file_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message,
              HasSubstr("earlier groma (journal version 1), which did not record the program"));
  Result<Journal> journal = Journal::OpenForReading(file_);
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(journal->ReadSettings()->app, "circuit");
  EXPECT_EQ(journal->ReadEntries()->size(), 1u);
}

TEST_F(Journals, OfOtherProgramsAreRefused) {
  Sql("CREATE TABLE x (y)");
  EXPECT_THAT(Journal::Open(file_).error().message, HasSubstr("not a journal of groma"));
  EXPECT_THAT(Journal::OpenForReading(file_).error().message, HasSubstr("not a journal of groma"));
}

TEST_F(Journals, ThatAreNoDatabasesAreRefused) {
  ASSERT_TRUE(WriteFile(file_, std::string(10'000, 'x')));
  EXPECT_THAT(Journal::Open(file_).error().message, HasSubstr("no SQLite file"));
}

TEST_F(Journals, OnAFullDiskSayWhatToDoAndKeepWhatTheyHad) {
  {
    Result<Journal> journal = Journal::Create(file_, MakeSettings(), 40'000);
    ASSERT_TRUE(journal);
    Entry large = MakeEntry(2);
    large.mapping.assign(100'000, 'x');
    ASSERT_TRUE(journal->Append(MakeEntry(1)));
    const Status status = journal->Append(large);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr("no space left"));
  }
  EXPECT_EQ(Journal::Open(file_)->ReadEntries()->size(), 1u);
}

TEST_F(Journals, WithDamagedRowsNameThem) {
  {
    Result<Journal> journal = Journal::Create(file_, MakeSettings());
    ASSERT_TRUE(journal->Append(MakeEntry(1)));
  }
  Sql("UPDATE evaluations SET outcome='{'");
  EXPECT_THAT(Journal::Open(file_)->ReadEntries().error().message,
              HasSubstr("evaluation 1 is damaged"));
}

TEST_F(Journals, LockedByAnSqlShellSaySo) {
  Result<Journal> journal = Journal::Create(file_, MakeSettings());
  ASSERT_TRUE(journal);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Status status = journal->Append(MakeEntry(1));
  EXPECT_THAT(status.error().message, HasSubstr("locked by another program"));
  sqlite3_close(other);
}

TEST(Codec, KeepsBytesThatAreNotUtf8Readable) {
  eval::Outcome outcome;
  outcome.output =
      "a\xff"
      "b";
  EXPECT_EQ(DecodeOutcome(Encode(outcome))->output,
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Codec, SaysWhatIsNoOutcome) {
  EXPECT_FALSE(DecodeOutcome("["));
  EXPECT_FALSE(DecodeOutcome("[]"));
  EXPECT_FALSE(DecodeOutcome(R"({"throughput": "fast"})"));
  EXPECT_TRUE(DecodeOutcome(R"({"later": 1})"));
}

}  // namespace
}  // namespace groma::tune
