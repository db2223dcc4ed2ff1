#include "infra/journal/journal_reader.hpp"

#include "infra/journal/chain_walk.hpp"

#include <algorithm>
#include <filesystem>
#include <type_traits>

namespace rg {

using journal::Database;
using journal::Statement;

namespace {

/// Positions of a decoded row: seq, the record's columns, hash.
template <class Record> Record decode(const Statement& row) {
  Record record{};
  try {
    journal::RowReader reader(row, 1);
    journal::Table<Record>::fields(reader, record);
  } catch (const journal::BadColumn& bad) {
    throw JournalFailure(std::string(journal::Table<Record>::kName) + " record " +
                         std::to_string(row.integer(0)) + ": " + bad.what() +
                         "; run: regimeguard verify");
  }
  return record;
}

template <class Record> const journal::TableInfo& info_of() {
  constexpr std::size_t kIndex = []<class... Table>(std::type_identity<std::variant<Table...>>) {
    std::size_t before = 0;
    static_cast<void>((... || (std::is_same_v<Table, Record> || (++before, false))));
    return before;
  }(std::type_identity<JournalRecord>{});
  static_assert(kIndex < journal::kTableCount);
  return journal::tables()[kIndex];
}

using DecodeAny = JournalRecord (*)(const Statement&);

const std::array<DecodeAny, journal::kTableCount>& decoders() {
  static const std::array<DecodeAny, journal::kTableCount> kDecoders = [] {
    std::array<DecodeAny, journal::kTableCount> all{};
    journal::for_each_table([&]<class Record>(std::size_t index) {
      all[index] = [](const Statement& row) -> JournalRecord { return decode<Record>(row); };
    });
    return all;
  }();
  return kDecoders;
}

std::string limit_text(std::size_t limit) {
  return limit == JournalReader::kAll ? std::string() : " LIMIT " + std::to_string(limit);
}

} // namespace

Result<JournalReader, InputError> JournalReader::open(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(InputError{path, 0, "there is no journal file; give its path with --journal"});
  }
  try {
    auto database = std::make_unique<Database>(path, Database::Mode::read);
    if (!journal::is_journal(*database)) {
      return fail(InputError{path, 0,
                             "is no RegimeGuard journal; give the file that [journal] path names"});
    }
    if (std::string version = journal::version_difference(*database); !version.empty()) {
      return fail(InputError{path, 0, std::move(version)});
    }
    return JournalReader(std::move(database));
  } catch (const JournalFailure& failure) {
    return fail(journal::input_error(path, failure));
  }
}

template <class Record>
std::vector<Stored<Record>> JournalReader::select(const std::string& condition,
                                                  const std::string& text) const {
  const journal::TableInfo& info = info_of<Record>();
  Statement rows = database_->prepare(info.select + condition);
  if (!text.empty()) {
    rows.bind(1, std::string_view(text));
  }
  const int hash_column = static_cast<int>(info.columns.size()) + 1;
  std::vector<Stored<Record>> found;
  while (rows.step()) {
    found.push_back({static_cast<std::uint64_t>(rows.integer(0)),
                     std::string(rows.text(hash_column)), decode<Record>(rows)});
  }
  return found;
}

template <class Record> std::vector<Stored<Record>> JournalReader::last(std::size_t count) const {
  auto found = select<Record>(" ORDER BY seq DESC" + limit_text(count), "");
  std::reverse(found.begin(), found.end());
  return found;
}

template <class Record>
std::vector<Stored<Record>> JournalReader::after(std::uint64_t after, std::size_t limit) const {
  return select<Record>(
      " WHERE seq > " + std::to_string(after) + " ORDER BY seq" + limit_text(limit), "");
}

std::optional<Stored<DecisionRecord>> JournalReader::decision(const DecisionId& id) const {
  // A decision may be written twice: by risk or portfolio, then with the desk's own refusal. The
  // last counts.
  auto found = select<DecisionRecord>(" WHERE decision = ? ORDER BY seq DESC LIMIT 1", id.text());
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Stored<OrderEvent>> JournalReader::order_events(const DecisionId& id) const {
  return select<OrderEvent>(" WHERE decision = ? ORDER BY seq", id.text());
}

std::optional<Stored<RunRecord>> JournalReader::run(const std::string& run_id) const {
  auto found = select<RunRecord>(" WHERE run_id = ? ORDER BY seq DESC LIMIT 1", run_id);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void JournalReader::for_each(const std::function<void(std::uint64_t, const JournalRecord&)>& visit,
                             std::uint64_t after) const {
  database_->run("BEGIN"); // one snapshot over all tables
  struct End {
    Database& database;
    ~End() {
      try {
        database.run("COMMIT");
      } catch (const JournalFailure&) { // a read transaction has nothing to lose
      }
    }
  } end{*database_};
  try {
    journal::ChainWalk walk(*database_, after);
    while (const auto table = walk.next()) {
      visit(walk.sequence(), decoders()[*table](walk.row()));
    }
  } catch (const journal::DamagedTable& damaged) {
    throw JournalFailure(damaged.what);
  }
}

std::uint64_t JournalReader::count() const {
  std::int64_t last = 0;
  for (const journal::TableInfo& table : journal::tables()) {
    last =
        std::max(last, database_->one_integer(std::string("SELECT max(seq) FROM ") + table.name));
  }
  return static_cast<std::uint64_t>(last);
}

template std::vector<Stored<RunRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<DecisionRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<OrderEvent>> JournalReader::last(std::size_t) const;
template std::vector<Stored<Fill>> JournalReader::last(std::size_t) const;
template std::vector<Stored<EquityRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<GuardRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<SupervisionRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<AiLogRecord>> JournalReader::last(std::size_t) const;
template std::vector<Stored<RunRecord>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<DecisionRecord>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<OrderEvent>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<Fill>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<EquityRecord>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<GuardRecord>> JournalReader::after(std::uint64_t, std::size_t) const;
template std::vector<Stored<SupervisionRecord>> JournalReader::after(std::uint64_t,
                                                                     std::size_t) const;
template std::vector<Stored<AiLogRecord>> JournalReader::after(std::uint64_t, std::size_t) const;

} // namespace rg
