#pragma once
// What the hot shells of one engine share. All of it is touched by the hot thread alone.

#include "actors/engine_time.hpp"
#include "actors/inline_unit.hpp"
#include "actors/journal/ledger.hpp"
#include "actors/message_types.hpp"
#include "actors/pair_group.hpp"
#include "actors/slot.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/ports/market_data.hpp"
#include "messages/engine/engine_status.hpp"

#include <optional>
#include <set>
#include <string>

namespace rg {

/// Takes journal records from the hot thread; durability comes back as a JournalAck input.
class JournalSink {
public:
  virtual ~JournalSink() = default;
  /// @return number of the submission; they count 1, 2, 3, … The call does not block on the disk.
  virtual std::uint64_t submit(std::vector<JournalRecord> records) = 0;
};

/// Hears of each pipeline bar and guard change, for histories that are shown elsewhere. Called on
/// the hot thread; must return at once and may not throw.
class EngineObserver {
public:
  virtual ~EngineObserver() = default;
  virtual void on_bar(const Bar& bar, const RegimeEstimate& regime,
                      const RiskForecast& forecast) = 0;
  virtual void on_guard(const GuardState& state) = 0;
};

/// What differs between a live engine, a replay and a test, beside the ports.
struct EngineOptions {
  /// Slots before decisions are allowed. Live, one candles call gives 999; backtests count 1,000.
  std::uint32_t warm_up_slots = 960;
  bool history = true; ///< warm up from the venue's candles; false: from the stream alone
  bool survey = true;  ///< ask the venue at start and reconcile; false: the book is taken as flat
  bool test_trade = false;        ///< obey OperatorAction::test_trade: started by `api-test`
  bool heartbeat = true;          ///< run the one-second timer: silence, publishing, reconciliation
  Notional initial_equity;        ///< with survey = false
  Duration reconcile_every = 30s; ///< wall
  std::uint64_t seed = 1;         ///< jitter of restarts
  std::string run_id, version = "0.1.0", mode = "sim", model_sha256, config_sha256;
};

struct EngineContext {
  EngineContext(caf::actor_system& system, const EngineSettings& engine_settings,
                std::shared_ptr<const ModelParameters> parameters,
                const EngineOptions& engine_options, Gateway& to_venue, MarketSource& market_source,
                JournalSink& journal_sink, InputTimers::Arm arm, Ledger past)
      : settings(engine_settings), model(std::move(parameters)), options(engine_options),
        gateway(to_venue), market(market_source), journal(journal_sink), timers(std::move(arm)),
        ledger(std::move(past)), unit(system),
        portfolio(unit, [this](const caf::message& m) { on_dead_letter("portfolio", m); }),
        order(unit, [this](const caf::message& m) { on_dead_letter("order", m); }) {}

  /// To the journal, and into the ledger that a restart reads. All records of one turn go to the
  /// journal together, when the hot work is done: flush_records().
  /// @return number that their submission will have.
  std::uint64_t record(std::vector<JournalRecord> records) {
    for (JournalRecord& r : records) {
      ledger.apply(r);
      unsent_records.push_back(std::move(r));
    }
    return submissions + 1;
  }
  void flush_records() {
    if (unsent_records.empty()) {
      return;
    }
    board.journal_records += unsent_records.size();
    const std::uint64_t number = journal.submit(std::exchange(unsent_records, {}));
    RG_ASSERT(number == submissions + 1);
    submissions = number;
  }
  void record_supervision(const char* kind, std::string subject, std::string detail) {
    record({SupervisionRecord{data_now, clock.now(), kind, std::move(subject), std::move(detail)}});
  }
  /// Data time never runs backwards here: it is the newest stamp of the venue.
  void advance_data_time(Timestamp stamp) { data_now = std::max(data_now, stamp); }

  void on_dead_letter(const char* actor, const caf::message& message) {
    record_supervision("dead_letter", actor,
                       "handling failed twice, given up: " +
                           caf::to_string(message).substr(0, 200));
  }
  /// Asks the venue; the answer comes back as a CandleAnswer input.
  void ask_candles(Symbol symbol, Duration interval, int rows) {
    market.candles(symbol, interval, rows,
                   [this](CandleAnswer answer) { input(std::move(answer)); });
  }
  void ask_candles_later(Symbol symbol, Duration interval, int rows, Duration delay) {
    timers.after(delay, [=, this] { ask_candles(symbol, interval, rows); });
  }
  [[nodiscard]] PairStatus& pair(Symbol symbol) { return board.pairs[symbol.id()]; }

  EngineSettings settings;
  std::shared_ptr<const ModelParameters> model;
  EngineOptions options;
  ContractTable contracts = contract_defaults();
  Gateway& gateway;
  MarketSource& market;
  JournalSink& journal;
  InputClock clock;
  InputTimers timers;
  Timestamp data_now;
  Ledger ledger;
  std::vector<JournalRecord> unsent_records; ///< of the present turn
  std::uint64_t submissions = 0;
  PortfolioView view; ///< as last published; risk sizes against it
  EngineStatus board; ///< shells write what they know; the host copies it
  /// Pairs whose base bars closed with the present input; the engine gives them their turn.
  struct ClosedBars {
    Symbol symbol;
    Timestamp stamp;
  };
  std::vector<ClosedBars> closed_bars;
  std::uint32_t history_expected = 0;     ///< bit per pair whose group warms up from candles
  std::function<void(EngineInput)> input; ///< the engine's door
  EngineObserver* observer = nullptr;     ///< may be null
  AccountSnapshot last_account;           ///< as the venue last told it
  std::uint32_t held_fills = 0;           ///< bit per pair: a fill fits no position yet
  std::set<Refusal> conditions; ///< that stand against new risk from outside (ConditionNews)
  bool desk_idle = true;        ///< nothing of ours is on its way to the venue
  std::string last_crash;       ///< text of the exception that ended an actor
  InlineUnit unit;
  std::array<GroupHandles, Symbol::kCount> groups;
  Slot<PortfolioHandle> portfolio;
  Slot<OrderHandle> order;
};

/// Base of every hot shell: typed, inline, and its exceptions leave their text for the supervision
/// record before CAF ends the actor.
template <class Handle> class HotShell : public Handle::base {
public:
  HotShell(caf::actor_config& config, EngineContext& context, const char* name)
      : Handle::base(config), context_(context), name_(name) {
    this->set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& e) {
        context_.last_crash = std::string(name_) + ": " + e.what();
      } catch (...) {
        context_.last_crash = std::string(name_) + ": unknown exception";
      }
      return caf::sec::runtime_error;
    });
  }
  [[nodiscard]] const char* name() const override { return name_; }

protected:
  template <class To, class Message> void tell(const To& to, Message&& message) {
    if (to) {
      context_.unit.deliver(to, std::forward<Message>(message));
    }
  }
  EngineContext& context_;

private:
  const char* name_;
};

} // namespace rg
