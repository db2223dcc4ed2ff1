#pragma once
// The running house: all hot actors on one inline unit, and the one door through which everything
// from outside enters. What enters is recorded in the order in which it is processed; a replay
// feeds the same inputs to the same class and must come to the same decisions (design §5, §11,
// §12).
//
// One thread: every member function is called from the hot thread.

#include "actors/clock_gate.hpp"
#include "actors/engine_context.hpp"
#include "actors/supervisor.hpp"
#include "actors/venue_survey.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace rg {

/// Settings read anew, and each key that differs from those in force.
struct ReadSettings {
  struct Difference {
    std::string key, before, after; ///< "portfolio.max_gross_leverage", "2.0", "1.5"
  };
  EngineSettings settings;
  std::vector<Difference> differences;
};

struct EnginePorts {
  Gateway& gateway;
  MarketSource& market;
  JournalSink& journal;
  const Clock& wall;    ///< read once per input
  InputTimers::Arm arm; ///< brings TimerFired{token} back after the delay
  std::function<void(const RecordedInput&)> recorder; ///< may be empty
  EngineObserver* observer = nullptr;                 ///< may be null
  /// Reads a SettingsChange's text, and says what differs. Pure: a replay must read the same. Empty
  /// = settings never change here.
  std::function<std::optional<ReadSettings>(const std::string& text, const EngineSettings& now)>
      read_settings{};
};

class Engine final : public GatewayListener, public MarketListener {
public:
  /// @param past  what the journal knows of earlier runs.
  Engine(caf::actor_system& system, const EngineSettings& settings,
         std::shared_ptr<const ModelParameters> model, const EngineOptions& options,
         EnginePorts ports, Ledger past);
  ~Engine() override;

  /// Begins with the survey of the venue (options.survey), else trades at once on a flat book.
  void start();

  /// One input at the present wall time. A call from inside (a gateway that answers at once) queues
  /// the input behind the one being processed.
  void process(EngineInput input) { process_at(std::move(input), ports_.wall.now()); }
  /// The same with the recorded time: replays.
  void process_at(EngineInput input, Timestamp wall_now);
  /// The base bars of several pairs that close at one stamp, from a source that knows them to be
  /// closed (files, simulation): marks, publication, guards, then each pair's bars by symbol id,
  /// each worked out to its end. Not recorded: its sources are reproducible themselves.
  void process_stamp(std::span<const Bar> bars);

  /// Brings the figures that nothing on the way of an order needs up to date, then shows all.
  [[nodiscard]] const EngineStatus& status();
  [[nodiscard]] EngineContext& context() { return context_; }
  /// Shutdown has come to its end, or the start was refused, or a part was given up.
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// Why the engine stopped by itself; empty after an ordered shutdown.
  [[nodiscard]] const std::string& stop_reason() const { return stop_reason_; }
  [[nodiscard]] std::uint64_t inputs() const { return sequence_; }
  [[nodiscard]] std::uint64_t conflated_ticks() const { return conflated_; }

  // ---- ports' callbacks, on the hot thread ----
  void on_answer(const ChangeAnswer& answer) override { process(answer); }
  void on_answer(const QueryAnswer& answer) override { process(answer); }
  void on_order(const VenueOrderUpdate& update) override { process(update); }
  void on_fill(const Fill& fill) override { process(fill); }
  void on_account(const AccountSnapshot& account) override { process(account); }
  void on_position(const Position& position) override { process(position); }
  void on_cash_flow(const CashFlow& flow) override { process(flow); }
  void on_link(const LinkEvent& event) override { process(event); }
  void on_tick(const Tick& tick) override { process(tick); }
  void on_candle(const CandleRow& row) override { process(row); }
  void on_gap(const FeedGap& gap) override { process(gap); }

private:
  // engine.cpp: the door
  void enqueue(EngineInput input);
  void enter(const EngineInput& input, Timestamp wall_now);
  void settle();             ///< actors until quiet
  void settle_with_nested(); ///< ... and the answers that came meanwhile, until quiet
  void run_closed_bars(bool nested);
  void dispatch(const EngineInput& input);
  void on(const Tick& tick);
  void on(const CandleRow& row);
  void on(const CandleAnswer& answer);
  void on(const FeedGap& gap);
  void on(const LinkEvent& link);
  void on(const QueryAnswer& answer);
  void on(const AccountSnapshot& account);
  void on(const Position& position);
  void on(const CashFlow& flow);
  void on(const TimerFired& timer);
  void on(const JournalAck& ack);
  void on(const OperatorCommand& command);
  void on(const GroupRestart& restart);
  void on(const RefitNews& news);
  void on(const SettingsChange& change);
  void on(const ConditionNews& news);
  void on(const AiLogNews& news);
  void pulse();

  // engine_supervision.cpp: groups and restarts
  void start_group(Symbol symbol);
  void end_group(Symbol symbol);
  void stop_group(Symbol symbol);
  void start_portfolio();
  void start_order();
  void on_down(const caf::actor_addr& who);
  void on_group_down(Symbol symbol);
  void on_core_down(const char* who, RestartPolicy& policy, void (Engine::*restart)());
  void wind_down_groups();
  void stop(std::string reason);

  // engine_reconcile.cpp: start-up and reconciliation
  void survey(bool full);
  void ask_survey();
  void finish_survey();
  void survey_failed(const VenueSurvey& failed);
  void survey_later(Duration delay);
  void finish_start(const VenuePicture& picture);
  [[nodiscard]] bool start_in_doubt(const VenuePicture& picture);
  void book_was_taken(Timestamp until);
  void date_first_book();
  void take_contracts(const VenuePicture& picture);
  void take_news(const VenuePicture& picture);
  [[nodiscard]] std::vector<Fill> new_fills(const VenuePicture& picture) const;
  [[nodiscard]] bool is_ours(const ClientOrderId& id) const;
  [[nodiscard]] std::string foreign_orders(const VenuePicture& picture) const;
  [[nodiscard]] std::string foreign_positions(const VenuePicture& picture);
  void set_reconciled(bool reconciled);

  // engine_settings.cpp
  void take_settings(const EngineSettings& next);
  void switch_pairs(const EngineSettings& next, const std::string& origin);

  // engine_drop_copy.cpp: the regular comparison, and what changes on the account while running
  void finish_reconcile(const VenuePicture& picture);
  [[nodiscard]] std::string difference(const VenuePicture& picture) const;
  [[nodiscard]] std::string position_difference(const VenuePicture& picture) const;
  [[nodiscard]] bool is_compared(Symbol symbol) const { return !ignored_[symbol.id()]; }
  void check_stops(const VenuePicture& picture);
  void watch_contracts(const VenuePicture& picture);
  void take_changed_contract(const ContractRules& rules);
  void watch_strangers(const VenueOrder& order);
  void verify_flat(const VenuePicture& picture);
  void watch_flatten();
  void watch_sight();
  void watch_stall(Timestamp wall_now);

  // engine_clock.cpp
  void ask_clock();
  void take_clock(const ServerTime& answer);
  void watch_clock();

  // engine_test_trade.cpp
  void test_trade(const OperatorCommand& command);

  // engine_operator.cpp
  void kill(const OperatorCommand& command);
  void kill_pair(const OperatorCommand& command);
  void begin_shutdown(const OperatorCommand& command);
  void watch_shutdown();
  void end_in_order();

  /// Questions about the venue's clock have ids from here on, above all surveys'.
  static constexpr RequestId kFirstClockId = VenueSurvey::kFirstId + (VenueSurvey::kFirstId >> 1U);

  EnginePorts ports_;
  EngineContext context_;
  caf::actor supervisor_;
  std::deque<EngineInput> nested_;
  bool processing_ = false;
  std::uint64_t sequence_ = 0, conflated_ = 0;
  Timestamp published_;

  std::array<RestartPolicy, Symbol::kCount> group_policy_;
  RestartPolicy portfolio_policy_, order_policy_;
  std::array<bool, Symbol::kCount> restarting_{};
  std::array<bool, Symbol::kCount> ignored_{}; ///< foreign positions that policy tells to ignore
  std::uint32_t order_incarnation_ = 0;
  Notional initial_equity_;
  bool started_ = false; ///< the start-up survey is through

  std::optional<VenueSurvey> survey_;
  bool survey_again_ = false; ///< asked for while one was running
  RequestId next_survey_id_ = VenueSurvey::kFirstId;
  Timestamp last_survey_wall_;
  Timestamp survey_began_, book_taken_; ///< data time
  bool book_undated_ = false;           ///< the first run's book, before a tick has told the time
  /// As the private stream last told.
  std::array<std::optional<Quantity>, Symbol::kCount> venue_quantity_;
  bool position_check_armed_ = false;
  ClockGate clock_gate_;
  ClockVerdict clock_verdict_ = ClockVerdict::open; ///< as last told to desk and portfolio
  RequestId next_clock_id_ = kFirstClockId;
  int differing_surveys_ = 0; ///< in a row
  /// What did not fit at the start, and since when (wall): since the last change, since the first.
  std::string start_doubt_;
  Timestamp start_doubt_since_, start_doubted_since_;
  Timestamp last_contracts_wall_, last_input_wall_;
  Timestamp started_data_; ///< data time when the first book was taken, or the first one known
  std::set<ClientOrderId> strays_; ///< entries of ours that no journal knows, seen at the start
  Timestamp private_down_since_, public_down_since_; ///< wall; zero = up
  bool flat_to_verify_ = false; ///< a flatten was ordered, and the venue has not been asked yet
  bool other_engine_seen_ = false, reconcile_failing_ = false;
  bool journal_down_ = false;

  bool stopping_ = false, stopped_ = false;
  Timestamp stop_deadline_;
  std::string stop_reason_;
};

} // namespace rg
