#include "actors/journal/explanation.hpp"
#include "app/engine/ai_log_thread.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

using namespace rg;
using namespace rg::app;
using namespace std::chrono_literals;
using rg::test::TempDir;

namespace {

const Symbol kBtc = Symbol::from_id(0);
const Timestamp kNow = Timestamp::from_ms(1'735'689'600'000);

DecisionId id_of(int n) {
  return {kBtc, kNow + n * 1min, DecisionKind::signal, 0};
}

DecisionRecord decided(int n) {
  DecisionRecord record;
  record.decision.id = id_of(n);
  record.decision.outcome = Outcome::approved;
  record.decision.regime.symbol = kBtc;
  record.data_time = record.decision.id.stamp;
  record.wall_time = kNow;
  return record;
}

OrderEvent event_of(int n, OrderState to, VenueOrderId venue_id, Timestamp wall = kNow) {
  OrderEvent event;
  event.symbol = kBtc;
  event.decision = id_of(n);
  event.client_id = derive_client_order_id(1, event.decision, OrderRole::entry, 1);
  event.to = to;
  event.venue_id = venue_id;
  event.wall_time = wall;
  event.quantity = Quantity::from_raw(kFixedScale);
  return event;
}

/// A journal that the test writes and a keeper that follows it.
struct Bench {
  TempDir dir;
  AiLogSettings settings;
  std::unique_ptr<SqliteJournal> journal;
  std::unique_ptr<AiLogKeeper> keeper;

  Bench() {
    settings.outbox = dir / "outbox/queue.db"; // its folder is made
    settings.stuck_after = 60s;
    journal = std::make_unique<SqliteJournal>(dir / "j.db", dir / "j.key");
    RunRecord run;
    run.run_id = "0123456789abcdef";
    run.model_sha256 = std::string(64, 'a');
    run.wall_time = kNow;
    journal->append({run});
    restart();
  }
  void restart() {
    keeper.reset();
    keeper = std::make_unique<AiLogKeeper>(settings, dir / "j.db");
    keeper->follow();
  }
  void write(const std::vector<JournalRecord>& records) {
    journal->append(records);
    keeper->follow();
  }
};

AiLogRecord on_record(const AiLogNews& news) {
  return {news.decision, news.client_id, news.venue_id, kNow, news.head_hash, news.status};
}

} // namespace

TEST_CASE("each order that the venue knows is queued once, from its record", "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::sent, 0)});
  CHECK_FALSE(bench.keeper->due(kNow)); // the venue has not named it yet
  bench.write({event_of(1, OrderState::acked, 77)});
  bench.write({event_of(1, OrderState::filled, 77)});
  const auto upload = bench.keeper->due(kNow);
  REQUIRE(upload);
  CHECK(upload->venue_id == 77);
  CHECK(upload->head_hash.size() == 64);
  CHECK(upload->stage == "Decision Making");
  CHECK(upload->model.find("aaaaaaaaaaaaaaaa") != std::string::npos);
  const auto input = nlohmann::json::parse(upload->input_json);
  CHECK(input.at("journal").at("chain_head") == upload->head_hash);
  CHECK(input.at("journal").at("run") == "0123456789abcdef");
  CHECK(input.contains("features"));
  const auto output = nlohmann::json::parse(upload->output_json);
  CHECK(output.at("outcome") == "approved");
  CHECK(output.at("order").at("client_order_id") == std::string(upload->client_id.text()));
  CHECK_FALSE(bench.keeper->due(kNow)); // one at a time
  CHECK(bench.keeper->on_answer(*upload, RequestOutcome::ok, "", kNow));
  CHECK_FALSE(bench.keeper->due(kNow + 1h));
  CHECK(bench.keeper->idle());
}

TEST_CASE("rejected orders and other records have no log", "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::rejected, 0),
               event_of(2, OrderState::rejected, 9),
               SupervisionRecord{kNow, kNow, "restart", "x", "y"}});
  CHECK_FALSE(bench.keeper->due(kNow));
  CHECK(bench.keeper->idle());
}

TEST_CASE("what failed is sent again after growing pauses, nobody behind it waits",
          "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::acked, 71), decided(2),
               event_of(2, OrderState::acked, 72)});
  const auto first = bench.keeper->due(kNow);
  REQUIRE(first->venue_id == 71);
  CHECK_FALSE(bench.keeper->on_answer(*first, RequestOutcome::rejected, "40021", kNow));
  const auto second = bench.keeper->due(kNow);
  REQUIRE(second);
  CHECK(second->venue_id == 72);
  CHECK(bench.keeper->on_answer(*second, RequestOutcome::ok, "", kNow));
  CHECK_FALSE(bench.keeper->due(kNow + 999ms));
  auto again = bench.keeper->due(kNow + 1s);
  REQUIRE(again);
  CHECK(again->attempts == 1);
  CHECK(again->last_error == "40021");
  CHECK_FALSE(bench.keeper->on_answer(*again, RequestOutcome::unknown, "timeout", kNow + 1s));
  CHECK_FALSE(bench.keeper->due(kNow + 2s));
  CHECK(bench.keeper->due(kNow + 3s));
}

TEST_CASE("a 429 stops all uploads for the venue's window", "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::acked, 71), decided(2),
               event_of(2, OrderState::acked, 72)});
  const auto first = bench.keeper->due(kNow);
  CHECK_FALSE(bench.keeper->on_answer(*first, RequestOutcome::rate_limited, "", kNow));
  CHECK_FALSE(bench.keeper->due(kNow + 9s));
  CHECK(bench.keeper->due(kNow + 10s));
}

TEST_CASE("the queue survives an end at any point: nothing lost, nothing twice", "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::acked, 71), decided(2),
               event_of(2, OrderState::acked, 72)});
  const auto first = bench.keeper->due(kNow);
  bench.restart(); // sent, its answer never came: a repeat does no harm
  const auto again = bench.keeper->due(kNow);
  REQUIRE(again);
  CHECK(again->venue_id == first->venue_id);
  const auto news = bench.keeper->on_answer(*again, RequestOutcome::ok, "", kNow);
  REQUIRE(news);
  CHECK(news->venue_id == 71);
  CHECK(news->head_hash == again->head_hash);
  bench.restart(); // acked, but the journal has not heard of it
  auto unrecorded = bench.keeper->unrecorded();
  REQUIRE(unrecorded.size() == 1);
  CHECK(unrecorded[0].venue_id == 71);
  bench.write({on_record(unrecorded[0])});
  bench.restart();
  CHECK(bench.keeper->unrecorded().empty());
  const auto last = bench.keeper->due(kNow);
  REQUIRE(last);
  CHECK(last->venue_id == 72);
}

TEST_CASE("an outbox that was lost is filled from the journal, without what was acked",
          "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::acked, 71), decided(2),
               event_of(2, OrderState::acked, 72)});
  const auto first = bench.keeper->due(kNow);
  bench.write({on_record(*bench.keeper->on_answer(*first, RequestOutcome::ok, "", kNow))});
  bench.keeper.reset();
  std::filesystem::remove_all(bench.dir / "outbox");
  bench.restart();
  const auto left = bench.keeper->due(kNow);
  REQUIRE(left);
  CHECK(left->venue_id == 72);
  CHECK(bench.keeper->unrecorded().empty());
}

TEST_CASE("a backlog that is too old is told once, and once that it is over", "[unit][ai_log]") {
  Bench bench;
  bench.write({decided(1), event_of(1, OrderState::acked, 71, kNow)});
  CHECK_FALSE(bench.keeper->backlog_change(kNow + 60s)); // at the limit
  const auto stuck = bench.keeper->backlog_change(kNow + 61s);
  REQUIRE(stuck);
  CHECK(stuck->stands);
  CHECK_FALSE(bench.keeper->backlog_change(kNow + 62s));
  CHECK(bench.keeper->status(kNow + 62s).stuck);
  const auto upload = bench.keeper->due(kNow + 62s);
  REQUIRE(bench.keeper->on_answer(*upload, RequestOutcome::ok, "", kNow + 62s));
  const auto released = bench.keeper->backlog_change(kNow + 63s);
  REQUIRE(released);
  CHECK_FALSE(released->stands);
}

TEST_CASE("another program's file is no outbox", "[unit][ai_log]") {
  Bench bench;
  bench.settings.outbox = bench.dir / "j.db";
  CHECK_THROWS_AS(bench.restart(), JournalFailure);
  rg::test::write_file(bench.dir / "text", "not a database, but long enough to be looked at\n");
  bench.settings.outbox = bench.dir / "text";
  CHECK_THROWS_AS(bench.restart(), JournalFailure);
}

TEST_CASE("an order of an adopted position has a log too", "[unit][ai_log]") {
  OrderEvent event = event_of(1, OrderState::acked, 5);
  event.role = OrderRole::stop;
  const Upload upload = ai_log_upload(event, std::nullopt, 9, "ff", "run", "model");
  CHECK(upload.stage == "Risk Assessment");
  CHECK_FALSE(upload.explanation.empty());
  CHECK(upload.explanation.size() <= kAiLogLength);
}
