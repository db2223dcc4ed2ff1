#include "app/journal_queries.hpp"

#include "actors/journal/explanation.hpp"
#include "infra/journal/journal_export.hpp"
#include "infra/journal/journal_verify.hpp"

#include <algorithm>
#include <set>

namespace rg::app {

namespace {

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
  if (const auto reader = JournalReader::open(journal_)) {
    index_.follow(*reader);
  }
  return index_.find(query);
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

std::vector<PairHistory::StopLevel> JournalQueries::stops(Symbol symbol) const {
  std::vector<PairHistory::StopLevel> levels;
  const auto reader = JournalReader::open(journal_);
  if (!reader) {
    return levels;
  }
  // A moved stop is placed before the old one is cancelled: the level is the newest that rests.
  std::vector<std::pair<ClientOrderId, Price>> resting;
  for (const auto& stored : reader->last<OrderEvent>(kStopEventsRead)) {
    const OrderEvent& o = stored.record;
    if (o.symbol != symbol || o.role != OrderRole::stop) {
      continue;
    }
    std::erase_if(resting, [&](const auto& r) { return r.first == o.client_id; });
    if (o.to == OrderState::acked || o.to == OrderState::partially_filled) {
      resting.emplace_back(o.client_id, o.price);
    }
    const Price level = resting.empty() ? Price{} : resting.back().second;
    if (levels.empty() ? !level.is_zero() : levels.back().price != level) {
      levels.push_back({o.data_time, level});
    }
  }
  return levels;
}

std::vector<JournalEvent> JournalQueries::events(std::size_t limit) const {
  std::vector<JournalEvent> events;
  if (const auto reader = JournalReader::open(journal_)) {
    const auto stored = reader->last<SupervisionRecord>(limit);
    std::for_each(stored.rbegin(), stored.rend(), [&](const auto& s) {
      events.push_back({s.sequence, s.record.data_time, s.record.wall_time, s.record.kind,
                        s.record.subject, s.record.detail});
    });
  }
  return events;
}

std::vector<EngineRun> JournalQueries::runs() const {
  std::vector<EngineRun> runs;
  if (const auto reader = JournalReader::open(journal_)) {
    const auto stored = reader->last<RunRecord>(kRunsShown);
    std::for_each(stored.rbegin(), stored.rend(), [&](const auto& s) {
      runs.push_back({s.record.run_id, s.record.command, s.record.model_sha256,
                      s.record.config_sha256, s.record.wall_time});
    });
  }
  return runs;
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
