#include "infra/journal/chain_walk.hpp"

namespace rg::journal {

namespace {

/// Reads the row of `walk` into canonical bytes and its stored hash.
RawRow raw_row(const ChainWalk& walk, const TableInfo& info, CanonicalBytes& canonical) {
  return read_raw(walk.row(), info.name, info.columns, canonical);
}

/// Where the record stands that, with this sequence number and predecessor, has the right hash.
std::optional<std::pair<std::size_t, std::uint64_t>>
find_displaced(const Database& database, const Head& previous, int version) {
  ChainWalk walk(database, 0, version);
  ChainHasher hasher;
  CanonicalBytes canonical;
  while (const auto table = walk.next()) {
    const TableInfo& info = tables(version)[*table];
    if (walk.sequence() == previous.count + 1) {
      continue;
    }
    try {
      const RawRow row =
          read_raw_as(walk.row(), info.name, info.columns, previous.count + 1, canonical);
      if (hasher.next(previous.hash, canonical.bytes()) == row.hash) {
        return std::pair(*table, walk.sequence());
      }
    } catch (const BadColumn&) {
      continue; // another altered record; the first one is what is asked
    }
  }
  return std::nullopt;
}

ChainProblem describe_misfit(const Database& database, std::size_t table, const Head& previous,
                             int version) {
  const char* name = tables()[table].name;
  if (const auto displaced = find_displaced(database, previous, version)) {
    std::string detail = "the record that belongs here stands at ";
    detail += tables()[displaced->first].name;
    detail += ' ';
    detail += std::to_string(displaced->second);
    return {ProblemKind::reordered, name, previous.count + 1, detail};
  }
  return {ProblemKind::altered, name, previous.count + 1, "its columns do not give its hash"};
}

/// Which table a missing record belonged to can be told only when it has been moved away.
ChainProblem describe_hole(const Database& database, const Head& previous, std::uint64_t found,
                           int version) {
  if (const auto displaced = find_displaced(database, previous, version)) {
    std::string detail("it stands at sequence ");
    detail += std::to_string(displaced->second);
    return {ProblemKind::reordered, tables()[displaced->first].name, previous.count + 1, detail};
  }
  std::string detail("the next record is ");
  detail += std::to_string(found);
  return {ProblemKind::missing, "", previous.count + 1, detail};
}

std::optional<ChainProblem> check_rows(const Database& database, Head previous, std::uint64_t last,
                                       int version) {
  ChainWalk walk(database, previous.count, version);
  ChainHasher hasher;
  CanonicalBytes canonical;
  while (const auto table = walk.next()) {
    const char* name = tables()[*table].name;
    if (walk.sequence() == previous.count) {
      return ChainProblem{ProblemKind::duplicated, name, previous.count,
                          "two records carry this number"};
    }
    if (walk.sequence() != previous.count + 1) {
      return describe_hole(database, previous, walk.sequence(), version);
    }
    try {
      const RawRow row = raw_row(walk, tables(version)[*table], canonical);
      if (hasher.next(previous.hash, canonical.bytes()) != row.hash) {
        return describe_misfit(database, *table, previous, version);
      }
      previous = {row.sequence, row.hash};
    } catch (const BadColumn& bad) {
      return ChainProblem{ProblemKind::altered, name, previous.count + 1, bad.what()};
    }
  }
  if (previous.count < last) {
    std::string detail("cut off at the end, with all up to record ");
    detail += std::to_string(last);
    return ChainProblem{ProblemKind::missing, "", previous.count + 1, detail};
  }
  return std::nullopt;
}

/// The hash stored with a record; empty when there is none.
ChainHash hash_at(Database& database, std::uint64_t sequence) {
  for (const TableInfo& table : tables()) {
    Statement find =
        database.prepare(std::string("SELECT hash FROM ") + table.name + " WHERE seq = ?");
    find.bind(1, static_cast<std::int64_t>(sequence));
    if (find.step()) {
      return ChainHash(find.text(0));
    }
  }
  return {};
}

} // namespace

const char* to_string(ProblemKind kind) {
  constexpr std::array<const char*, 7> kNames{"altered", "missing", "reordered", "duplicated",
                                              "damaged", "schema",  "head"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ChainProblem::text() const {
  std::string out = kind == ProblemKind::head ? "the head" : table.empty() ? "the file" : table;
  if (kind == ProblemKind::schema) {
    out += "'s schema";
  }
  if (sequence > 0) {
    out += kind == ProblemKind::head ? ", record " : table.empty() ? ": record " : " record ";
    out += std::to_string(sequence);
  }
  out += kind == ProblemKind::head     ? " does not fit"
         : kind == ProblemKind::schema ? " is altered"
                                       : " is ";
  if (kind != ProblemKind::head && kind != ProblemKind::schema) {
    out += to_string(kind);
  }
  if (!detail.empty()) {
    out += ": ";
    out += detail;
  }
  return out;
}

ChainWalk::ChainWalk(const Database& database, std::uint64_t after, int version) {
  for (const TableInfo& table : tables(version)) {
    try {
      Cursor cursor{table.name, Statement(database, table.select + " WHERE seq > ? ORDER BY seq"),
                    false, 0};
      cursor.statement.bind(1, static_cast<std::int64_t>(after));
      advance(cursor);
      cursors_.push_back(std::move(cursor));
    } catch (const SqliteFailure& failure) {
      throw DamagedTable{table.name, failure.what()};
    }
  }
}

void ChainWalk::advance(Cursor& cursor) {
  try {
    cursor.has_row = cursor.statement.step();
  } catch (const SqliteFailure& failure) {
    throw DamagedTable{cursor.table, failure.what()};
  }
  cursor.sequence = cursor.has_row ? static_cast<std::uint64_t>(cursor.statement.integer(0)) : 0;
}

std::optional<std::size_t> ChainWalk::next() {
  if (current_) {
    advance(cursors_[*current_]);
  }
  current_.reset();
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    if (cursors_[i].has_row && (!current_ || cursors_[i].sequence < cursors_[*current_].sequence)) {
      current_ = i;
    }
  }
  return current_;
}

std::optional<ChainProblem> check_chain(Database& database, const Head& from, std::uint64_t last,
                                        int version) {
  try {
    if (from.count > 0 && hash_at(database, from.count) != from.hash) {
      return ChainProblem{ProblemKind::head, "", from.count,
                          "the record or the whole file was rewritten"};
    }
    return check_rows(database, from, last, version);
  } catch (const DamagedTable& damaged) {
    return ChainProblem{ProblemKind::damaged, damaged.table, 0, damaged.what};
  } catch (const SqliteFailure& failure) {
    return ChainProblem{ProblemKind::damaged, "", 0, failure.what()};
  }
}

} // namespace rg::journal
