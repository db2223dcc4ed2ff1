#include "infra/outbox/upload_queue.hpp"

#include <filesystem>

namespace rg {

namespace {

constexpr int kApplicationId = 0x52474F31; // "RGO1"

const char* const kSchema =
    "CREATE TABLE IF NOT EXISTS uploads ("
    " id INTEGER PRIMARY KEY, journal TEXT NOT NULL, client_id TEXT NOT NULL,"
    " decision TEXT NOT NULL, venue_id INTEGER NOT NULL, head_hash TEXT NOT NULL,"
    " stage TEXT NOT NULL, model TEXT NOT NULL, input TEXT NOT NULL, output TEXT NOT NULL,"
    " explanation TEXT NOT NULL, queued_ns INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " last_error TEXT NOT NULL DEFAULT '', acked_ns INTEGER, recorded INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (journal, client_id));"
    "CREATE INDEX IF NOT EXISTS waiting_uploads ON uploads (journal, id) WHERE acked_ns IS NULL;"
    "CREATE TABLE IF NOT EXISTS cursors ("
    " journal TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;";

/// Everything in between, or nothing of it.
class Transaction {
public:
  explicit Transaction(journal::Database& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (!committed_) {
      try {
        database_.run("ROLLBACK");
      } catch (const JournalFailure&) {
        // the failure that led here is on its way already; SQLite rolls back at the next open
      }
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    database_.run("COMMIT");
    committed_ = true;
  }

private:
  journal::Database& database_;
  bool committed_ = false;
};

std::unique_ptr<journal::Database> open_database(const std::string& path) {
  std::error_code ignored; // opening says what is wrong
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  auto database = std::make_unique<journal::Database>(path, journal::Database::Mode::create);
  const std::int64_t owner = database->one_integer("PRAGMA application_id");
  if (owner != 0 && owner != kApplicationId) {
    throw JournalFailure(path +
                         ": is another program's file; give [ai_log] outbox a path of its own");
  }
  database->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  if (owner == 0) {
    if (database->one_integer("SELECT count(*) FROM sqlite_master") != 0) {
      throw JournalFailure(path + ": is another program's file; give [ai_log] outbox a path of its "
                                  "own");
    }
    database->run("PRAGMA application_id=" + std::to_string(kApplicationId));
  }
  database->run(kSchema);
  return database;
}

} // namespace

UploadQueue::UploadQueue(const std::string& path, std::string journal)
    : database_(open_database(path)), journal_(std::move(journal)) {}

std::uint64_t UploadQueue::cursor() const {
  auto query = database_->prepare("SELECT sequence FROM cursors WHERE journal = ?");
  query.bind(1, journal_);
  return query.step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

void UploadQueue::follow(const std::vector<Upload>& uploads,
                         const std::vector<ClientOrderId>& on_record, std::uint64_t cursor) {
  Transaction transaction(*database_);
  auto insert = database_->prepare(
      "INSERT OR IGNORE INTO uploads (journal, client_id, decision, venue_id, head_hash, stage,"
      " model, input, output, explanation, queued_ns) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
  for (const Upload& u : uploads) {
    const std::string decision = u.decision.text();
    insert.bind(1, journal_);
    insert.bind(2, u.client_id.text());
    insert.bind(3, decision);
    insert.bind(4, static_cast<std::int64_t>(u.venue_id));
    insert.bind(5, u.head_hash);
    insert.bind(6, u.stage);
    insert.bind(7, u.model);
    insert.bind(8, u.input_json);
    insert.bind(9, u.output_json);
    insert.bind(10, u.explanation);
    insert.bind(11, u.queued.ns());
    static_cast<void>(insert.step());
    insert.reset();
  }
  // Also for orders that this file never saw: an outbox that was lost is not sent again.
  auto record = database_->prepare("UPDATE uploads SET recorded = 1, acked_ns = "
                                   "coalesce(acked_ns, queued_ns) WHERE journal = ? AND "
                                   "client_id = ?");
  for (const ClientOrderId& id : on_record) {
    record.bind(1, journal_);
    record.bind(2, id.text());
    static_cast<void>(record.step());
    record.reset();
  }
  auto move = database_->prepare("INSERT OR REPLACE INTO cursors VALUES (?, ?)");
  move.bind(1, journal_);
  move.bind(2, static_cast<std::int64_t>(cursor));
  static_cast<void>(move.step());
  move.reset();
  transaction.commit();
}

std::vector<Upload> UploadQueue::select(const std::string& condition, std::size_t limit) const {
  auto query = database_->prepare(
      "SELECT id, decision, client_id, venue_id, head_hash, stage, model, input, output,"
      " explanation, queued_ns, attempts, last_error FROM uploads WHERE journal = ? AND " +
      condition + " ORDER BY id LIMIT ?");
  query.bind(1, journal_);
  query.bind(2, static_cast<std::int64_t>(limit));
  std::vector<Upload> found;
  while (query.step()) {
    Upload u;
    const auto decision = DecisionId::parse(query.text(1));
    const auto client = ClientOrderId::parse(query.text(2));
    if (!decision || !client) {
      throw JournalFailure(database_->path() + ": upload " + std::to_string(query.integer(0)) +
                           " holds no order of ours; move the file away and start again");
    }
    u.id = query.integer(0);
    u.decision = *decision;
    u.client_id = *client;
    u.venue_id = static_cast<VenueOrderId>(query.integer(3));
    u.head_hash = query.text(4);
    u.stage = query.text(5);
    u.model = query.text(6);
    u.input_json = query.text(7);
    u.output_json = query.text(8);
    u.explanation = query.text(9);
    u.queued = Timestamp::from_ns(query.integer(10));
    u.attempts = static_cast<std::uint32_t>(query.integer(11));
    u.last_error = query.text(12);
    found.push_back(std::move(u));
  }
  return found;
}

std::vector<Upload> UploadQueue::waiting(std::size_t limit) const {
  return select("acked_ns IS NULL", limit);
}

std::vector<Upload> UploadQueue::unrecorded() const {
  return select("acked_ns IS NOT NULL AND recorded = 0", 100'000);
}

void UploadQueue::acked(std::int64_t id, Timestamp now) {
  auto update = database_->prepare("UPDATE uploads SET acked_ns = ? WHERE id = ?");
  update.bind(1, now.ns());
  update.bind(2, id);
  static_cast<void>(update.step());
}

void UploadQueue::failed(std::int64_t id, const std::string& why) {
  auto update =
      database_->prepare("UPDATE uploads SET attempts = attempts + 1, last_error = ? WHERE id = ?");
  update.bind(1, why);
  update.bind(2, id);
  static_cast<void>(update.step());
}

UploadCounts UploadQueue::counts() const {
  auto query = database_->prepare("SELECT count(*) FILTER (WHERE acked_ns IS NULL),"
                                  " count(*) FILTER (WHERE acked_ns IS NOT NULL),"
                                  " coalesce(min(queued_ns) FILTER (WHERE acked_ns IS NULL), 0)"
                                  " FROM uploads WHERE journal = ?");
  query.bind(1, journal_);
  UploadCounts counts;
  if (query.step()) {
    counts.waiting = static_cast<std::uint64_t>(query.integer(0));
    counts.acked = static_cast<std::uint64_t>(query.integer(1));
    counts.oldest = Timestamp::from_ns(query.integer(2));
  }
  return counts;
}

} // namespace rg
