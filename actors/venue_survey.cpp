#include "actors/venue_survey.hpp"

namespace rg {

namespace {
constexpr int kTriesMax = 4;

template <class T> void take_payload(const QueryAnswer& answer, T& into) {
  if (const auto* payload = std::get_if<T>(&answer.payload)) {
    into = *payload;
  }
}
} // namespace

VenueSurvey::VenueSurvey(RequestId first_id, bool full, Timestamp since)
    : next_id_(first_id), full_(full) {
  ask(QueryKind::server_time, {});
  if (full) {
    ask(QueryKind::contracts, {});
    ask(QueryKind::leverage, {});
  }
  ask(QueryKind::open_orders, {});
  ask(QueryKind::trigger_orders, {});
  if (since != Timestamp{}) {
    ask(QueryKind::order_history, since);
    ask(QueryKind::fills, since);
    ask(QueryKind::bills, since);
  }
  ask(QueryKind::positions, {});
  ask(QueryKind::account, {});
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
    take_payload(answer, picture_.flows);
    break;
  }
}

} // namespace rg
