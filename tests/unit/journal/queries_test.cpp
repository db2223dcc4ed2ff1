#include "app/journal_queries.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

using namespace rg;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;

namespace {

DecisionRecord decision(const char* coin, std::int64_t minute, Outcome outcome, Refusal refusal) {
  Decision d;
  d.id = {*Symbol::parse(coin), Timestamp::from_ms(1735689600000 + minute * 60'000),
          DecisionKind::signal, 0};
  d.signal.symbol = d.id.symbol;
  d.outcome = outcome;
  d.refusal = refusal;
  return {d, d.id.stamp, d.id.stamp};
}

std::vector<std::string> ids_of(const std::vector<DecisionRow>& rows) {
  std::vector<std::string> ids;
  for (const DecisionRow& row : rows) {
    ids.push_back(row.decision.id.text());
  }
  return ids;
}

} // namespace

TEST_CASE("the console's questions are answered from the journal", "[unit][journal]") {
  const ScratchFolder folder;
  const app::JournalQueries queries(folder / "j.db", folder / "key");
  CHECK(queries.decisions({}).empty()); // no journal yet
  CHECK(queries.fills(5).empty());
  CHECK_FALSE(queries.verify().verified);

  SampleRecords samples(3);
  const DecisionRecord first = decision("BTC", 0, Outcome::approved, Refusal::none);
  OrderEvent sent = samples.order_event();
  sent.client_id = derive_client_order_id(1, first.decision.id, OrderRole::entry, 1);
  sent.decision = first.decision.id;
  OrderEvent acked = sent;
  acked.to = OrderState::acked;
  Fill fill = samples.fill();
  fill.client_id = sent.client_id;
  Fill foreign = samples.fill();
  foreign.client_id = {};
  SqliteJournal journal(folder / "j.db", folder / "key");
  journal.append({first, sent, decision("ETH", 15, Outcome::refused, Refusal::cooldown), acked,
                  fill, foreign,
                  AiLogRecord{first.decision.id, sent.client_id, 7, {}, "", "queued"},
                  AiLogRecord{first.decision.id, sent.client_id, 7, {}, "", "acked"},
                  decision("BTC", 30, Outcome::refused, Refusal::gross_leverage)});
  for (int i = 0; i < 10; ++i) {
    EquityRecord equity;
    equity.data_time = Timestamp::from_ms(i);
    equity.equity = Notional::from_raw(i * kFixedScale);
    journal.append({equity});
  }
  journal.sync_head();

  CHECK(ids_of(queries.decisions({})) == std::vector<std::string>{"btc-1735691400000-s",
                                                                  "eth-1735690500000-s",
                                                                  "btc-1735689600000-s"});
  DecisionQuery query;
  query.symbol = *Symbol::parse("BTC");
  query.limit = 1;
  CHECK(ids_of(queries.decisions(query)) == std::vector<std::string>{"btc-1735691400000-s"});
  query = {};
  query.outcome = Outcome::approved;
  CHECK(ids_of(queries.decisions(query)) == std::vector<std::string>{"btc-1735689600000-s"});
  query = {};
  query.text = "COOLDOWN";
  CHECK(ids_of(queries.decisions(query)) == std::vector<std::string>{"eth-1735690500000-s"});
  CHECK(queries.decisions(query).at(0).sentence.find("because the trade cooldown has not ended") !=
        std::string::npos);

  const auto detail = queries.decision(first.decision.id);
  REQUIRE(detail.has_value());
  REQUIRE(detail->orders.size() == 1);
  CHECK(detail->orders[0].to == OrderState::acked);
  REQUIRE(detail->fills.size() == 1);
  CHECK(detail->fills[0].venue_fill_id == fill.venue_fill_id);
  CHECK(detail->ai_log == "acked");
  CHECK(detail->hash.size() == 64);
  CHECK_FALSE(queries.decision({*Symbol::parse("LTC"), {}, DecisionKind::signal, 0}).has_value());

  CHECK(queries.orders(10).size() == 1);
  CHECK(queries.fills(1).at(0).venue_fill_id == foreign.venue_fill_id);
  CHECK(queries.equity().size() == 10);
  const auto thin = queries.equity(4);
  REQUIRE(thin.size() == 4);
  CHECK(thin.back().equity == 9.0);
  CHECK(thin.front().equity == 0.0);
  const JournalCheck check = queries.verify();
  CHECK(check.verified);
  CHECK(check.records == 19);
}

TEST_CASE("a table is exported as CSV", "[unit][journal]") {
  const ScratchFolder folder;
  const app::JournalQueries queries(folder / "j.db", folder / "key");
  SqliteJournal journal(folder / "j.db", folder / "key");
  EquityRecord equity;
  equity.data_time = Timestamp::from_ns(5);
  equity.equity = *Notional::parse("10000.5");
  equity.drawdown = 0.1;
  equity.gross_leverage = std::nan("");
  equity.net_leverage = -0.0;
  journal.append({equity, SupervisionRecord{{}, {}, "restart", "a,b", "said \"no\"\ntwice"}});
  const std::string hash = JournalReader::open(folder / "j.db")->last<EquityRecord>().at(0).hash;
  CHECK(queries.csv("equity") == "seq,data_time_ns,equity,high_water_mark,wallet_balance,drawdown,"
                                 "gross_leverage,net_leverage,hash\n"
                                 "1,5,10000.5,0,0,0.1,,-0," +
                                     hash + "\n");
  CHECK(queries.csv("supervision_events")
            ->find("\n2,0,0,restart,\"a,b\",\"said \"\"no\"\"\ntwice\",") != std::string::npos);
  CHECK_FALSE(queries.csv("sqlite_master").has_value());
}
