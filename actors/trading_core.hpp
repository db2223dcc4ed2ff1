#pragma once
// The engine as one pure object: the pair pipelines, the portfolio and the order desk in a row, in
// the canonical order of design §12. Backtests call it in a loop; the parity test holds the actors
// against it. No CAF, no I/O, no clock.

#include "actors/order/order_desk.hpp"
#include "actors/pair_pipeline.hpp"
#include "actors/portfolio/portfolio_model.hpp"
#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/venue/answers.hpp"
#include "messages/venue/requests.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace rg {

/// What a venue tells without being asked.
using VenueEvent = std::variant<Fill, VenueOrderUpdate, Position, CashFlow>;

/// A venue that answers at once (the backtest's fill model).
class Venue {
public:
  virtual ~Venue() = default;
  [[nodiscard]] virtual ChangeAnswer execute(RequestId id, const ChangeRequest& request) = 0;
  [[nodiscard]] virtual QueryAnswer answer(RequestId id, const Query& query) = 0;
};

/// Who wants to know what the core does. Calls come in the order in which things happen.
class CoreObserver {
public:
  virtual ~CoreObserver() = default;
  /// One Signal or one exit, with its outcome.
  virtual void on_decision(const Decision& decision) = 0;
  /// An approved entry was refused at the desk after all: the decision replaces the one of its id.
  virtual void on_decision_changed(const Decision& decision) = 0;
  virtual void on_step(const PipelineStep& step) = 0;
  virtual void on_guard(const GuardState& state) = 0;
  virtual void on_order_event(const OrderEvent& event) = 0;
};

class TradingCore {
public:
  /// @param venue, observer  must outlive the core.
  TradingCore(const EngineSettings& settings, std::shared_ptr<const ModelParameters> parameters,
              const ContractTable& contracts, Notional initial_equity,
              const PortfolioOptions& options, Venue& venue, CoreObserver& observer);

  /// Before the first bar, once per pair that takes part.
  void add_pair(Symbol symbol, Duration base);

  // ---- one data stamp; the caller keeps this order ----
  /// 1. News of the venue, in its order: fills, order updates, cash flows.
  void on_venue(const VenueEvent& event, Timestamp data_now);
  /// 2. The bars that close at `stamp`, by symbol id: marks, publication, guards, pipelines.
  ///    Wall time is taken to be data time.
  void on_stamp(Timestamp stamp, std::span<const Bar* const> bars);
  /// 3. Lets the desk's timers (rate budget, verifications) fire up to, not including, `until`.
  void run_timers(Timestamp until);

  /// No decision before this stamp, the stamp itself included (`--from`): bars up to it only warm
  /// the models.
  void set_trading_after(Timestamp stamp) { trading_after_ = stamp; }

  [[nodiscard]] const PairPipeline& pipeline(Symbol symbol) const { return *pairs_[symbol.id()]; }
  [[nodiscard]] PairPipeline& pipeline(Symbol symbol) { return *pairs_[symbol.id()]; }
  [[nodiscard]] const PortfolioModel& portfolio() const { return portfolio_; }
  [[nodiscard]] const OrderDesk& desk() const { return desk_; }

private:
  [[nodiscard]] PairPipeline& pair(Symbol symbol) { return *pairs_[symbol.id()]; }
  void run_pair(const Bar& bar, Timestamp stamp);
  void on_step(const PipelineStep& step, Timestamp stamp);
  void decide(const OrderIntent& intent, Timestamp stamp);
  void take_portfolio_actions(Timestamp data_now);
  void hand_to_desk(const ApprovedIntent& approved, Timestamp data_now);
  void carry_out(Timestamp data_now);
  void carry_out(const DeskCommand& command, Timestamp data_now);
  void book(const AttributedFill& attributed);

  EngineSettings settings_;
  std::shared_ptr<const ModelParameters> parameters_;
  ContractTable contracts_;
  PortfolioModel portfolio_;
  OrderDesk desk_;
  Venue& venue_;
  CoreObserver& observer_;
  std::array<std::optional<PairPipeline>, Symbol::kCount> pairs_;
  std::array<bool, Symbol::kCount> warm_{};
  std::array<Price, Symbol::kCount> last_close_{};
  std::array<std::int64_t, Symbol::kCount> slot_{}; // of the last base bar, counted since 1970
  Timestamp trading_after_;
  Timestamp data_now_;     // last data stamp
  Timestamp wall_now_;     // data time plus what timers have used of it
  bool desk_busy_ = false; // the desk holds something that wants data time or timers
};

} // namespace rg
