// How things stand at the venue, and what follows from it: start-up, recovery and the regular check
// share this path (design §9).

#include "actors/engine.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

// Contracts weigh more than the other questions: every tenth reconciliation reads them.
constexpr int kContractsPeriods = 10;
constexpr Duration kAskAgain = 5s; // wall: a start that got no answers
// Wall: the answers to one survey are of different moments, and fills are told later than the
// positions that they make. What does not fit at the start has to stand for so long, unchanged ...
constexpr Duration kDoubtStands = 2s;
constexpr Duration kDoubtAtMost = 30s; // ... or goes on changing for so long
// A venue may tell a fill some time after it happened: questions reach back this far (data time).
constexpr Duration kLateNews = 1h;

std::string described(const Position& p) {
  return std::string(p.symbol.name()) + " " + to_string(p.side) + " " + p.quantity.text();
}

} // namespace

void Engine::survey(bool full) {
  if (survey_) {
    survey_again_ = true;
    return;
  }
  // Rules, fees and states of contracts change while we run, most of all while the venue is away.
  full = full || reconcile_failing_ ||
         context_.clock.now() - last_contracts_wall_ >=
             kContractsPeriods * context_.options.reconcile_every;
  VenueSurvey::Scope scope;
  scope.full = full;
  scope.opening = !context_.ledger.knows_wallet();
  const Timestamp newest = context_.ledger.news_wanted_since();
  if (newest != Timestamp{} && (context_.ledger.has_history() || started_)) {
    scope.since = newest - kLateNews;
  }
  if (!started_) {
    book_undated_ = scope.since == Timestamp{};
  }
  scope.bills_since = std::max(scope.since, context_.ledger.opened_with_bills_until());
  last_survey_wall_ = context_.clock.now();
  survey_began_ = context_.data_now;
  if (full) {
    last_contracts_wall_ = last_survey_wall_;
  }
  survey_.emplace(next_survey_id_, scope);
  ask_survey();
}

void Engine::ask_survey() {
  for (const VenueSurvey::Question& question : survey_->take_questions()) {
    ports_.gateway.ask(question.id, question.query);
  }
  next_survey_id_ = survey_->next_id();
}

void Engine::on(const QueryAnswer& answer) {
  if (answer.id < VenueSurvey::kFirstId) {
    context_.order.send(answer);
    return;
  }
  if (const auto* time = std::get_if<ServerTime>(&answer.payload)) {
    take_clock(*time);
  }
  if (!survey_ || !survey_->on_answer(answer)) {
    return;
  }
  ask_survey(); // what failed goes again
  if (survey_->complete()) {
    finish_survey();
  } else if (survey_->failed()) {
    survey_failed(*std::exchange(survey_, std::nullopt));
  }
}

/// No new risk while nothing can be compared; asked again soon. A start gives up only when it
/// leaves nothing of ours alone at the venue, or when the venue itself turns us away.
void Engine::survey_failed(const VenueSurvey& failed) {
  if (!started_ && (failed.refused() || !context_.ledger.anything_open())) {
    stop("start-up: the venue does not answer: " + failed.failure());
    return;
  }
  if (started_) {
    set_reconciled(false);
  }
  if (!std::exchange(reconcile_failing_, true)) { // said once, until an answer comes
    context_.record_supervision("reconcile_failed", "venue", failed.failure());
  }
  if (!started_) { // later on, the pulse asks
    survey_later(kAskAgain);
  }
}

/// Until the start is through.
void Engine::survey_later(Duration delay) {
  context_.timers.after(delay, [this] {
    if (!started_ && !stopped_ && !survey_) {
      survey(true);
    }
  });
}

void Engine::finish_survey() {
  const VenueSurvey done = *std::exchange(survey_, std::nullopt);
  if (!started_) {
    finish_start(done.picture());
  } else {
    finish_reconcile(done.picture());
  }
  if (std::exchange(survey_again_, false) && !stopped_) {
    survey(false);
  }
}

// ---- start-up ----

void Engine::finish_start(const VenuePicture& picture) {
  take_contracts(picture);
  context_.last_account = picture.account;
  reconcile_failing_ = false;
  if (const std::string found = foreign_orders(picture); !found.empty()) {
    stop("start-up: " + found);
    return;
  }
  if (start_doubted_since_ == Timestamp{}) { // the first look
    initial_equity_ = picture.account.wallet_balance;
    context_.board.initial_equity = initial_equity_;
    if (!context_.ledger.knows_wallet()) {
      context_.record_supervision(
          supervision::kOpeningBalance, "account",
          opening_balance_text(initial_equity_, picture.newest_flow(), picture.flows));
    }
    start_portfolio();
    start_order();
    settle();
  }
  take_news(picture); // fills while we were away; where our orders and stops stand
  settle();
  if (start_in_doubt(picture)) {
    survey_later(kDoubtStands);
    return;
  }
  if (const std::string found = foreign_positions(picture); !found.empty()) {
    stop("start-up: " + found);
    return;
  }
  for (const Symbol symbol : Symbol::all()) {
    context_.order.send(CancelEntries{symbol}); // a missed entry is no loss
  }
  VenueBook book{picture.account, picture.positions};
  std::erase_if(book.positions, [&](const Position& p) { return ignored_[p.symbol.id()]; });
  context_.portfolio.send(book);
  Timestamp newest = survey_began_; // zero before any market data
  for (const Position& p : picture.positions) {
    newest = std::max(newest, p.opened);
  }
  for (const Fill& fill : picture.fills) {
    newest = std::max(newest, fill.exchange_time);
  }
  book_was_taken(newest);
  for (const Symbol symbol : Symbol::all()) {
    start_group(symbol);
  }
  started_ = true;
  started_data_ = newest;
  context_.board.starting = false;
  context_.board.last_reconciliation = context_.clock.now();
  watch_clock();
  set_reconciled(true);
  context_.record_supervision("reconciled", "engine",
                              "start-up: wallet " + picture.account.wallet_balance.text() +
                                  " USDT, " + std::to_string(picture.positions.size()) +
                                  " positions, " + std::to_string(picture.open_orders.size()) +
                                  " open orders, " + std::to_string(picture.trigger_orders.size()) +
                                  " trigger orders");
}

/// A fill between two answers of the survey shows in the positions alone, and would pass for a
/// position that nobody explains; the other way round, for a close by somebody else.
bool Engine::start_in_doubt(const VenuePicture& picture) {
  const std::string apart = position_difference(picture);
  if (apart.empty()) {
    return false;
  }
  const Timestamp now = context_.clock.now();
  if (start_doubted_since_ == Timestamp{}) {
    start_doubted_since_ = now;
  }
  if (apart != start_doubt_) {
    start_doubt_ = apart;
    start_doubt_since_ = now;
  }
  return now - start_doubt_since_ < kDoubtStands && now - start_doubted_since_ < kDoubtAtMost;
}

/// What somebody else did up to then is in the positions that were taken over; its fills may be
/// told again, by questions of the order desk among others.
void Engine::book_was_taken(Timestamp until) {
  book_taken_ = std::max(book_taken_, until);
  context_.order.send(BookTaken{book_taken_});
}

/// The first run's book was taken before any data time was known, and later questions reach back
/// past it: fills of the hour before would come in as closed by somebody else. Candle rows do not
/// tell the time, for those of before the start are filled in first. A fill of this very moment
/// counts as new: it may close what we hold.
void Engine::date_first_book() {
  book_undated_ = false;
  book_was_taken(context_.data_now - Duration{1});
}

void Engine::take_contracts(const VenuePicture& picture) {
  for (const ContractRules& rules : picture.contracts) {
    context_.contracts[rules.symbol.id()] = rules;
  }
}

bool Engine::is_ours(const ClientOrderId& id) const {
  return !id.empty() && (context_.ledger.knows_order(id) ||
                         decision_of(id, context_.settings.instance).has_value());
}

/// Fills that the journal does not know, as they happened, with our ids of their orders: venues
/// name a fill's order by their own id alone.
std::vector<Fill> Engine::new_fills(const VenuePicture& picture) const {
  auto ids = context_.ledger.ids_at_venue();
  for (const auto* orders : {&picture.open_orders, &picture.ended_orders}) {
    for (const VenueOrder& order : *orders) {
      if (const auto id = ClientOrderId::parse(order.client_id)) {
        ids.emplace(order.venue_id, *id);
      }
    }
  }
  std::vector<Fill> fills;
  for (Fill fill : picture.fills) {
    if (context_.ledger.knows_fill(fill.venue_fill_id) || ignored_[fill.symbol.id()]) {
      continue;
    }
    if (const auto known = ids.find(fill.venue_order_id);
        fill.client_id.empty() && known != ids.end()) {
      fill.client_id = known->second;
    }
    fills.push_back(fill);
  }
  std::stable_sort(fills.begin(), fills.end(), [](const Fill& a, const Fill& b) {
    return a.exchange_time != b.exchange_time ? a.exchange_time < b.exchange_time
                                              : a.venue_fill_id < b.venue_fill_id;
  });
  return fills;
}

/// Everything the venue tells that may be new to us goes the way of live news; each counts once. At
/// the start, what somebody else opened meanwhile is no news of ours: it would pass for a position
/// of this engine. Its policy decides about what is left of it (foreign_positions).
void Engine::take_news(const VenuePicture& picture) {
  std::array<Quantity, Symbol::kCount> held;
  for (const Symbol symbol : Symbol::all()) {
    held[symbol.id()] = context_.pair(symbol).position.quantity;
  }
  for (const Fill& fill : new_fills(picture)) {
    Quantity& ours = held[fill.symbol.id()];
    // A close of ours counts even when the journal lost the position that it closed (taken over
    // from somebody else just before the disk was full).
    if (!started_ && !is_ours(fill.client_id) && (fill.opens || ours.is_zero())) {
      continue;
    }
    if (started_ && !context_.ledger.knows_order(fill.client_id) &&
        (book_undated_ || fill.exchange_time <= book_taken_)) {
      continue; // in the book that was taken over
    }
    ours = fill.opens ? ours + fill.quantity : ours - std::min(fill.quantity, ours);
    context_.advance_data_time(fill.exchange_time);
    context_.order.send(fill);
  }
  for (const CashFlow& flow : picture.flows) {
    if (!context_.ledger.knows_bill(flow.venue_bill_id)) {
      on(flow);
    }
  }
  for (const auto* orders : {&picture.open_orders, &picture.trigger_orders}) {
    for (const VenueOrder& order : *orders) {
      watch_strangers(order);
      context_.order.send(VenueOrderUpdate{order});
    }
  }
}

/// Orders on the account that this engine did not send, as far as the policy minds them.
std::string Engine::foreign_orders(const VenuePicture& picture) const {
  std::string found;
  const auto look = [&](const VenueOrder& order, const char* kind) {
    const auto id = ClientOrderId::parse(order.client_id);
    const bool ours = id && is_ours(*id);
    const bool engines = is_engine_order_id(order.client_id);
    const bool attached =
        order.trigger && order.client_id.empty(); // stops of our entries carry no id
    if (ours || attached) {
      return;
    }
    if (engines || context_.settings.foreign == ForeignPolicy::refuse) {
      found += std::string(found.empty() ? "" : "; ") + kind + " " +
               std::string(order.symbol.name()) + " " + order.quantity.text() + " at " +
               order.price.text() +
               (engines ? " of another engine (" + order.client_id + ")" : " that is not ours");
    }
  };
  for (const VenueOrder& order : picture.open_orders) {
    look(order, "order");
  }
  for (const VenueOrder& order : picture.trigger_orders) {
    look(order, "trigger order");
  }
  return found.empty() ? found
                       : "the account holds " + found +
                             "; cancel it, or set [startup] foreign to \"adopt\" or \"ignore\"";
}

/// Positions beyond what journal and fills explain. Less than we knew is no stranger: it was closed
/// or liquidated outside, and is booked.
std::string Engine::foreign_positions(const VenuePicture& picture) {
  std::string found;
  for (const Position& venue : picture.positions) {
    const Symbol symbol = venue.symbol;
    const Position* known = context_.pair(symbol).known_on(venue.side);
    if (venue.is_flat() || (known != nullptr && venue.quantity <= known->quantity)) {
      continue;
    }
    switch (context_.settings.foreign) {
    case ForeignPolicy::refuse:
      found += (found.empty() ? "" : "; ") + described(venue);
      break;
    case ForeignPolicy::adopt:
      context_.record_supervision("adopted", std::string(symbol.name()), described(venue));
      break;
    case ForeignPolicy::ignore:
      ignored_[symbol.id()] = true;
      context_.pair(symbol).enabled = false;
      context_.record_supervision("ignored", std::string(symbol.name()), described(venue));
      break;
    }
  }
  return found.empty() ? found
                       : "the account holds positions that the journal does not explain: " + found +
                             "; close them, or set [startup] foreign to \"adopt\" or \"ignore\"";
}

void Engine::set_reconciled(bool reconciled) {
  if (reconciled && (stopping_ || journal_down_ || !context_.order.is_up())) {
    return;
  }
  if (!reconciled && context_.board.reconciled) {
    // An entry that waits for the disk, or rests, would bring risk that nobody approves of any
    // more. A missed entry is no loss.
    for (const Symbol symbol : Symbol::all()) {
      context_.order.send(CancelEntries{symbol});
    }
  }
  context_.board.reconciled = reconciled;
  context_.portfolio.send(Reconciled{reconciled});
}

} // namespace rg
