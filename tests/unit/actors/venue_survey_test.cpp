// Which questions a survey asks, in which order, and what it makes of the answers.

#include "actors/venue_survey.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <functional>
#include <utility>

using namespace rg;
using namespace std::chrono_literals;

namespace {

const Timestamp kNoon = Timestamp::from_ms(1'735'732'800'000);

CashFlow deposit(std::uint64_t bill, Timestamp when) {
  CashFlow f;
  f.kind = CashFlowKind::deposit;
  f.amount = Notional::from_double(100, Rounding::nearest);
  f.venue_bill_id = bill;
  f.exchange_time = when;
  return f;
}

/// A venue that answers what is asked, question by question.
struct Answering {
  std::vector<CashFlow> bills;
  double wallet = 1000;
  std::vector<QueryKind> asked;
  std::vector<Timestamp> bills_since;
  std::function<void(QueryKind)> after = [](QueryKind) {}; ///< something happens in between

  void run(VenueSurvey& survey) {
    for (auto questions = survey.take_questions(); !questions.empty();
         questions = survey.take_questions()) {
      for (const VenueSurvey::Question& question : questions) {
        QueryAnswer answer;
        answer.id = question.id;
        answer.query = question.query;
        asked.push_back(question.query.kind);
        if (question.query.kind == QueryKind::bills) {
          bills_since.push_back(question.query.since);
          std::vector<CashFlow> rows;
          for (const CashFlow& f : bills) {
            if (f.exchange_time >= question.query.since) {
              rows.push_back(f);
            }
          }
          answer.payload = rows;
        } else if (question.query.kind == QueryKind::account) {
          AccountSnapshot account;
          account.wallet_balance = Notional::from_double(wallet, Rounding::nearest);
          answer.payload = account;
        }
        CHECK(survey.on_answer(answer));
        after(question.query.kind);
      }
    }
  }
  [[nodiscard]] int times(QueryKind kind) const {
    return static_cast<int>(std::count(asked.begin(), asked.end(), kind));
  }
};

VenueSurvey opening_survey() {
  VenueSurvey::Scope scope;
  scope.full = scope.opening = true;
  return {VenueSurvey::kFirstId, scope};
}

} // namespace

TEST_CASE("the balance to begin with is read between two looks at the bills", "[unit][survey]") {
  Answering venue;
  venue.bills = {deposit(1, kNoon - 1h), deposit(2, kNoon)};
  VenueSurvey survey = opening_survey();
  venue.run(survey);
  REQUIRE(survey.complete());
  CHECK(venue.times(QueryKind::account) == 1);
  CHECK(venue.bills_since == std::vector<Timestamp>{Timestamp{}, kNoon});
  CHECK(survey.picture().flows.size() == 2);
  CHECK(survey.picture().newest_flow() == kNoon);
  CHECK(venue.times(QueryKind::fills) == 0);
}

TEST_CASE("money that moves between balance and bills makes the balance be read again",
          "[unit][survey]") {
  for (const QueryKind moment : {QueryKind::bills, QueryKind::account}) {
    Answering venue;
    bool moved = false;
    venue.after = [&](QueryKind kind) {
      if (kind == moment && !std::exchange(moved, true)) {
        venue.bills.push_back(deposit(3, kNoon)); // the clock of the data may stand still
        venue.wallet += 100;
      }
    };
    VenueSurvey survey = opening_survey();
    venue.run(survey);
    REQUIRE(survey.complete());
    CHECK(survey.picture().flows.size() == 1);
    CHECK(survey.picture().account.wallet_balance.to_double() == 1100);
    CHECK(venue.times(QueryKind::account) == 2);
  }
}

TEST_CASE("later surveys read balance and bills once, from the given time on", "[unit][survey]") {
  Answering venue;
  venue.bills = {deposit(1, kNoon - 1h), deposit(2, kNoon)};
  VenueSurvey::Scope scope;
  scope.since = kNoon - 30min;
  scope.bills_since = kNoon - 20min;
  VenueSurvey survey(VenueSurvey::kFirstId, scope);
  venue.run(survey);
  REQUIRE(survey.complete());
  CHECK(venue.times(QueryKind::account) == 1);
  CHECK(venue.times(QueryKind::contracts) == 0);
  CHECK(venue.times(QueryKind::fills) == 1);
  CHECK(venue.bills_since == std::vector<Timestamp>{kNoon - 20min});
  REQUIRE(survey.picture().flows.size() == 1);
  CHECK(survey.picture().flows[0].venue_bill_id == 2);
}
