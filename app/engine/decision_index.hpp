#pragma once
// The journal's decisions with their sentences, kept in memory and extended as the journal grows,
// so that searching and paging cost no reading. For one thread.

#include "infra/journal/journal_reader.hpp"
#include "messages/engine/console_views.hpp"

#include <deque>

namespace rg::app {

class DecisionIndex {
public:
  /// Reads what came since the last call.
  void follow(const JournalReader& reader);
  /// Newest first, at most query.limit.
  [[nodiscard]] std::vector<DecisionRow> find(const DecisionQuery& query) const;

private:
  static constexpr std::size_t kKept = 50'000; ///< older ones stand in the CSV export
  std::deque<DecisionRow> rows_;               // by sequence
};

} // namespace rg::app
