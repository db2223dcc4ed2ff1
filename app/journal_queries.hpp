#pragma once
// What the console asks of the journal. Opens the file per question, on the console's thread,
// beside the writing engine; answers are empty while there is no journal yet.

#include "app/engine/decision_index.hpp"
#include "infra/journal/journal_reader.hpp"
#include "messages/engine/console_views.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg::app {

class JournalQueries {
public:
  JournalQueries(std::string journal, std::string key)
      : journal_(std::move(journal)), key_(std::move(key)) {}

  /// Newest first. The text is searched in sentence, refusal, exit reason and id, any case.
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery& query) const;
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId& id) const;
  /// The newest event of each of the newest orders, newest first.
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t limit) const;
  [[nodiscard]] std::vector<Fill> fills(std::size_t limit) const; ///< newest first
  /// Oldest first; thinned evenly to at most `points`, the last one kept.
  [[nodiscard]] std::vector<EquityPoint> equity(std::size_t points = 5000) const;
  /// Where the pair's stop rested, from the order events of late.
  [[nodiscard]] std::vector<PairHistory::StopLevel> stops(Symbol symbol) const;
  [[nodiscard]] std::vector<JournalEvent> events(std::size_t limit) const; ///< newest first
  [[nodiscard]] std::vector<EngineRun> runs() const;                       ///< newest first
  // These two may run on another thread beside the ones above.
  [[nodiscard]] JournalCheck verify() const;
  [[nodiscard]] std::optional<std::string> csv(const std::string& table) const;

private:
  static constexpr std::size_t kStopEventsRead = 4000, kRunsShown = 50;
  std::string journal_, key_;
  mutable DecisionIndex index_; // what was read is kept; the answers are the same
};

} // namespace rg::app
