#pragma once
// What the console sees of a running engine: published state and the journal's file, never the hot
// thread itself.

#include "app/engine/history_keeper.hpp"
#include "app/journal_queries.hpp"
#include "infra/ports/console_source.hpp"

#include <map>

namespace rg::app {

class EngineHost;

class HostConsole final : public ConsoleSource {
public:
  explicit HostConsole(EngineHost& host);

  [[nodiscard]] EngineStatus status() const override;
  [[nodiscard]] std::uint64_t version() const override;
  [[nodiscard]] PairHistory history(Symbol symbol) const override;
  [[nodiscard]] std::vector<PairSpark> sparks() const override;
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
  [[nodiscard]] std::vector<JournalEvent> events(std::size_t limit) const override {
    return journal_.events(limit);
  }
  [[nodiscard]] std::vector<EngineRun> engine_runs() const override { return journal_.runs(); }
  [[nodiscard]] std::string runs_json() const override;
  [[nodiscard]] std::optional<std::string> run_json(const std::string& name) const override;
  [[nodiscard]] JournalCheck verify_journal() const override { return journal_.verify(); }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string& table) const override {
    return journal_.csv(table);
  }
  void execute(OperatorCommand command) override;
  [[nodiscard]] ReloadReport reload() override;

private:
  EngineHost& host_;
  JournalQueries journal_;
  std::string runs_folder_;
  mutable std::map<Refusal, Timestamp> last_bound_; // grows with the decisions that pass by
};

} // namespace rg::app
