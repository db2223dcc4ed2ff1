#include "actors/venue_survey.hpp"

#include <algorithm>

namespace rg {

namespace {
constexpr int kTriesMax = 4;

template <class T> void take_payload(const QueryAnswer& answer, T& into) {
  if (const auto* payload = std::get_if<T>(&answer.payload)) {
    into = *payload;
  }
}
} // namespace

VenueSurvey::VenueSurvey(RequestId first_id, const Scope& scope)
    : next_id_(first_id), scope_(scope) {
  ask(QueryKind::server_time);
  if (scope.full) {
    ask(QueryKind::contracts);
    ask(QueryKind::leverage);
  }
  ask(QueryKind::open_orders);
  ask(QueryKind::trigger_orders);
  if (scope.since != Timestamp{}) {
    ask(QueryKind::order_history, scope.since);
    ask(QueryKind::fills, scope.since);
  }
  ask(QueryKind::positions);
  ask(QueryKind::bills, scope.bills_since);
  if (!scope.opening) {
    ask(QueryKind::account);
  }
}

void VenueSurvey::ask(QueryKind kind, Timestamp since) {
  Query query;
  query.kind = kind;
  query.since = since;
  to_ask_.push_back({next_id_++, query});
}

std::vector<VenueSurvey::Question> VenueSurvey::take_questions() {
  for (const Question& question : to_ask_) {
    open_.emplace(question.id, question.query);
  }
  return std::exchange(to_ask_, {});
}

bool VenueSurvey::on_answer(const QueryAnswer& answer) {
  const auto asked = open_.find(answer.id);
  if (asked == open_.end()) {
    return false;
  }
  const Query query = asked->second;
  open_.erase(asked);
  if (answer.outcome == RequestOutcome::ok) {
    take(answer);
  } else if (++failures_[query.kind] < kTriesMax) {
    ask(query.kind, query.since);
  } else {
    refused_ = answer.outcome == RequestOutcome::rejected;
    failure_ = answer.message.empty() ? to_string(answer.outcome) : answer.message;
  }
  return true;
}

void VenueSurvey::take(const QueryAnswer& answer) {
  switch (answer.query.kind) {
  case QueryKind::server_time:
    if (const auto* time = std::get_if<ServerTime>(&answer.payload)) {
      picture_.time = *time;
    }
    break;
  case QueryKind::contracts:
    take_payload(answer, picture_.contracts);
    break;
  case QueryKind::leverage:
    take_payload(answer, picture_.leverage);
    break;
  case QueryKind::account:
    take_payload(answer, picture_.account);
    balance_read_ = true;
    if (scope_.opening) {
      ask(QueryKind::bills, picture_.newest_flow());
    }
    break;
  case QueryKind::positions:
    take_payload(answer, picture_.positions);
    break;
  case QueryKind::open_orders:
    take_payload(answer, picture_.open_orders);
    break;
  case QueryKind::trigger_orders:
    take_payload(answer, picture_.trigger_orders);
    break;
  case QueryKind::fills:
    take_payload(answer, picture_.fills);
    break;
  case QueryKind::order_history:
    take_payload(answer, picture_.ended_orders);
    break;
  case QueryKind::bills:
    if (const auto* flows = std::get_if<std::vector<CashFlow>>(&answer.payload)) {
      scope_.opening ? take_opening_bills(*flows) : static_cast<void>(picture_.flows = *flows);
    }
    break;
  }
}

/// The balance lies between two looks at the bills. When the second shows money that moved
/// meanwhile, nobody knows whether the balance has it: it is read again.
void VenueSurvey::take_opening_bills(std::vector<CashFlow> flows) {
  const std::size_t before = picture_.flows.size();
  for (CashFlow& flow : flows) {
    const bool known =
        std::any_of(picture_.flows.begin(), picture_.flows.end(),
                    [&](const CashFlow& f) { return f.venue_bill_id == flow.venue_bill_id; });
    if (!known) {
      picture_.flows.push_back(std::move(flow));
    }
  }
  if (!balance_read_ || picture_.flows.size() != before) {
    ask(QueryKind::account);
  }
}

} // namespace rg
