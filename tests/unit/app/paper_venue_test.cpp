#include "app/commands.hpp"
#include "app/engine/paper_past.hpp"
#include "app/engine/paper_venue.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace rg;
using namespace rg::app;
using namespace std::chrono_literals;

namespace {

const Symbol kBtc = Symbol::from_id(0);
const Timestamp kNow = Timestamp::from_ms(1'735'689'600'000);

Price price(const char* text) {
  return Price::parse(text).value();
}
Quantity size(const char* text) {
  return Quantity::parse(text).value();
}

/// The real venue: answers public questions, counts everything else.
class PublicVenue final : public Gateway {
public:
  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override { ++forbidden; }
  void send(RequestId, const ChangeRequest&) override { ++forbidden; }
  void ask(RequestId id, const Query& query) override {
    if (query.kind != QueryKind::contracts && query.kind != QueryKind::server_time) {
      ++forbidden;
      return;
    }
    QueryAnswer answer;
    answer.id = id;
    answer.query = query;
    if (query.kind == QueryKind::contracts) {
      answer.payload =
          std::vector<ContractRules>(contract_defaults().begin(), contract_defaults().end());
    } else {
      answer.payload = ServerTime{kNow, kNow, kNow};
    }
    ++asked;
    listener_->on_answer(answer);
  }
  std::size_t asked = 0, forbidden = 0;

private:
  GatewayListener* listener_ = nullptr;
};

/// The engine's two ears, in one order of events.
class Ears final : public GatewayListener, public MarketListener {
public:
  void on_answer(const ChangeAnswer& a) override { changes.push_back(a); }
  void on_answer(const QueryAnswer& a) override { answers.push_back(a); }
  void on_order(const VenueOrderUpdate& u) override { orders.push_back(u.order); }
  void on_fill(const Fill& f) override {
    fills.push_back(f);
    told += 'f';
  }
  void on_account(const AccountSnapshot& a) override { accounts.push_back(a); }
  void on_position(const Position& p) override { positions.push_back(p); }
  void on_cash_flow(const CashFlow&) override {}
  void on_link(const LinkEvent& event) override { links.push_back(event); }
  void on_tick(const Tick&) override { told += 't'; }
  void on_candle(const CandleRow&) override { told += 'c'; }
  void on_gap(const FeedGap&) override {}

  std::vector<ChangeAnswer> changes;
  std::vector<QueryAnswer> answers;
  std::vector<VenueOrder> orders;
  std::vector<Fill> fills;
  std::vector<AccountSnapshot> accounts;
  std::vector<Position> positions;
  std::vector<LinkEvent> links;
  std::string told;
};

struct Bench {
  PublicVenue real;
  Ears ears;
  PaperVenue paper;
  Timestamp now = kNow;

  explicit Bench(const PaperAccount& account = {Notional::parse("10000").value(), {}})
      : paper(account, 1'000'000, real) {
    paper.set_listeners(&ears, &ears);
    paper.start(kNow);
  }
  void trade(const char* at, Duration later = 1s) {
    now = now + later;
    Tick tick;
    tick.symbol = kBtc;
    tick.exchange_time = now;
    tick.receive_time = now;
    tick.last = price(at);
    tick.traded = size("1");
    paper.on_tick(tick);
  }
  void open(const char* stop = "98000") {
    PlaceOrder order;
    order.client_id = *ClientOrderId::parse("rg000001-x");
    order.symbol = kBtc;
    order.quantity = size("0.01");
    order.preset_stop = price(stop);
    paper.send(5, order);
  }
};

} // namespace

TEST_CASE("a paper order fills at the next trade, and the account hears of it before the tick",
          "[unit][paper]") {
  Bench bench;
  CHECK(bench.ears.links.size() == 2);
  bench.trade("100000");
  bench.open();
  REQUIRE(bench.ears.changes.size() == 1);
  CHECK(bench.ears.changes[0].outcome == RequestOutcome::ok);
  CHECK(bench.ears.fills.empty()); // at the next trade at the earliest
  bench.ears.told.clear();
  bench.trade("100100");
  REQUIRE(bench.ears.fills.size() == 1);
  const Fill& fill = bench.ears.fills[0];
  CHECK(fill.price > price("100100")); // half a spread and impact
  CHECK(fill.price < price("100300"));
  CHECK(fill.fee.is_positive());
  CHECK(fill.venue_fill_id >= 1'000'000);
  CHECK(bench.ears.told == "ft");
  REQUIRE_FALSE(bench.ears.accounts.empty());
  CHECK(bench.ears.accounts.back().wallet_balance < Notional::parse("10000").value());
  CHECK(bench.real.forbidden == 0);
}

TEST_CASE("a paper stop fires when the price touches it", "[unit][paper]") {
  Bench bench;
  bench.trade("100000");
  bench.open("98000");
  bench.trade("100000");
  bench.trade("98100");
  CHECK(bench.ears.fills.size() == 1);
  bench.trade("97900");
  REQUIRE(bench.ears.fills.size() == 2);
  CHECK_FALSE(bench.ears.fills[1].opens);
  CHECK(bench.ears.fills[1].price < price("98000"));
  CHECK(bench.paper.venue().position(kBtc, PositionSide::long_side).is_flat());
}

TEST_CASE("trades within a second make one short bar, none is lost", "[unit][paper]") {
  Bench bench;
  bench.trade("100000");
  bench.open("98000");
  bench.trade("100000");
  bench.trade("97000", 200ms); // touches the stop ...
  bench.trade("100000", 200ms);
  CHECK(bench.ears.fills.size() == 1);
  bench.trade("100000", 700ms); // ... and the bar that holds it closes here
  CHECK(bench.ears.fills.size() == 2);
}

TEST_CASE("private questions are answered here, public ones by the venue", "[unit][paper]") {
  Bench bench;
  std::uint64_t id = 0;
  for (const QueryKind kind :
       {QueryKind::contracts, QueryKind::account, QueryKind::positions, QueryKind::open_orders,
        QueryKind::trigger_orders, QueryKind::order_history, QueryKind::fills, QueryKind::leverage,
        QueryKind::bills, QueryKind::server_time}) {
    Query query;
    query.kind = kind;
    bench.paper.ask(++id, query);
    REQUIRE(bench.ears.answers.size() == id);
    CHECK(bench.ears.answers.back().id == id);
    CHECK(bench.ears.answers.back().outcome == RequestOutcome::ok);
  }
  CHECK(bench.real.asked == 2);
  CHECK(bench.real.forbidden == 0);
}

TEST_CASE("a restored paper account goes on where it stopped", "[unit][paper]") {
  Position held;
  held.symbol = kBtc;
  held.side = PositionSide::long_side;
  held.quantity = size("0.01");
  held.open_value = Notional::parse("1000").value();
  held.opened = kNow - 1h;
  Bench bench({Notional::parse("9500").value(), {held}});
  Query query;
  query.kind = QueryKind::positions;
  bench.paper.ask(1, query);
  const auto positions = std::get<std::vector<Position>>(bench.ears.answers.back().payload);
  REQUIRE(positions.size() == 1);
  CHECK(positions[0].open_value == held.open_value);
  bench.trade("101000");
  PlaceOrder close;
  close.client_id = *ClientOrderId::parse("rg000001-y");
  close.symbol = kBtc;
  close.opens = false;
  close.quantity = size("0.01");
  bench.paper.send(2, close);
  bench.trade("101000");
  REQUIRE(bench.ears.fills.size() == 1);
  CHECK(bench.ears.fills[0].realised_pnl > Notional::parse("8").value()); // 1010 less slippage
  CHECK(bench.ears.fills[0].realised_pnl < Notional::parse("10").value());
}

TEST_CASE("a journal of one mode is closed to the others", "[unit][paper]") {
  const rg::test::TempDir dir;
  const std::string path = dir / "j.db";
  CHECK_NOTHROW(check_journal_mode(path, RunMode::live)); // none yet
  {
    SqliteJournal journal(path, dir / "j.key");
    CHECK_NOTHROW(check_journal_mode(path, RunMode::live)); // no run yet
    RunRecord run;
    run.run_id = "1";
    run.settings_text = "mode = \"paper\"\n";
    journal.append({run});
  }
  CHECK_NOTHROW(check_journal_mode(path, RunMode::paper));
  CHECK_THROWS_AS(check_journal_mode(path, RunMode::live), UsageError);
  CHECK_THROWS_AS(check_journal_mode(path, RunMode::sim), UsageError);
}

TEST_CASE("the paper account is what the journal's records come to", "[unit][paper]") {
  const rg::test::TempDir dir;
  const std::string path = dir / "j.db";
  const Notional initial = Notional::parse("10000").value();
  SqliteJournal journal(path, dir / "j.key");
  RunRecord run;
  run.run_id = "1";
  journal.append({run});
  CHECK(paper_account(path, 1, initial).wallet == initial);
  EquityRecord equity;
  equity.data_time = kNow;
  equity.wallet_balance = Notional::parse("9990").value();
  Fill fill;
  fill.symbol = kBtc;
  fill.venue_fill_id = 3;
  fill.quantity = size("0.01");
  fill.price = price("100000");
  fill.value = Notional::parse("1000").value();
  fill.fee = Notional::parse("0.8").value();
  fill.exchange_time = kNow;
  journal.append({equity, fill});
  const PaperAccount account = paper_account(path, 1, initial);
  CHECK(account.wallet == Notional::parse("9989.2").value());
  REQUIRE(account.positions.size() == 1);
  CHECK(account.positions[0].quantity == size("0.01"));
}
