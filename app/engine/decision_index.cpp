#include "app/engine/decision_index.hpp"

#include "actors/journal/explanation.hpp"

#include <algorithm>
#include <cctype>

namespace rg::app {

namespace {

bool contains_ignoring_case(std::string_view text, std::string_view wanted) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

bool fits(const DecisionRow& row, const DecisionQuery& query) {
  const Decision& d = row.decision;
  if ((query.symbol && d.id.symbol != *query.symbol) ||
      (query.outcome && d.outcome != *query.outcome)) {
    return false;
  }
  if (query.text.empty()) {
    return true;
  }
  const char* reason =
      d.outcome == Outcome::refused ? to_string(d.refusal) : to_string(d.exit_reason);
  return contains_ignoring_case(row.sentence, query.text) ||
         contains_ignoring_case(reason, query.text) ||
         contains_ignoring_case(d.id.text(), query.text);
}

} // namespace

void DecisionIndex::follow(const JournalReader& reader) {
  const auto fresh = rows_.empty() ? reader.last<DecisionRecord>(kKept)
                                   : reader.after<DecisionRecord>(rows_.back().sequence);
  for (const auto& stored : fresh) {
    const Decision& d = stored.record.decision;
    rows_.push_back({d, explanation_text(d), stored.sequence});
  }
  while (rows_.size() > kKept) {
    rows_.pop_front();
  }
}

std::vector<DecisionRow> DecisionIndex::find(const DecisionQuery& query) const {
  std::vector<DecisionRow> found;
  auto newest = rows_.rbegin();
  if (query.before > 0) {
    const auto end = std::lower_bound(
        rows_.begin(), rows_.end(), query.before,
        [](const DecisionRow& row, std::uint64_t sequence) { return row.sequence < sequence; });
    newest = std::make_reverse_iterator(end);
  }
  for (auto row = newest; row != rows_.rend() && found.size() < query.limit; ++row) {
    if (row->sequence <= query.after) {
      break;
    }
    if (fits(*row, query)) {
      found.push_back(*row);
    }
  }
  return found;
}

} // namespace rg::app
