#include "infra/journal/origin.hpp"

#include <charconv>

namespace rg::journal {

namespace {

constexpr std::string_view kBegin = "carried over from schema ";
constexpr std::string_view kRecords = ": ";
constexpr std::string_view kHead = " records, head ";
constexpr std::string_view kFile = ", file ";
constexpr std::string_view kAbsent = "; not recorded then: ";

/// Takes `word` off the front of `text`.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) {
    return false;
  }
  text.remove_prefix(word.size());
  return true;
}

template <class Number> bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

} // namespace

std::string origin_text(const Origin& origin) {
  std::string text(kBegin);
  text += std::to_string(origin.version);
  text += kRecords;
  text += std::to_string(origin.head.count);
  text += kHead;
  text += origin.head.hash;
  text += kFile;
  text += origin.file_name;
  const char* separator = kAbsent.data();
  for (const std::string& column : columns_since(origin.version)) {
    text += separator;
    text += column;
    separator = ", ";
  }
  return text;
}

std::optional<Origin> parse_origin(const std::string& text) {
  constexpr std::size_t kHashDigits = 64;
  Origin origin;
  std::string_view rest = text;
  if (!take(rest, kBegin) || !take_number(rest, origin.version) || !take(rest, kRecords) ||
      !take_number(rest, origin.head.count) || !take(rest, kHead) || rest.size() < kHashDigits ||
      !is_known(origin.version)) {
    return std::nullopt;
  }
  origin.head.hash = ChainHash(rest.substr(0, kHashDigits));
  rest.remove_prefix(kHashDigits);
  if (!take(rest, kFile)) {
    return std::nullopt;
  }
  // The name may hold anything, the list of columns may not: its words end the name.
  origin.file_name = std::string(rest.substr(0, rest.rfind(kAbsent)));
  return origin;
}

std::optional<Origin> origin_of(Database& database) {
  Statement first =
      database.prepare("SELECT kind, subject, detail FROM supervision_events WHERE seq = 1");
  if (!first.step() || first.text(0) != kMigrated) {
    return std::nullopt;
  }
  auto origin = parse_origin(std::string(first.text(2)));
  if (!origin || first.text(1) != "journal") {
    throw JournalFailure(database.path() +
                         ": the record of its migration cannot be understood; run: regimeguard "
                         "verify");
  }
  return origin;
}

std::optional<ChainProblem> check_origin(Database& database, const Origin& origin) {
  ChainWalk walk(database, 1, origin.version);
  ChainHasher hasher;
  CanonicalBytes canonical;
  Head old;
  const char* name = "";
  while (old.count < origin.head.count) {
    const auto table = walk.next();
    if (!table) {
      return ChainProblem{ProblemKind::missing, "", old.count + 2,
                          "the old journal held " + std::to_string(origin.head.count) + " records"};
    }
    const TableInfo& info = tables(origin.version)[*table];
    name = info.name;
    const std::uint64_t before = walk.sequence() - 1; // its number in the old file
    static_cast<void>(read_raw_as(walk.row(), name, info.columns, before, canonical));
    old = {old.count + 1, hasher.next(old.hash, canonical.bytes())};
  }
  if (old.hash != origin.head.hash) {
    return ChainProblem{ProblemKind::altered, name, old.count + 1,
                        "the records carried over do not give the old journal's last hash"};
  }
  return std::nullopt;
}

} // namespace rg::journal
