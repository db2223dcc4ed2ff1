#pragma once
// What the hot actors say to one another, and the typed handle of each. The messages of messages/
// are told to CAF here, so that messages/ itself never includes CAF. All of it stays inside one
// process and one thread: nothing is ever serialised.

#include "actors/order/order_desk.hpp"
#include "actors/pair_pipeline.hpp"
#include "actors/portfolio/portfolio_model.hpp"
#include "messages/engine/engine_input.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <string>
#include <vector>

namespace rg {

// ---- within a pair group, in the order of the flow ----

/// engine → feed: the group is complete, ask for history. Before it, nothing is taken in.
struct StartFeed {};
/// engine → feed: closed base bars go to the guard, after the stamp's marks and publication ...
struct GuardBars {};
/// engine → feed: ... and into slots, after the guards of all pairs have had their turn (design
/// §12).
struct StepBars {};
/// engine → feed: is any channel still talking? (wall time, every second)
struct CheckSilence {};
/// feed → guard
struct Silence {
  Timestamp data_time;
  Duration silent_for{};
};
/// feed → guard: history sets the volatility scale.
struct GuardWarmUp {
  PipelineBar bar;
};
struct ReleaseGuard {
  Timestamp data_time;
};
/// feed → regime
struct FeedBar {
  PipelineBar bar;
  bool history = false; ///< warm-up: models learn, nothing is decided
  bool warm = false;    ///< past the warm-up
};
/// regime → strategy
struct RegimeBar {
  FeedBar feed;
  RegimeEstimate regime;
};
/// strategy → risk
struct StrategyBar {
  RegimeBar regime;
  StrategyStep step;
};
/// feed → risk: the book as the asset factor sees it.
struct BookState {
  double relative_spread = 0.0;
  double depth_ratio = 1.0;
};

// ---- to the portfolio ----

/// feed → portfolio: the pipeline bars of a group's warm-up, oldest first.
struct HistoryBars {
  Symbol symbol;
  std::vector<PipelineBar> bars;
  bool warm = false; ///< enough of them for decisions
};
/// guard → portfolio, on change
struct GuardChange {
  GuardState state;
  GuardLevel previous = GuardLevel::normal;
};
/// feed → portfolio, order
struct MarkUpdate {
  Symbol symbol;
  Price mark;
  Timestamp data_time;
};
/// engine → portfolio: all fills, marks and guards of the stamp are in.
struct PublishStamp {
  Timestamp data_time;
  bool record = false; ///< base-bar stamps leave an equity record; the second's pulse does not
};
/// engine → portfolio: somebody wants to look at the status.
struct RefreshStatus {};
/// order → portfolio: an entry of unknown outcome blocks its pair, or does no longer.
struct UnknownOutcome {
  Symbol symbol;
  bool unknown = false;
};
/// engine → portfolio: what the venue has, when nothing of ours is on its way.
struct VenueBook {
  AccountSnapshot account;
  std::vector<Position> positions;
};
/// engine → portfolio: a group came up, fell, was given up or was stopped on purpose.
struct GroupNews {
  enum class Kind : std::uint8_t { down, up, quarantined, stopped };
  Symbol symbol;
  Kind kind = Kind::down;
};
/// engine → guard, risk, portfolio: the context's settings changed.
struct SettingsNews {};
/// engine → portfolio: new risk stops until the house is in order again, or may go on.
struct Reconciled {
  bool yes = false;
};

// ---- to the order desk ----

/// journal → order: this submission and all before it are on disk.
struct Durable {
  std::uint64_t submission = 0;
};
struct DataTime {
  Timestamp now;
};
struct WallTick {};
/// Before everything that waits: cancels every entry.
struct KillOrders {};
/// Live facts of start-up: is our clock good enough to open risk?
struct ClockQuality {
  bool uncertain = false;
};
/// engine → portfolio: a person's small round trip, to be reviewed like any other entry.
struct TestTrade {
  OrderIntent intent;
};
struct CancelEntries {
  Symbol symbol;
};
/// engine → order: an entry of ours rests at the venue that no journal knows.
struct CancelStray {
  Symbol symbol;
  VenueOrderId venue_id = 0;
};
/// engine → order: the drop copy saw a position without its stop; look now.
struct CheckStops {};
/// engine → order: the venue's own book has been taken for ours.
struct BookTaken {
  Timestamp data_time;
};

/// One line about a message that could not be handled: its kind and what it is about.
[[nodiscard]] std::string describe_message(const caf::message& message);

// ---- handles ----

using FeedHandle = caf::typed_actor<
    caf::reacts_to<Tick>, caf::reacts_to<CandleRow>, caf::reacts_to<Bar>, caf::reacts_to<FeedGap>,
    caf::reacts_to<CandleAnswer>, caf::reacts_to<LinkEvent>, caf::reacts_to<StartFeed>,
    caf::reacts_to<GuardBars>, caf::reacts_to<StepBars>, caf::reacts_to<CheckSilence>>;
using GuardHandle =
    caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<Bar>, caf::reacts_to<FeedGap>,
                     caf::reacts_to<Silence>, caf::reacts_to<GuardWarmUp>,
                     caf::reacts_to<ReleaseGuard>, caf::reacts_to<SettingsNews>>;
using RegimeHandle = caf::typed_actor<caf::reacts_to<FeedBar>>;
using StrategyHandle = caf::typed_actor<caf::reacts_to<RegimeBar>, caf::reacts_to<PositionUpdate>>;
using RiskHandle = caf::typed_actor<caf::reacts_to<StrategyBar>, caf::reacts_to<GuardState>,
                                    caf::reacts_to<PositionUpdate>, caf::reacts_to<BookState>,
                                    caf::reacts_to<ContractRules>, caf::reacts_to<SettingsNews>>;
using PortfolioHandle = caf::typed_actor<
    caf::reacts_to<PipelineStep>, caf::reacts_to<HistoryBars>, caf::reacts_to<AttributedFill>,
    caf::reacts_to<OrderEvent>, caf::reacts_to<StopConfirmed>, caf::reacts_to<DeskRefusal>,
    caf::reacts_to<CloseUnprotected>, caf::reacts_to<CashFlow>, caf::reacts_to<GuardChange>,
    caf::reacts_to<MarkUpdate>, caf::reacts_to<PublishStamp>, caf::reacts_to<GroupNews>,
    caf::reacts_to<Reconciled>, caf::reacts_to<OperatorCommand>, caf::reacts_to<UnknownOutcome>,
    caf::reacts_to<ContractRules>, caf::reacts_to<VenueBook>, caf::reacts_to<ClockQuality>,
    caf::reacts_to<RefreshStatus>, caf::reacts_to<SettingsNews>, caf::reacts_to<ConditionNews>,
    caf::reacts_to<TestTrade>>;
using OrderHandle = caf::typed_actor<
    caf::reacts_to<ApprovedIntent>, caf::reacts_to<Durable>, caf::reacts_to<ChangeAnswer>,
    caf::reacts_to<QueryAnswer>, caf::reacts_to<VenueOrderUpdate>, caf::reacts_to<Fill>,
    caf::reacts_to<Position>, caf::reacts_to<MarkUpdate>, caf::reacts_to<DataTime>,
    caf::reacts_to<WallTick>, caf::reacts_to<LinkEvent>, caf::reacts_to<KillOrders>,
    caf::reacts_to<CancelEntries>, caf::reacts_to<BookTaken>, caf::reacts_to<ContractRules>,
    caf::reacts_to<ClockQuality>, caf::reacts_to<CheckStops>, caf::reacts_to<CancelStray>,
    caf::reacts_to<SettingsNews>>;

} // namespace rg

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Bar)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CandleRow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::FeedGap)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CandleAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::LinkEvent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::StartFeed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::GuardBars)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::StepBars)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CheckSilence)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Silence)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::GuardWarmUp)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ReleaseGuard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::FeedBar)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::RegimeBar)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::StrategyBar)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::BookState)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::PipelineStep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::HistoryBars)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::GuardState)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::GuardChange)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::RefreshStatus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::PositionUpdate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ContractRules)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::MarkUpdate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::PublishStamp)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::GroupNews)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Reconciled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::OperatorCommand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::AttributedFill)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::StopConfirmed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::DeskRefusal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CloseUnprotected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::OrderEvent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Fill)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CashFlow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Position)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::UnknownOutcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::VenueBook)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ApprovedIntent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Durable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ChangeAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::QueryAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::VenueOrderUpdate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::DataTime)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::WallTick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::KillOrders)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ClockQuality)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::TestTrade)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CancelEntries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CheckStops)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CancelStray)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::BookTaken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::SettingsNews)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ConditionNews)
