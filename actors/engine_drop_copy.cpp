// The drop copy: the venue's own account of orders, positions and money, compared regularly with
// what the private stream told us; and what changes on the account while we run: rules of
// contracts, another engine, a link that is silent, a process that stood still.

#include "actors/engine.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

// Differences have to show in this many looks in a row, all with nothing on its way.
constexpr int kLooksBeforeCorrection = 2;
// Wallet differences below this are rounding, a hundred times the venue's last digit. What is
// larger has a cause: a fill that only one of the survey's answers knew, a loss that the venue
// forgave.
constexpr double kWalletTolerance = 1e-6; // USDT
// The pulse comes every second: a longer silence of all inputs means that this process stood still.
constexpr Duration kStall = 5s; // wall
// Answers are missed for this many periods of reconciliation before we count as blind.
constexpr int kBlindPeriods = 3;

std::string holding(const Position* p) {
  return p == nullptr || p->is_flat() ? "nothing"
                                      : std::string(to_string(p->side)) + " " + p->quantity.text();
}

/// What of the position its resting stops do not cover.
Quantity uncovered(const Position& position, const std::vector<VenueOrder>& triggers) {
  Quantity covered;
  for (const VenueOrder& o : triggers) {
    if (o.symbol == position.symbol && o.trigger && !o.opens && o.position == position.side &&
        !is_terminal(o.state)) {
      covered += o.quantity;
    }
  }
  return covered >= position.quantity ? Quantity::zero() : position.quantity - covered;
}

void add(std::string& text, const std::string& part) {
  text += (text.empty() ? "" : "; ") + part;
}

/// The changed fields, with the old value and the new one.
std::string described_change(const ContractRules& was, const ContractRules& now) {
  std::string text;
  const auto field = [&](const char* name, const std::string& before, const std::string& after) {
    if (before != after) {
      add(text, std::string(name) + " " + before + " -> " + after);
    }
  };
  const auto number = [](double value) { return std::to_string(value); };
  field("tick", was.tick_size.text(), now.tick_size.text());
  field("lot", was.lot_size.text(), now.lot_size.text());
  field("minimum", was.min_quantity.text(), now.min_quantity.text());
  field("maximum", was.max_quantity.text(), now.max_quantity.text());
  field("largest position", was.max_position.text(), now.max_position.text());
  field("largest market order", was.max_market_open.text(), now.max_market_open.text());
  field("maker fee", number(was.maker_fee.value()), number(now.maker_fee.value()));
  field("taker fee", number(was.taker_fee.value()), number(now.taker_fee.value()));
  field("leverage", number(was.max_leverage), number(now.max_leverage));
  field("price band", number(was.price_band), number(now.price_band));
  return text;
}

} // namespace

// ---- the comparison ----

std::string Engine::position_difference(const VenuePicture& picture) const {
  std::string text;
  for (const Symbol symbol : Symbol::all()) {
    if (!is_compared(symbol)) {
      continue;
    }
    const PairStatus& pair = context_.board.pairs[symbol.id()];
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      const Position* venue = picture.position_of(symbol, side);
      const Position* known = pair.known_on(side);
      const Quantity held = venue != nullptr ? venue->quantity : Quantity::zero();
      if (held != (known != nullptr ? known->quantity : Quantity::zero())) {
        add(text, std::string(symbol.name()) + ": the venue holds " + holding(venue) +
                      ", we knew " + holding(known));
      }
    }
  }
  return text;
}

/// Empty when both books agree. Words for journal and status.
std::string Engine::difference(const VenuePicture& picture) const {
  std::string text = position_difference(picture);
  if (context_.held_fills != 0) { // the fill that would make them fit was never told
    add(text, "a fill fits no position");
  }
  const Notional apart = picture.account.wallet_balance - context_.board.wallet_balance;
  if (std::abs(apart.to_double()) > kWalletTolerance) {
    add(text, "the venue's wallet is " + apart.text() + " USDT from ours");
  }
  return text;
}

void Engine::finish_reconcile(const VenuePicture& picture) {
  context_.last_account = picture.account;
  context_.board.last_reconciliation = context_.clock.now();
  ++context_.board.reconciliations;
  reconcile_failing_ = false;
  watch_contracts(picture);
  if (!context_.portfolio.is_up() || !context_.order.is_up()) {
    return; // its restart will look again
  }
  take_news(picture);
  settle();
  const std::string apart = difference(picture);
  if (apart.empty()) {
    differing_surveys_ = 0;
    verify_flat(picture);
  } else if (!context_.desk_idle) {
    differing_surveys_ = 0; // something is on its way; looked at again with the next pulse
  } else if (++differing_surveys_ < kLooksBeforeCorrection) {
    survey_again_ = true;
    return;
  } else {
    differing_surveys_ = 0;
    ++context_.board.reconcile_differences;
    context_.board.last_difference = apart;
    context_.record_supervision("difference", "engine", apart);
    VenueBook book{picture.account, picture.positions};
    std::erase_if(book.positions, [&](const Position& p) { return !is_compared(p.symbol); });
    context_.portfolio.send(book);
    book_was_taken(survey_began_);
  }
  check_stops(picture);
  const bool was_reconciled = context_.board.reconciled;
  if (!context_.board.reconciled) {
    set_reconciled(true);
  }
  if (context_.board.reconciled && !was_reconciled) {
    context_.record_supervision("reconciled", "engine", "the venue's book and ours agree");
  }
}

/// The desk looks for itself, too; here somebody checks the desk.
void Engine::check_stops(const VenuePicture& picture) {
  if (!context_.desk_idle) {
    return; // a stop may be on its way
  }
  bool missing = false;
  for (const Position& p : picture.positions) {
    const bool others =
        context_.pair(p.symbol).known_on(p.side) == &context_.pair(p.symbol).opposite;
    if (p.is_flat() || !is_compared(p.symbol) || others) {
      continue; // what others hold on the other side is closed, not guarded
    }
    if (const Quantity bare = uncovered(p, picture.trigger_orders); bare.is_positive()) {
      missing = true;
      ++context_.board.reconcile_differences;
      context_.board.last_difference = std::string(p.symbol.name()) + ": " + bare.text() + " of " +
                                       holding(&p) + " has no stop at the venue";
      context_.record_supervision("difference", std::string(p.symbol.name()),
                                  context_.board.last_difference);
    }
  }
  if (missing) {
    context_.order.send(CheckStops{});
  }
}

// ---- contracts ----

/// New rules are taken at once, for closes and stops must fit them; nothing new is risked under
/// rules that nobody has looked at. A contract that is only closed opens again by itself.
void Engine::watch_contracts(const VenuePicture& picture) {
  if (picture.contracts.empty()) {
    return; // not asked for
  }
  for (const Symbol symbol : Symbol::all()) {
    const auto listed =
        std::find_if(picture.contracts.begin(), picture.contracts.end(),
                     [symbol](const ContractRules& rules) { return rules.symbol == symbol; });
    ContractRules rules = context_.contracts[symbol.id()];
    if (listed != picture.contracts.end()) {
      rules = *listed;
    } else {
      rules.tradable = false; // no longer listed
    }
    if (rules != context_.contracts[symbol.id()]) {
      take_changed_contract(rules);
    }
  }
}

void Engine::take_changed_contract(const ContractRules& rules) {
  const Symbol symbol = rules.symbol;
  ContractRules& ours = context_.contracts[symbol.id()];
  const std::string pair(symbol.name());
  if (rules.tradable != ours.tradable) {
    context_.record_supervision("contract_status", pair,
                                rules.tradable ? "open again" : "not open to the API; no new risk");
  }
  if (const std::string changes = described_change(ours, rules); !changes.empty()) {
    context_.pair(symbol).contract_changed = true;
    context_.record_supervision(supervision::kContractChanged, pair,
                                changes + "; no new risk until the pair is resumed");
  }
  ours = rules;
  context_.portfolio.send(rules);
  context_.order.send(rules);
  if (const GroupHandles& group = context_.groups[symbol.id()]; group.is_up()) {
    context_.unit.deliver(group.risk, rules);
  }
  context_.order.send(CancelEntries{symbol});
}

// ---- somebody else with our hands ----

/// Two engines on one account undo each other's caps. An order id of our shape that this engine did
/// not make says that another one trades: one of another instance number, or an entry of our own
/// number that no journal knows and that was decided after our start (the same configuration
/// started twice). Nothing new is risked until a person has looked. An entry of our number from
/// before is what a lost journal left behind: it is cancelled.
void Engine::watch_strangers(const VenueOrder& order) {
  if (order.client_id.empty() || order.trigger || !is_engine_order_id(order.client_id)) {
    return;
  }
  const auto id = ClientOrderId::parse(order.client_id);
  if (!id || context_.ledger.knows_order(*id)) {
    return;
  }
  const auto decision = decision_of(*id, context_.settings.instance);
  const std::string_view text = id->text();
  if (decision && text[text.rfind('-') + 1] != 'e') {
    return; // a close or a stop: the watchdog's, or of a lost journal
  }
  if (decision && !started_) {
    strays_.insert(*id);
  }
  if (decision && (strays_.contains(*id) || decision->stamp <= started_data_)) {
    if (!is_terminal(order.state)) {
      context_.order.send(CancelStray{order.symbol, order.venue_id});
    }
    return;
  }
  if (other_engine_seen_ || !started_) {
    return; // at the start it refuses (foreign_orders)
  }
  other_engine_seen_ = true;
  context_.record_supervision("second_engine", "engine",
                              "order " + order.client_id + " is of another engine");
  kill(OperatorCommand{OperatorAction::kill_freeze, Symbol{},
                       "another engine trades on this account: order " + order.client_id,
                       "reconciliation"});
}

// ---- flat, and seen to be flat ----

/// A flatten counts as done when the venue was asked after it and holds nothing.
void Engine::watch_flatten() {
  bool open = false;
  for (const PairStatus& pair : context_.board.pairs) {
    flat_to_verify_ = flat_to_verify_ || pair.flatten_tries > 0;
    open = open || !pair.position.is_flat() || !pair.opposite.is_flat();
  }
  flat_to_verify_ = flat_to_verify_ || context_.board.tier == "flatten";
  const bool all = context_.board.tier == "flatten" || context_.board.tier == "latched";
  const bool pursuing = std::any_of(context_.board.pairs.begin(), context_.board.pairs.end(),
                                    [](const PairStatus& p) { return p.flatten_tries > 0; });
  if (!started_ || !flat_to_verify_ || pursuing || (all && open) || !context_.desk_idle ||
      !context_.options.survey || survey_) {
    return;
  }
  survey(false);
}

void Engine::verify_flat(const VenuePicture& picture) {
  const bool pursuing = std::any_of(context_.board.pairs.begin(), context_.board.pairs.end(),
                                    [](const PairStatus& p) { return p.flatten_tries > 0; });
  if (!flat_to_verify_ || pursuing || !context_.desk_idle) {
    return;
  }
  std::string still;
  for (const Position& p : picture.positions) {
    if (!p.is_flat() && is_compared(p.symbol)) {
      add(still, std::string(p.symbol.name()) + " " + holding(&p));
    }
  }
  const bool all = context_.board.tier == "flatten" || context_.board.tier == "latched";
  if (all && !still.empty()) {
    return; // goes on being pursued
  }
  flat_to_verify_ = false;
  context_.record_supervision("flat_verified", "engine",
                              still.empty() ? "the venue holds no position of ours"
                                            : "what was to be closed is closed; open: " + still);
}

// ---- sight ----

/// Since when we have not known what happens at the venue; the watchdog reads it.
void Engine::watch_sight() {
  const Timestamp now = context_.clock.now();
  EngineStatus& board = context_.board;
  const auto down_since = [now](bool up, Timestamp& since) {
    since = up ? Timestamp{} : since == Timestamp{} ? now : since;
    return since;
  };
  Timestamp since;
  const auto earliest = [&since](Timestamp t) {
    if (t != Timestamp{}) {
      since = since == Timestamp{} ? t : std::min(since, t);
    }
  };
  earliest(down_since(board.private_link, private_down_since_));
  earliest(down_since(board.public_link, public_down_since_));
  if (context_.options.survey) {
    const Timestamp seen =
        board.last_reconciliation == Timestamp{} ? board.started : board.last_reconciliation;
    if (!started_ || now - seen > kBlindPeriods * context_.options.reconcile_every) {
      earliest(seen);
    }
  }
  board.blind_since = since;
}

/// This process was stopped, or the machine slept: what the venue, or the watchdog, did meanwhile
/// comes first. Waiting frames are processed, but nothing new is risked on them.
void Engine::watch_stall(Timestamp wall_now) {
  const Timestamp last = std::exchange(last_input_wall_, wall_now);
  if (!started_ || !context_.options.heartbeat || !context_.options.survey || last == Timestamp{} ||
      wall_now - last < kStall) {
    return;
  }
  context_.record_supervision("stalled", "engine",
                              "nothing was processed for " +
                                  std::to_string((wall_now - last) / 1ms) + " ms; reconciling");
  set_reconciled(false);
  survey(false);
}

} // namespace rg
