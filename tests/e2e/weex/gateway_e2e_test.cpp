// The gateway against the embedded exchange over TLS: every call it makes, with values compared to
// what the exchange's core holds.

#include "tests/e2e/weex/venue.hpp"

namespace rg::weex::test {

namespace {
const int kEngineRefusal = kApi == "v3" ? -1054 : 40015;
} // namespace

TEST_CASE("start measures the clock, opens the private stream and tells the balance",
          "[e2e][weex]") {
  Venue v;
  v.start();
  v.heard.wait("balance", [](Recorder& r) { return !r.accounts.empty(); });
  CHECK(v.heard.read([](Recorder& r) { return Venue::is_up(r, Link::rest); }));
  CHECK(v.heard.read([](Recorder& r) { return r.accounts[0].wallet_balance; }) ==
        Notional::from_raw(10'000 * kFixedScale));
  const ClockEstimate clock = v.t.call([&] { return v.gateway->clock_estimate(); });
  CHECK(clock.known);
  CHECK(std::chrono::abs(clock.offset) < 1s);
  CHECK(clock.uncertainty < 1s);
}

TEST_CASE("contracts, leverage and time are read", "[e2e][weex]") {
  Venue v;
  const auto contracts = v.rows<std::vector<ContractRules>>(QueryKind::contracts);
  REQUIRE(contracts.size() == Symbol::kCount);
  for (const ContractRules& rules : contracts) {
    const ContractRules& known = contract_defaults()[rules.symbol.id()];
    INFO(rules.symbol.name());
    CHECK(rules.tick_size == known.tick_size);
    CHECK(rules.lot_size == known.lot_size);
    CHECK(rules.min_quantity == known.min_quantity);
    CHECK(rules.taker_fee == known.taker_fee);
  }
  CHECK(v.rows<std::vector<ContractRules>>(QueryKind::contracts, kEth).size() == 1);

  CHECK(v.change(SetLeverage{kBtc, 7}).outcome == RequestOutcome::ok);
  const auto leverage = v.rows<std::vector<LeverageSetting>>(QueryKind::leverage, kBtc);
  REQUIRE(leverage.size() == 1);
  CHECK(leverage[0].long_leverage == 7);
  CHECK(leverage[0].short_leverage == 7);
  CHECK(v.rows<std::vector<LeverageSetting>>(QueryKind::leverage).size() == Symbol::kCount);

  const auto time = v.rows<ServerTime>(QueryKind::server_time);
  CHECK(time.sent <= time.received);
  CHECK(std::chrono::abs(time.server - time.sent) < 5s);
}

TEST_CASE("a market entry: ack, pushes, fill with our client id, position, and the same by REST",
          "[e2e][weex]") {
  Venue v;
  v.start();
  const PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 50);
  const ChangeAnswer answer = v.change(order, true);
  INFO(answer.message);
  REQUIRE(answer.outcome == RequestOutcome::ok);
  CHECK(answer.venue_id > 100'000'000'000'000'000ULL);
  v.heard.wait("filled order", [&](Recorder& r) {
    return std::any_of(r.orders.begin(), r.orders.end(), [&](const VenueOrder& o) {
      return o.venue_id == answer.venue_id && o.state == OrderState::filled;
    });
  });
  v.heard.wait("fill", [](Recorder& r) { return !r.fills.empty(); });
  v.heard.wait("position", [](Recorder& r) { return !r.positions.empty(); });

  const auto fills = v.rows<std::vector<Fill>>(QueryKind::fills);
  REQUIRE_FALSE(fills.empty());
  Quantity sum;
  for (const Fill& fill : fills) {
    CHECK(fill.symbol == kBtc);
    CHECK(fill.opens);
    CHECK(fill.side == Side::buy);
    CHECK(fill.position == PositionSide::long_side);
    CHECK_FALSE(fill.liquidation);
    CHECK_FALSE(fill.maker);
    CHECK(fill.venue_order_id == answer.venue_id);
    CHECK(fill.client_id == order.client_id);
    CHECK(fill.value == multiply(fill.price, fill.quantity, Rounding::nearest));
    CHECK(fill.fee.to_double() == Approx(fill.value.to_double() * 0.0008));
    sum += fill.quantity;
  }
  CHECK(sum == order.quantity);
  const auto pushed = v.heard.read([](Recorder& r) { return r.fills; });
  REQUIRE(pushed.size() == fills.size());
  for (std::size_t i = 0; i < fills.size(); ++i) {
    CHECK(pushed[i].venue_fill_id == fills[i].venue_fill_id);
    CHECK(pushed[i].client_id == order.client_id);
    CHECK(pushed[i].price == fills[i].price);
    CHECK(pushed[i].exchange_time == fills[i].exchange_time);
  }
  const auto positions = v.rows<std::vector<Position>>(QueryKind::positions);
  REQUIRE(positions.size() == 1);
  CHECK(positions[0].quantity == order.quantity);
  CHECK(positions[0].side == PositionSide::long_side);
  CHECK(v.rows<std::vector<Position>>(QueryKind::positions, kEth).empty());
  const auto history = v.rows<std::vector<VenueOrder>>(QueryKind::order_history);
  REQUIRE(history.size() == 1);
  CHECK(history[0].client_id == order.client_id.text());
  CHECK(history[0].state == OrderState::filled);
  CHECK(history[0].filled == order.quantity);
  CHECK(history[0].price.is_zero());

  // Close half, then the rest.
  PlaceOrder close = v.entry(kBtc, PositionSide::long_side, 25);
  close.opens = false;
  CHECK(v.change(close).outcome == RequestOutcome::ok);
  close.client_id = v.fresh_client_id();
  CHECK(v.change(close).outcome == RequestOutcome::ok);
  v.heard.wait("flat",
               [](Recorder& r) { return !r.positions.empty() && r.positions.back().is_flat(); });
  CHECK(v.rows<std::vector<Position>>(QueryKind::positions).empty());
  v.heard.wait("balance after fees", [](Recorder& r) {
    return r.accounts.back().wallet_balance < Notional::from_raw(10'000 * kFixedScale);
  });
}

TEST_CASE("resting orders are listed, cancelled one by one and together", "[e2e][weex]") {
  Venue v;
  v.start();
  std::vector<VenueOrderId> ids;
  for (int i = 0; i < 3; ++i) {
    PlaceOrder order = v.entry(i == 2 ? kEth : kBtc, PositionSide::long_side, 10);
    order.limit = v.around(order.symbol, 0.9);
    order.post_only = true;
    const ChangeAnswer answer = v.change(order);
    INFO(answer.message);
    REQUIRE(answer.outcome == RequestOutcome::ok);
    ids.push_back(answer.venue_id);
  }
  auto open = v.rows<std::vector<VenueOrder>>(QueryKind::open_orders);
  REQUIRE(open.size() == 3);
  CHECK(open[0].state == OrderState::acked);
  CHECK(open[0].price.is_positive());
  CHECK_FALSE(open[0].trigger);
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::open_orders, kEth).size() == 1);

  CHECK(v.change(CancelOrder{{}, kBtc, ids[0]}).outcome == RequestOutcome::ok);
  const ChangeAnswer again = v.change(CancelOrder{{}, kBtc, ids[0]});
  CHECK(again.outcome == RequestOutcome::rejected);
  CHECK(again.code == (kApi == "v3" ? -3200 : 50005));
  CHECK(v.change(CancelAll{false, kBtc, false}).outcome == RequestOutcome::ok);
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::open_orders).size() == 1);
  CHECK(v.change(CancelAll{true, {}, false}).outcome == RequestOutcome::ok);
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::open_orders).empty());
  v.heard.wait("cancel pushes", [&](Recorder& r) {
    return std::count_if(r.orders.begin(), r.orders.end(),
                         [](const VenueOrder& o) { return o.state == OrderState::cancelled; }) >= 3;
  });
}

TEST_CASE("stops: attached at entry, placed, listed, cancelled, swept", "[e2e][weex]") {
  Venue v;
  v.start();
  PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 50);
  order.preset_stop = v.around(kBtc, 0.8);
  REQUIRE(v.change(order).outcome == RequestOutcome::ok);
  v.heard.wait("position", [](Recorder& r) { return !r.positions.empty(); });
  const auto stops = v.poll_stops([](const auto& listed) { return !listed.empty(); });
  REQUIRE(stops.size() == 1);
  CHECK(stops[0].trigger);
  CHECK_FALSE(stops[0].opens);
  CHECK(stops[0].position == PositionSide::long_side);
  CHECK(stops[0].trigger_price == order.preset_stop);
  CHECK(stops[0].quantity == order.quantity);

  const PlaceStop stop{v.fresh_client_id(), kBtc, PositionSide::long_side, order.quantity,
                       v.around(kBtc, 0.85)};
  const ChangeAnswer placed = v.change(stop);
  INFO(placed.message);
  REQUIRE(placed.outcome == RequestOutcome::ok);
  REQUIRE(placed.venue_id != 0);
  CHECK(v.change(CancelStop{kBtc, stops[0].venue_id}).outcome == RequestOutcome::ok);
  const auto moved = v.poll_stops([&](const auto& listed) {
    return listed.size() == 1 && listed[0].venue_id == placed.venue_id;
  });
  REQUIRE(moved.size() == 1);
  CHECK(moved[0].client_id == stop.client_id.text());
  CHECK(moved[0].trigger_price == stop.trigger);
  CHECK(v.change(CancelAll{false, kBtc, true}).outcome == RequestOutcome::ok);
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::trigger_orders).empty());
}

TEST_CASE("the venue's refusals arrive with code and text", "[e2e][weex]") {
  Venue v;
  PlaceOrder off_step = v.entry(kBtc, PositionSide::long_side, 10);
  off_step.quantity = Quantity::from_raw(off_step.quantity.raw() + 1);
  const ChangeAnswer size = v.change(off_step);
  CHECK(size.outcome == RequestOutcome::rejected);
  CHECK(size.code == kEngineRefusal);
  CHECK(size.message.find("stepSize") != std::string::npos);

  const ChangeAnswer margin = v.change(v.entry(kBtc, PositionSide::long_side, 5'000'000));
  CHECK(margin.outcome == RequestOutcome::rejected);
  CHECK(margin.code == kEngineRefusal);

  PlaceOrder resting = v.entry(kBtc, PositionSide::long_side, 10);
  resting.limit = v.around(kBtc, 0.9);
  REQUIRE(v.change(resting).outcome == RequestOutcome::ok);
  const ChangeAnswer leverage = v.change(SetLeverage{kBtc, 3});
  CHECK(leverage.outcome == RequestOutcome::rejected);
  CHECK(v.change(CancelStop{kBtc, 123}).outcome == RequestOutcome::rejected);
}

TEST_CASE("wrong credentials are told, and the stream keeps trying", "[e2e][weex]") {
  Venue v;
  const exchange::Credentials& good = v.server.credentials();
  Recorder heard;
  const Credentials bad{Secret(good.api_key), Secret("wrong"), Secret(good.passphrase)};
  auto gateway = v.t.call([&] {
    auto made = std::make_unique<WeexGateway>(v.t.loop, v.clock, v.settings, bad);
    made->set_listener(&heard);
    made->start();
    Query query;
    query.kind = QueryKind::account;
    made->ask(1, query);
    made->send(2, v.entry(kBtc, PositionSide::long_side, 10));
    return made;
  });
  const QueryAnswer question = Venue::find(heard, heard.queries, 1, "answer");
  CHECK(question.outcome == RequestOutcome::rejected);
  CHECK(question.message.find(spelled("verification", "uthentication")) != std::string::npos);
  const ChangeAnswer change = Venue::find(heard, heard.changes, 2, "answer");
  CHECK(change.outcome == RequestOutcome::rejected);
  CHECK(change.code == (kApi == "v3" ? -1047 : 40009));
  CHECK(heard.read([](Recorder& r) { return !Venue::is_up(r, Link::private_stream); }));
  v.t.call([&] {
    gateway.reset();
    return 0;
  });
}

TEST_CASE("long histories come whole: fills and orders over several pages", "[e2e][weex]") {
  VenueOptions o;
  o.paused = true;
  Venue v(o);
  constexpr int kTrades = 260;
  std::size_t fills_made = 0;
  v.server.with_core([&](exchange::ExchangeCore& core) {
    for (int i = 0; i < kTrades; ++i) {
      exchange::NewOrder order;
      order.client_oid = "page-" + std::to_string(i);
      order.symbol = kBtc;
      order.market = true;
      order.opens = i % 2 == 0;
      order.tif = exchange::TimeInForce::ioc;
      order.size = exchange::SentNumber::parse("0.001");
      REQUIRE(core.place(0, order, Timestamp::from_ms(1)).has_value());
      static_cast<void>(core.step(Timestamp::from_ms(1)));
    }
    fills_made = core.account(0).fills.size();
  });
  REQUIRE(fills_made >= kTrades);
  const auto fills = v.rows<std::vector<Fill>>(QueryKind::fills);
  CHECK(fills.size() == fills_made);
  CHECK(std::is_sorted(fills.begin(), fills.end(), [](const Fill& a, const Fill& b) {
    return a.exchange_time < b.exchange_time;
  }));
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::order_history).size() == kTrades);
  const Timestamp middle = fills[fills.size() / 2].exchange_time;
  for (const Fill& fill : v.rows<std::vector<Fill>>(QueryKind::fills, {}, middle)) {
    CHECK(fill.exchange_time >= middle);
  }
}

TEST_CASE("an AI log is uploaded and counted", "[e2e][weex]") {
  Venue v;
  AiLogUpload log;
  log.stage = "Decision Making";
  log.model = "regimeguard-hmm";
  log.input_json = R"({"regime":"trending"})";
  log.output_json = R"({"multiplier":0.35})";
  log.explanation = std::string(1500, 'x');
  auto promise = std::make_shared<std::promise<RequestOutcome>>();
  auto future = promise->get_future();
  v.t.loop.post([&] {
    v.gateway->upload_ai_log(log, [promise](RequestOutcome outcome, const std::string&) {
      promise->set_value(outcome);
    });
  });
  CHECK(net::test::wait_for(future, "upload") == RequestOutcome::ok);
  CHECK(v.server.stats().ai_logs == 1);
}

} // namespace rg::weex::test
