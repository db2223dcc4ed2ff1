#include "backtests/csv_files.hpp"
#include "backtests/report_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_folder.hpp"

using namespace rg;

namespace {

const Symbol kBtc = *Symbol::parse("BTC");

Decision decision(Outcome outcome) {
  Decision d;
  d.id = {kBtc, Timestamp::from_ms(1735690500000),
          outcome == Outcome::exit ? DecisionKind::exit : DecisionKind::signal, 0};
  d.outcome = outcome;
  d.regime.regime = Regime::trending;
  d.regime.confidence = 0.72;
  d.signal.rule = Rule::trend;
  d.signal.side = Side::sell;
  d.risk.factors[FactorName::volatility] = 0.5;
  d.risk.multiplier = d.risk.factors.multiplier();
  d.risk.stop_distance = 0.025;
  d.quantity = Quantity::from_raw(12'340'000);
  d.price = Price::from_raw(95'000 * kFixedScale);
  return d;
}

} // namespace

TEST_CASE("equity.csv holds shortest round-trip numbers", "[unit][csv]") {
  EquityCurve curve;
  curve.push(1000, 10'000.0, 0.0, 0.0);
  curve.push(61000, 9'999.9, 3'333.3, -3'333.3);
  const std::string text = equity_csv(curve);
  CHECK(text.substr(0, text.find('\n')) == "ts_ms,equity,drawdown,gross_leverage,net_leverage");
  CHECK(text.find("\n1000,10000,0,0,0\n") != std::string::npos);
  const std::size_t at = text.find("\n61000,9999.9,");
  REQUIRE(at != std::string::npos);
  double drawdown = 0.0;
  double gross = 0.0;
  REQUIRE(std::sscanf(text.c_str() + at + 1, "61000,9999.9,%lf,%lf", &drawdown, &gross) == 2);
  CHECK(drawdown == curve.rows()[1].drawdown);
  CHECK(gross == curve.rows()[1].gross_leverage);
}

TEST_CASE("decisions.csv tells approvals, refusals and exits apart", "[unit][csv]") {
  Decision refused = decision(Outcome::refused);
  refused.refusal = Refusal::gross_leverage;
  refused.quantity = {};
  Decision exit = decision(Outcome::exit);
  exit.exit_reason = ExitReason::rule;
  const std::vector<Decision> all{decision(Outcome::approved), refused, exit};
  CHECK(decisions_csv(all) ==
        "decision,ts_ms,pair,regime,confidence,rule,side,outcome,reason,multiplier,"
        "factor_confidence,factor_volatility,factor_drawdown,factor_clustering,factor_asset,"
        "factor_guard,factor_correlation,stop_distance,quantity,price\n"
        "btc-1735690500000-s,1735690500000,cmt_btcusdt,trending,0.72,trend,sell,approved,,0.5,"
        "1,0.5,1,1,1,1,1,0.025,0.1234,95000\n"
        "btc-1735690500000-s,1735690500000,cmt_btcusdt,trending,0.72,trend,sell,refused,"
        "gross_leverage,0.5,1,0.5,1,1,1,1,1,0.025,0,95000\n"
        "btc-1735690500000-x,1735690500000,cmt_btcusdt,trending,0.72,trend,sell,exit,rule,,,,,,,,"
        ",,0.1234,95000\n");
}

TEST_CASE("trades.csv keeps averages unrounded and money exact", "[unit][csv]") {
  Trade t;
  t.symbol = kBtc;
  t.side = PositionSide::short_side;
  t.entry_time = Timestamp::from_ms(1);
  t.exit_time = Timestamp::from_ms(2);
  t.entry_price = 100.1;
  t.exit_price = 1.0 / 3.0;
  t.quantity = Quantity::from_raw(kFixedScale / 2);
  t.fees = Notional::from_raw(1);
  t.funding = Notional::from_raw(-2);
  t.pnl = Notional::from_raw(-kFixedScale);
  t.exit_reason = ExitReason::data_end;
  t.entry_decision = {kBtc, Timestamp::from_ms(1), DecisionKind::signal, 0};
  const std::vector<Trade> all{t};
  CHECK(trades_csv(all) ==
        "pair,side,entry_ts_ms,entry_price,exit_ts_ms,exit_price,quantity,fees,funding,pnl,"
        "exit_reason,entry_decision\n"
        "cmt_btcusdt,short,1,100.1,2,0.3333333333333333,0.5,0.00000001,-0.00000002,-1,data_end,"
        "btc-1-s\n");
}

TEST_CASE("forecasts.csv is in time order and leaves unknown columns empty", "[unit][csv]") {
  ScoredForecast later;
  later.stamp = Timestamp::from_ms(2000);
  later.symbol = kBtc;
  later.forecast.rv_forecast = 0.01;
  later.forecast.p_expansion = 0.5;
  later.forecast.tail_q95 = 0.02;
  ScoredForecast sooner = later;
  sooner.stamp = Timestamp::from_ms(1000);
  sooner.symbol = *Symbol::parse("ETH");
  sooner.rv_ewma = 0.011;
  sooner.rv_realised = 0.012;
  sooner.expansion = true;
  sooner.adverse_excursion = 0.03;
  CHECK(forecasts_csv({later, sooner}) ==
        "ts_ms,pair,horizon_ms,rv_forecast,rv_ewma,rv_realised,p_expansion,expansion,tail_q95,"
        "adverse_excursion\n"
        "1000,cmt_ethusdt,14400000,0.01,0.011,0.012,0.5,1,0.02,0.03\n"
        "2000,cmt_btcusdt,14400000,0.01,,,0.5,,0.02,\n");
}

TEST_CASE("a metrics block has every field, null where undefined", "[unit][json]") {
  EquityCurve curve;
  curve.push(0, 100.0, 0.0, 0.0);
  const auto j = metrics_json(compute_metrics(curve, {}, {}));
  const char* fields[] = {"total_return",
                          "cagr",
                          "volatility",
                          "sharpe",
                          "sortino",
                          "calmar",
                          "max_drawdown",
                          "cvar_95",
                          "trades",
                          "win_rate",
                          "profit_factor",
                          "turnover",
                          "fees_paid",
                          "funding_paid",
                          "time_in_market",
                          "mean_gross_leverage",
                          "max_gross_leverage",
                          "stops_hit"};
  CHECK(j.size() == std::size(fields));
  for (const char* f : fields) {
    INFO(f);
    CHECK(j.contains(f));
  }
  CHECK(j["sharpe"].is_null());
  CHECK(j["cagr"].is_null());
  CHECK(j["win_rate"].is_null());
  CHECK(j["trades"] == 0);
}

TEST_CASE("one span's blocks stand at the top, several under their names", "[unit][json]") {
  RunStamp stamp;
  stamp.run_id = "ab";
  stamp.wall_seconds = 2.0;
  const nlohmann::ordered_json block{{"bars", 10}, {"portfolio", {{"trades", 1}}}};
  const std::vector<nlohmann::ordered_json> one{block};
  const std::vector<std::string> name{"a"};
  const auto single = backtest_json(stamp, one, name, 10);
  CHECK(single["portfolio"]["trades"] == 1);
  CHECK(single["bars"] == 10);
  CHECK(single["bars_per_second"] == 5.0);
  CHECK_FALSE(single.contains("spans"));
  const std::vector<nlohmann::ordered_json> two{block, block};
  const std::vector<std::string> names{"a", "b"};
  const auto several = backtest_json(stamp, two, names, 20);
  CHECK(several["bars"] == 20);
  CHECK(several["spans"]["b"]["portfolio"]["trades"] == 1);
  CHECK_FALSE(several.contains("portfolio"));
}

TEST_CASE("files are written whole into folders that are made", "[unit][csv]") {
  const rg::test::TempFolder folder;
  REQUIRE(write_file(folder.file("a/b"), "x.csv", "1\n").has_value());
  CHECK(rg::test::read_whole(folder.file("a/b/x.csv")) == "1\n");
  folder.write("file", "");
  CHECK_FALSE(write_file(folder.file("file"), "x.csv", "1\n").has_value());
}

TEST_CASE("times are told in UTC", "[unit][json]") {
  CHECK(iso_time(Timestamp::from_ms(1621429740000)) == "2021-05-19T13:09:00Z");
  CHECK(iso_time(Timestamp::from_ms(0)) == "1970-01-01T00:00:00Z");
}
