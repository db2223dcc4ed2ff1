// doctor, api-test, download, set-leverage and the account commands against the exchange over TLS.

#include "infra/market/candle_file.hpp"
#include "tests/e2e/cli/venue_house.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

Json check_of(const Json& doctor, const std::string& id) {
  for (const Json& line : doctor.at("checks")) {
    if (line.at("id") == id) {
      return line;
    }
  }
  return Json::object();
}

} // namespace

TEST_CASE("doctor finds everything in order, and says so line by line", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  const Finished told = house.run(dir, {"doctor", "--config", config, "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json doctor = Json::parse(told.out);
  CHECK(doctor.at("ok") == true);
  for (const char* id :
       {"config", "network", "api", "clock", "credentials", "permission_read", "permission_trade",
        "contracts", "margin_mode", "position_mode", "stream_public", "stream_private"}) {
    INFO(id);
    CHECK(check_of(doctor, id).value("finding", "") == "ok");
  }
  // The account begins with the venue's 20x; the engine would set its own before it trades.
  CHECK(check_of(doctor, "leverage").value("finding", "") == "note");
  CHECK(house.server().stats().order_requests <= 1); // the harmless cancel

  const Finished table = house.run(dir, {"doctor", "--config", config});
  CHECK(table.exit_code == 0);
  CHECK(std::count(table.out.begin(), table.out.end(), '\n') >= 12);
}

TEST_CASE("doctor names what is broken and its mend", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.faults = {{exchange::FaultKind::clock_skew,
                                {.rate = 1.0, .delay_ms = 25'000, .only = {}}}}});
  { // a skewed clock
    const Finished told = house.run(dir, {"doctor", "--config", house.config(dir), "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    CHECK(check_of(Json::parse(told.out), "clock").at("finding") == "broken");
  }
  { // a wrong secret
    auto wrong = house.environment();
    wrong[1] = "WEEX_SECRET_KEY=not-the-secret";
    const Finished told =
        house.run(dir, {"doctor", "--config", house.config(dir), "--json"}, wrong);
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    const Json doctor = Json::parse(told.out);
    CHECK(check_of(doctor, "permission_read").at("finding") == "broken");
    CHECK_FALSE(check_of(doctor, "permission_read").at("mend").get<std::string>().empty());
    CHECK(check_of(doctor, "stream_private").at("finding") == "skipped");
  }
  { // nobody there
    write_file(dir / "none.toml", "[exchange]\nrest_url = \"https://127.0.0.1:1\"\n");
    const Finished told = house.run(dir, {"doctor", "--config", dir / "none.toml", "--json"});
    CHECK(told.exit_code == 1);
    CHECK(check_of(Json::parse(told.out), "network").at("finding") == "broken");
  }
}

TEST_CASE("doctor's table is whole where the certificate file is missing", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  write_file(dir / "ca.toml",
             "[exchange]\nrest_url = \"https://127.0.0.1:1\"\nca_file = \"absent.pem\"\n");
  const Finished told = house.run(dir, {"doctor", "--config", dir / "ca.toml", "--json"});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 1);
  const Json doctor = Json::parse(told.out);
  const Finished sound = house.run(dir, {"doctor", "--config", house.config(dir), "--json"});
  CHECK(doctor.at("checks").size() == Json::parse(sound.out).at("checks").size());
  CHECK(check_of(doctor, "network").at("found").get<std::string>().find("absent.pem") !=
        std::string::npos);
  CHECK(check_of(doctor, "stream_private").at("finding") == "skipped");
}

TEST_CASE("what the venue's limits turn away is asked again, not taken for a missing right",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  for (const char* where : {"cancel", "assets", "account/leverage"}) {
    INFO(where);
    exchange::FaultRule once;
    once.rate = 1.0;
    once.length = 1;
    once.only = where;
    once.max = 1;
    house.set_fault(exchange::FaultKind::rate_limit_burst, once);
    const bool change = std::string(where) == "account/leverage";
    const Finished told =
        change ? house.run(dir, {"set-leverage", "--config", config, "--pairs", "BTC"})
               : house.run(dir, {"doctor", "--config", config});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 0);
  }
}

TEST_CASE("the exchange of the command line speaks every second of life", "[e2e][cli]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "5", "1");
  const Json greeting = exchange.greeting();
  write_file(dir / "sim.toml", "[exchange]\nrest_url = " + greeting.at("rest_url").dump() +
                                   "\nca_file = " + greeting.at("ca_file").dump() + "\n");
  // The trades of a step are spread evenly over it: eight a second, where a step of 15 s would have
  // them two seconds apart.
  Json trades;
  REQUIRE(wait_for(
      [&] {
        const Finished told =
            run_engine({"market", "BTC", "--config", dir / "sim.toml", "--json"}, dir.path());
        INFO(told.out << told.err);
        REQUIRE(told.exit_code == 0);
        trades = Json::parse(told.out).at("trades");
        return trades.size() >= 2;
      },
      std::chrono::seconds(60)));
  const auto time_of = [&](std::size_t i) { return trades.at(i).at("ts_ms").get<std::int64_t>(); };
  CHECK(std::abs(time_of(1) - time_of(0)) <= 1000);
}

TEST_CASE("api-test trades ten dollars through the order desk and leaves nothing behind",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 4.0});
  const std::string config = house.config(dir);
  // A round trip of before, which is none of the test's.
  Timestamp before;
  house.server().with_core([&](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = Symbol::from_id(0);
    order.market = true;
    order.size = exchange::SentNumber::parse("0.1");
    REQUIRE(core.place(0, order, Timestamp{}));
    REQUIRE(core.close_positions(0, order.symbol, Timestamp{}).size() == 1);
    before = core.data_now();
  });
  REQUIRE(wait_for([&] { return house.server().stats().data_time > before; },
                   std::chrono::seconds(30)));
  const Finished told = house.run(dir, {"api-test", "--config", config, "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json test = Json::parse(told.out);
  CHECK(test.at("ok") == true);
  for (const Json& step : test.at("steps")) {
    INFO(step.dump());
    CHECK(step.at("ok") == true);
  }
  CHECK(test.at("fills").size() == 2); // of this round trip alone
  CHECK(house.flat());
  const std::string journal = dir / "sim.db";
  CHECK(house.run(dir, {"verify", "--journal", journal}).exit_code == 0);
  const Finished replay = house.run(dir, {"replay", "--journal", journal, "--json"});
  INFO(replay.out << replay.err);
  CHECK(Json::parse(replay.out).at("identical") == true);

  // Each order that the venue took has its log, with the chain's head and a bounded explanation.
  const auto logs = house.ai_logs();
  CHECK(logs.size() >= 2);
  for (const exchange::AiLog& log : logs) {
    CHECK(log.order != 0);
    CHECK(log.explanation.size() <= 1000);
    CHECK(Json::parse(log.input_json).at("journal").at("chain_head").get<std::string>().size() ==
          64);
  }

  { // the account now shows what happened
    const Json fills =
        Json::parse(house.run(dir, {"fills", "--config", config, "--json"}).out).at("fills");
    CHECK(fills.size() >= 2);
    const Json positions =
        Json::parse(house.run(dir, {"positions", "--config", config, "--json"}).out);
    CHECK(positions.at("positions").empty());
  }
}

TEST_CASE("api-test trades on a venue that replays fast, within the venue's limits", "[e2e][cli]") {
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    const TempDir dir;
    // A new desk holds its orders for a second of the wall: four minutes of this market.
    VenueHouse house({.speed = 240.0});
    const Finished told =
        house.run(dir, {"api-test", "--config", house.config_for(dir, api), "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 0);
    CHECK(house.flat());
    // The engine's questions and the command's own count together.
    CHECK(house.server().stats().too_many == 0);
  }
}

TEST_CASE("api-test says why when nothing more can come of its trade", "[e2e][cli]") {
  const std::vector<std::pair<std::string, std::string>> obstacles{
      {R"({"symbol": "BTC", "status": "reduce_only"})", "the order ended as rejected: "},
      {R"({"account": 0, "withdraw": "9999.5"})", "refused: "}};
  for (const auto& [obstacle, said] : obstacles) {
    INFO(said);
    const TempDir dir;
    VenueHouse house({.speed = 4.0});
    house.server().with_core([&](exchange::ExchangeCore& core) {
      REQUIRE_FALSE(core.apply(exchange::parse_change(obstacle, "test").value()));
    });
    // With the patience that it is given, a step that waits it out would not end in this test.
    const Finished told =
        house.run(dir, {"api-test", "--config", house.config(dir), "--timeout", "600", "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    const Json test = Json::parse(told.out);
    CHECK(test.at("ok") == false);
    const Json& steps = test.at("steps");
    CHECK(std::any_of(steps.begin(), steps.end(), [&](const Json& step) {
      return step.at("detail").get<std::string>().starts_with(said);
    }));
    CHECK(house.flat());
  }
}

TEST_CASE("api-test that a signal ends closes what it opened", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 4.0});
  exchange::FaultRule always; // it waits for the log's ack with its position open, however long
  always.rate = 1.0;
  always.only = "uploadAiLog";
  house.set_fault(exchange::FaultKind::server_error, always);
  Process test(
      {engine_binary(), "api-test", "--config", house.config(dir), "--timeout", "600", "--json"},
      dir / "test.out", dir / "test.err", dir.path(), house.environment());
  REQUIRE(wait_for([&] { return !house.flat(); }, std::chrono::seconds(60)));
  test.signal(SIGTERM);
  const int code = test.wait();
  INFO(read_file(dir / "test.out") << read_file(dir / "test.err"));
  CHECK(code == 1);
  CHECK(house.flat());
  CHECK(read_file(dir / "test.out").find("ended by a signal") != std::string::npos);
}

TEST_CASE("api-test touches nothing on an account that holds something", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  house.server().with_core([](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = *Symbol::parse("ETH");
    order.market = true;
    order.size = exchange::SentNumber::parse("0.1");
    REQUIRE(core.place(0, order, Timestamp{}));
  });
  const auto before = house.server().stats().orders;
  const Finished told = house.run(dir, {"api-test", "--config", house.config(dir)});
  CHECK(told.exit_code == 1);
  CHECK(told.err.find("cmt_ethusdt") != std::string::npos);
  CHECK(house.server().stats().orders == before);
}

TEST_CASE("set-leverage sets and reads back, beyond 20x it refuses", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  const Finished told = house.run(
      dir, {"set-leverage", "--config", config, "--pairs", "BTC,ETH", "--leverage", "7", "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json lines = Json::parse(told.out).at("leverage");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("long_leverage") == 7);
  CHECK(lines[1].at("ok") == true);
  const Finished none = house.run(dir, {"set-leverage", "--config", config, "--leverage", "0"});
  CHECK(none.exit_code == 2);
  const Finished beyond = house.run(dir, {"set-leverage", "--config", config, "--leverage", "21"});
  CHECK(beyond.exit_code == 2);
  CHECK(beyond.err.find("20") != std::string::npos);
}

TEST_CASE("doctor names the command that mends an isolated pair, and it does", "[e2e][cli]") {
  const Symbol eth = *Symbol::parse("ETH");
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    const TempDir dir;
    VenueHouse house;
    const std::string config = house.config_for(dir, api);
    house.server().with_core([&](exchange::ExchangeCore& core) {
      REQUIRE_FALSE(core.set_modes(0, eth, exchange::MarginMode::isolated, false));
    });
    const Json line = check_of(
        Json::parse(house.run(dir, {"doctor", "--config", config, "--json"}).out), "margin_mode");
    CHECK(line.value("finding", "") == "broken");
    CHECK(line.value("found", "") == "isolated: cmt_ethusdt");
    REQUIRE(line.value("mend", "").starts_with("regimeguard set-margin-mode"));

    const Finished mended = house.run(dir, {"set-margin-mode", "--config", config, "--json"});
    INFO(mended.out << mended.err);
    CHECK(mended.exit_code == 0);
    const Json modes = Json::parse(mended.out).at("modes");
    CHECK(modes.size() == Symbol::kCount);
    for (const Json& pair : modes) {
      CHECK(pair.at("ok") == true);
      CHECK(pair.at("found") == "cross");
    }
    CHECK(house.run(dir, {"doctor", "--config", config}).exit_code == 0);
    CHECK(house.run(dir, {"set-position-mode", "--config", config}).exit_code == 0);
    CHECK(house.run(dir, {"set-position-mode", "--config", config, "--mode", "one"}).exit_code ==
          2);
  }
}

TEST_CASE("modes stay as they are while a pair has a position or an order", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  house.server().with_core([](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = *Symbol::parse("ETH");
    order.size = exchange::SentNumber::parse("0.1");
    order.price = exchange::SentNumber::parse("1");
    order.market = true;
    REQUIRE(core.place(0, order, Timestamp{}));
  });
  for (const char* command : {"set-margin-mode", "set-position-mode"}) {
    const Finished told = house.run(dir, {command, "--config", config});
    CHECK(told.exit_code == 1);
    CHECK(told.err.find("cmt_ethusdt: a position is open") != std::string::npos);
    CHECK(house.run(dir, {command, "--config", config, "--pairs", "BTC"}).exit_code == 0);
  }
}

TEST_CASE("orders lists trigger orders alone, and those that are no more", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  house.server().with_core([](exchange::ExchangeCore& core) {
    const Timestamp wall = Timestamp::from_ms(1);
    exchange::NewOrder order;
    order.client_oid = "entry";
    order.symbol = *Symbol::parse("ETH");
    order.size = exchange::SentNumber::parse("0.1");
    order.market = true;
    REQUIRE(core.place(0, order, wall));
    exchange::NewTrigger stop;
    stop.symbol = order.symbol;
    stop.size = order.size;
    stop.trigger_price = exchange::SentNumber::parse("1");
    stop.client_oid = "gone";
    const auto id = core.place_trigger(0, stop, wall);
    REQUIRE(id);
    REQUIRE(core.cancel(0, *id, true, wall + 1h));
    stop.client_oid = "rests";
    REQUIRE(core.place_trigger(0, stop, wall));
  });
  const auto ids = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"orders", "--config", config, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished told = house.run(dir, arguments);
    INFO(told.out << told.err);
    REQUIRE(told.exit_code == 0);
    std::string list;
    const Json orders = Json::parse(told.out).at("orders");
    for (const Json& order : orders) {
      list += order.at("client_order_id").get<std::string>() + " ";
    }
    return list;
  };
  CHECK(ids({}) == "rests ");
  CHECK(ids({"--triggers"}) == "rests ");
  CHECK(ids({"--triggers", "--history"}) == "gone ");
  CHECK(ids({"--triggers", "--history", "--pairs", "BTC"}).empty());
  CHECK(ids({"--history"}) == "entry ");
}

namespace {

/// Open times of the pair's rows, over all files of the folder.
std::vector<Timestamp> downloaded(const std::string& folder, Symbol symbol) {
  std::vector<Timestamp> times;
  const auto candles = load_candle_folder(folder, {symbol});
  if (candles) {
    for (const Bar& bar : candles->series.at(0).bars) {
      times.push_back(bar.open_time);
    }
  }
  return times;
}

std::size_t files_in(const std::string& folder) {
  std::error_code none;
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    n += entry.path().extension() == ".csv" ? 1 : 0;
  }
  return n;
}

} // namespace

TEST_CASE("a download that was killed halfway goes on: no gap, no duplicate", "[e2e][cli]") {
  // `make soak` takes the full size: 100,800 rows. Market time begins at 2025-01-01, after a
  // history.
  const bool soak = std::getenv("RG_SOAK") != nullptr;
  const std::size_t days = soak ? 70 : 6;
  const std::string from = soak ? "2024-10-23" : "2024-12-26";
  const TempDir dir;
  // Market time must pass: the last minute is final once the next has begun.
  VenueHouse house(
      {.speed = 600.0, .history_minutes = soak ? 102'000U : SyntheticOptions{}.history_minutes});
  const std::string config = house.config(dir), out = dir / "candles";
  const auto command = [&](const char* weight) {
    return std::vector<std::string>{engine_binary(), "download", "--config", config, "--pairs",
                                    "BTC",           "--from",   from,       "--to", "2025-01-01",
                                    "--out",         out,        "--weight", weight, "--json"};
  };
  {
    // Its budget is spent after two days; half of the soak's days take longer.
    Process first(command(soak ? "500" : "150"), dir / "first.out", dir / "first.err", dir.path());
    REQUIRE(wait_for([&] { return files_in(out) >= (soak ? days / 2 : 2); }, 300s));
    first.signal(SIGKILL);
    first.wait();
  }
  const std::size_t before = files_in(out);
  CHECK(before < days); // killed in the middle
  const auto begin = std::chrono::steady_clock::now();
  Process second(command("500"), dir / "second.out", dir / "second.err", dir.path());
  const int code = second.wait();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  INFO(read_file(dir / "second.err"));
  REQUIRE(code == 0);
  const Json told = Json::parse(read_file(dir / "second.out")).at("pairs").at("cmt_btcusdt");
  CHECK(told.at("rows") == days * 1440);
  CHECK(told.at("days_kept") == before);
  CHECK(told.at("fetched") == (days - before) * 1440);
  CHECK(told.at("gaps").empty());
  const auto times = downloaded(out, *Symbol::parse("BTC"));
  REQUIRE(times.size() == days * 1440);
  for (std::size_t i = 1; i < times.size(); ++i) {
    REQUIRE(times[i] - times[i - 1] == 1min);
  }
  CHECK(house.server().stats().too_many == 0);  // within the venue's limits
  CHECK(read_file(dir / "second.err").empty()); // no bar when piped
  if (soak) {
    WARN(told.at("fetched") << " rows in " << taken.count() << " s after the kill");
  }
}

TEST_CASE("a download of days to come says that they are not there yet", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const Finished told =
      house.run(dir, {"download", "--config", house.config(dir), "--pairs", "BTC", "--from",
                      "2030-01-01", "--to", "2030-01-02", "--out", dir / "candles"});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 0);
  CHECK(told.out.find("not there yet") != std::string::npos);
}

TEST_CASE("bad download arguments are one line and exit 2", "[e2e][cli]") {
  const auto refused = [](const std::vector<std::string>& more, const std::string& word) {
    std::vector<std::string> arguments{"download", "--out", "/tmp/none"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished told = run_engine(arguments);
    INFO(told.err);
    CHECK(told.exit_code == 2);
    CHECK(told.err.find(word) != std::string::npos);
  };
  refused({"--from", "2025-01-02", "--to", "2025-01-02"}, "--to");
  refused({"--from", "yesterday", "--to", "2025-01-02"}, "--from");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--pairs", "SHIB"}, "SHIB");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--interval", "2m"}, "2m");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--weight", "5000"}, "--weight");
}
