#pragma once

#include "messages/engine/console_views.hpp"
#include "messages/engine/engine_input.hpp"
#include "messages/engine/engine_status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg {

/// What came of reading the configuration again.
struct ReloadReport {
  bool taken = false;
  std::vector<std::string> lines; ///< taken: each change; refused: why, each
};

/// What the console shows and may do. Called on the console's thread, never on the hot one; answers
/// are copies of published state or come from the journal file, so a slow browser costs trading
/// nothing.
class ConsoleSource {
public:
  virtual ~ConsoleSource() = default;
  [[nodiscard]] virtual EngineStatus status() const = 0;
  /// Rises with every published status; the stream sends when it moved.
  [[nodiscard]] virtual std::uint64_t version() const = 0;
  [[nodiscard]] virtual PairHistory history(Symbol symbol) const = 0;
  [[nodiscard]] virtual std::vector<EquityPoint> equity() const = 0;
  [[nodiscard]] virtual std::vector<LimitStatus> limits() const = 0;
  [[nodiscard]] virtual std::vector<DecisionRow> decisions(const DecisionQuery& query) const = 0;
  [[nodiscard]] virtual std::optional<DecisionDetail> decision(const DecisionId& id) const = 0;
  /// Newest event of each of the newest orders / newest fills, newest first.
  [[nodiscard]] virtual std::vector<OrderEvent> orders(std::size_t limit) const = 0;
  [[nodiscard]] virtual std::vector<Fill> fills(std::size_t limit) const = 0;
  [[nodiscard]] virtual std::string model_json() const = 0;
  [[nodiscard]] virtual std::vector<PairSpark> sparks() const { return {}; }
  /// Newest first.
  [[nodiscard]] virtual std::vector<JournalEvent> events(std::size_t) const { return {}; }
  [[nodiscard]] virtual std::vector<EngineRun> engine_runs() const { return {}; } ///< newest first
  /// JSON list of the run reports on disk / one of them by name; empty optional = no such run.
  /// Slow; called on a worker thread, so they share no mutable state with the others.
  [[nodiscard]] virtual std::string runs_json() const { return R"({"folder":"","runs":[]})"; }
  [[nodiscard]] virtual std::optional<std::string> run_json(const std::string&) const {
    return std::nullopt;
  }
  /// Slow, on a worker thread.
  [[nodiscard]] virtual JournalCheck verify_journal() const = 0;
  /// A journal table as CSV with a header; empty optional for an unknown table. Slow, on a worker
  /// thread.
  [[nodiscard]] virtual std::optional<std::string> export_csv(const std::string& table) const = 0;

  /// Hands a command to the engine; returns at once.
  virtual void execute(OperatorCommand command) = 0;
  /// Reads the config file again: all of it is taken, or nothing.
  [[nodiscard]] virtual ReloadReport reload() {
    return {false, {"this engine reads no configuration again"}};
  }
};

} // namespace rg
