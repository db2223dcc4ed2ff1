#include "app/journal_queries.hpp"

#include "actors/journal/explanation.hpp"
#include "infra/journal/journal_export.hpp"
#include "infra/journal/journal_verify.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace rg::app {

namespace {

bool contains_ignoring_case(std::string_view text, std::string_view wanted) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

bool fits(const Decision& d, const std::string& sentence, const DecisionQuery& query) {
  if ((query.symbol && d.id.symbol != *query.symbol) ||
      (query.outcome && d.outcome != *query.outcome)) {
    return false;
  }
  if (query.text.empty()) {
    return true;
  }
  const char* reason =
      d.outcome == Outcome::refused ? to_string(d.refusal) : to_string(d.exit_reason);
  return contains_ignoring_case(sentence, query.text) ||
         contains_ignoring_case(reason, query.text) ||
         contains_ignoring_case(d.id.text(), query.text);
}

/// The newest event of each order, newest order first.
std::vector<OrderEvent> newest_of_each(const std::vector<Stored<OrderEvent>>& events,
                                       std::size_t limit) {
  std::vector<OrderEvent> newest;
  std::set<ClientOrderId> seen;
  for (auto event = events.rbegin(); event != events.rend() && newest.size() < limit; ++event) {
    if (seen.insert(event->record.client_id).second) {
      newest.push_back(event->record);
    }
  }
  return newest;
}

} // namespace

std::vector<DecisionRow> JournalQueries::decisions(const DecisionQuery& query) const {
  std::vector<DecisionRow> rows;
  const auto reader = JournalReader::open(journal_);
  if (!reader) {
    return rows;
  }
  // Without a filter the last ones are enough; with one, look further back.
  const bool filtered = query.symbol || query.outcome || !query.text.empty();
  const auto stored = reader->last<DecisionRecord>(
      filtered ? std::max<std::size_t>(20 * query.limit, 5000) : query.limit);
  for (auto s = stored.rbegin(); s != stored.rend() && rows.size() < query.limit; ++s) {
    std::string sentence = explanation_text(s->record.decision);
    if (fits(s->record.decision, sentence, query)) {
      rows.push_back({s->record.decision, std::move(sentence)});
    }
  }
  return rows;
}

std::optional<DecisionDetail> JournalQueries::decision(const DecisionId& id) const {
  const auto reader = JournalReader::open(journal_);
  if (!reader) {
    return std::nullopt;
  }
  const auto stored = reader->decision(id);
  if (!stored) {
    return std::nullopt;
  }
  DecisionDetail detail;
  detail.decision = stored->record.decision;
  detail.sentence = long_explanation(detail.decision);
  detail.counterfactuals = counterfactuals(detail.decision);
  detail.orders = newest_of_each(reader->order_events(id), JournalReader::kAll);
  std::set<ClientOrderId> ours;
  for (const OrderEvent& order : detail.orders) {
    ours.insert(order.client_id);
  }
  for (const auto& fill : reader->after<Fill>(stored->sequence)) {
    if (ours.contains(fill.record.client_id)) {
      detail.fills.push_back(fill.record);
    }
  }
  for (const auto& upload : reader->after<AiLogRecord>(stored->sequence)) {
    if (upload.record.decision == detail.decision.id) {
      detail.ai_log = upload.record.status;
    }
  }
  detail.hash = stored->hash;
  return detail;
}

std::vector<OrderEvent> JournalQueries::orders(std::size_t limit) const {
  const auto reader = JournalReader::open(journal_);
  // An order passes through at most some ten states.
  return reader ? newest_of_each(reader->last<OrderEvent>(12 * limit), limit)
                : std::vector<OrderEvent>();
}

std::vector<Fill> JournalQueries::fills(std::size_t limit) const {
  std::vector<Fill> fills;
  if (const auto reader = JournalReader::open(journal_)) {
    const auto stored = reader->last<Fill>(limit);
    std::for_each(stored.rbegin(), stored.rend(),
                  [&](const auto& s) { fills.push_back(s.record); });
  }
  return fills;
}

std::vector<EquityPoint> JournalQueries::equity(std::size_t points) const {
  std::vector<EquityPoint> curve;
  const auto reader = JournalReader::open(journal_);
  if (!reader) {
    return curve;
  }
  const auto stored = reader->last<EquityRecord>();
  const std::size_t step =
      std::max<std::size_t>(1, (stored.size() + points - 1) / std::max<std::size_t>(1, points));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if ((stored.size() - 1 - i) % step == 0) {
      const EquityRecord& r = stored[i].record;
      curve.push_back({r.data_time, r.equity.to_double(), r.drawdown, r.gross_leverage});
    }
  }
  return curve;
}

JournalCheck JournalQueries::verify() const {
  const auto report = verify_journal(journal_, key_);
  if (!report) {
    return {false, 0, report.error().text()};
  }
  return {!report->problem, report->records,
          report->problem ? report->problem->text() : std::string()};
}

std::optional<std::string> JournalQueries::csv(const std::string& table) const {
  const auto text = export_csv(journal_, table);
  return text ? *text : std::nullopt;
}

} // namespace rg::app
