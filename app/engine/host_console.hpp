#pragma once
// What the console sees of a running engine: published state and the journal's file, never the hot
// thread itself.

#include "actors/engine_context.hpp"
#include "app/journal_queries.hpp"
#include "infra/ports/console_source.hpp"

#include <deque>
#include <functional>
#include <mutex>

namespace rg::app {

/// The recent past of each pair. The hot thread adds, the console's thread copies.
class HistoryKeeper final : public EngineObserver {
public:
  void on_bar(const Bar& bar, const RegimeEstimate& regime, const RiskForecast& forecast) override;
  void on_guard(const GuardState& state) override;
  [[nodiscard]] PairHistory history(Symbol symbol, Duration interval) const;

private:
  static constexpr std::size_t kBarsKept = 2000, kGuardChangesKept = 500;
  struct BarRecord {
    Bar bar;
    RegimeEstimate regime;
    RiskForecast forecast;
  };
  mutable std::mutex mutex_;
  std::array<std::deque<BarRecord>, Symbol::kCount> bars_;
  std::array<std::deque<GuardState>, Symbol::kCount> guard_;
};

class EngineHost;

class HostConsole final : public ConsoleSource {
public:
  explicit HostConsole(EngineHost& host);

  [[nodiscard]] EngineStatus status() const override;
  [[nodiscard]] std::uint64_t version() const override;
  [[nodiscard]] PairHistory history(Symbol symbol) const override;
  [[nodiscard]] std::vector<EquityPoint> equity() const override { return journal_.equity(); }
  [[nodiscard]] std::vector<LimitStatus> limits() const override;
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery& query) const override {
    return journal_.decisions(query);
  }
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId& id) const override {
    return journal_.decision(id);
  }
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t limit) const override {
    return journal_.orders(limit);
  }
  [[nodiscard]] std::vector<Fill> fills(std::size_t limit) const override {
    return journal_.fills(limit);
  }
  [[nodiscard]] std::string model_json() const override;
  [[nodiscard]] JournalCheck verify_journal() const override { return journal_.verify(); }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string& table) const override {
    return journal_.csv(table);
  }
  void execute(OperatorCommand command) override;

private:
  EngineHost& host_;
  JournalQueries journal_;
};

/// Where each limit stands: pure, from the published status.
[[nodiscard]] std::vector<LimitStatus> limits_of(const EngineStatus& status,
                                                 const EngineSettings& settings);

} // namespace rg::app
