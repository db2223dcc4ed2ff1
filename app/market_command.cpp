// market: prices, book, trades, funding and open interest of one pair at the configured venue. Asks
// the public endpoints only, so it needs no key unless the account's fees are wanted.

#include "app/engine/venue_settings.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/rest_channel.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;
using weex::InfoKind;
using weex::MarketInfo;

struct MarketOptions {
  std::string symbol = "BTC", config;
  bool json = false, fees = false;
};

/// Asks one question after the other and waits for each answer.
class MarketAsker {
public:
  MarketAsker(const ExchangeSettings& exchange, const std::optional<weex::Credentials>& keys)
      : codec_(weex::make_codec(exchange.api)),
        rest_(loop_, clock_, exchange.rest_url, {exchange.ca_file}, keys, weex::patient_command()) {
  }

  /// @throws std::runtime_error with the venue's or the transport's words.
  MarketInfo ask(InfoKind kind, Symbol symbol) {
    loop_.post([this, kind, symbol] {
      rest_.ask(codec_->encode(kind, symbol), [this](weex::RestAnswer answer) {
        answer_ = std::move(answer);
        loop_.stop();
      });
    });
    loop_.run();
    if (answer_.http.failure != net::HttpFailure::none) {
      throw std::runtime_error("the venue does not answer: " + answer_.http.error);
    }
    MarketInfo info;
    weex::VenueError error;
    const weex::ParseError problem =
        codec_->decode_info(kind, symbol, answer_.http.body, info, error);
    const bool good = problem == weex::ParseError::none &&
                      reaction_to(error, answer_.http.status) == weex::Reaction::none;
    if (!good) {
      throw std::runtime_error(
          fmt::format("the venue's answer is no good: HTTP {}, {}", answer_.http.status,
                      error.code != 0 ? fmt::format("{} {}", error.code, error.message)
                                      : std::string(to_string(problem))));
    }
    return info;
  }

private:
  SystemClock clock_;
  net::IoLoop loop_;
  std::unique_ptr<weex::Codec> codec_;
  weex::RestChannel rest_;
  weex::RestAnswer answer_;
};

Json to_json(const std::vector<weex::Level>& side) {
  Json list = Json::array();
  for (const weex::Level& level : side) {
    list.push_back({level.price.text(), level.size.text()});
  }
  return list;
}

Json document(MarketAsker& venue, Symbol symbol, bool with_fees) {
  Json out{{"symbol", std::string(symbol.name())}};
  for (const weex::PriceInfo& p : venue.ask(InfoKind::prices, symbol).prices) {
    out["last"] = p.last.text();
    out["mark"] = p.mark.text();
    out["index"] = p.index.text();
    out["high"] = p.high.text();
    out["low"] = p.low.text();
    out["volume"] = p.volume.text();
  }
  const MarketInfo book = venue.ask(InfoKind::book, symbol);
  out["asks"] = to_json(book.asks);
  out["bids"] = to_json(book.bids);
  Json trades = Json::array();
  for (const weex::TradeRow& t : venue.ask(InfoKind::trades, symbol).trades) {
    trades.push_back({{"ts_ms", t.time.ms()},
                      {"price", t.price.text()},
                      {"size", t.size.text()},
                      {"taker", t.seller_took ? "sell" : "buy"}});
  }
  out["trades"] = std::move(trades);
  for (const weex::FundingInfo& f : venue.ask(InfoKind::funding, symbol).funding) {
    out["funding_rate"] = f.rate ? Json(*f.rate) : Json();
    out["funding_cycle_minutes"] = f.cycle / std::chrono::minutes(1);
  }
  Json past = Json::array();
  for (const weex::FundingInfo& f : venue.ask(InfoKind::funding_history, symbol).funding) {
    past.push_back({{"ts_ms", f.time.ms()}, {"rate", *f.rate}});
  }
  out["funding_history"] = std::move(past);
  for (const weex::InterestInfo& i : venue.ask(InfoKind::open_interest, symbol).interest) {
    out["open_interest"] = i.open.text();
  }
  if (with_fees) {
    for (const weex::FeeInfo& f : venue.ask(InfoKind::fees, symbol).fees) {
      if (f.symbol == symbol) {
        out["maker_fee"] = f.maker.value();
        out["taker_fee"] = f.taker.value();
      }
    }
  }
  return out;
}

void print(const Json& market) {
  for (const char* name : {"symbol", "last", "mark", "index", "high", "low", "volume",
                           "open_interest", "funding_rate", "maker_fee", "taker_fee"}) {
    if (market.contains(name)) {
      const Json& value = market.at(name);
      std::printf("%-14s %18s\n", name,
                  (value.is_string() ? value.get<std::string>() : value.dump()).c_str());
    }
  }
  for (const char* side : {"asks", "bids"}) {
    std::size_t shown = 0;
    for (const Json& level : market.at(side)) {
      if (++shown <= 5) {
        std::printf("%-14s %18s %14s\n", shown == 1 ? side : "",
                    level[0].get<std::string>().c_str(), level[1].get<std::string>().c_str());
      }
    }
  }
  if (!market.at("trades").empty()) {
    const Json& t = market.at("trades").back();
    std::printf("%-14s %18s %14s %s\n", "last trade", t.at("price").get<std::string>().c_str(),
                t.at("size").get<std::string>().c_str(), t.at("taker").get<std::string>().c_str());
  }
}

int run_market(const MarketOptions& options) {
  const auto symbol = Symbol::parse(options.symbol);
  if (!symbol) {
    throw UsageError("'" + options.symbol + "' is none of the eight pairs (BTC, ETH, …)");
  }
  const EngineSettings settings = settings_from(options.config);
  MarketAsker venue(settings.exchange,
                    options.fees ? std::optional(credentials_from(settings)) : std::nullopt);
  const Json market = document(venue, *symbol, options.fees);
  if (options.json) {
    std::printf("%s\n", market.dump(2).c_str());
  } else {
    print(market);
  }
  return 0;
}

} // namespace

void add_market(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<MarketOptions>();
  CLI::App* command = root.add_subcommand(
      "market", "Prices, book, trades, funding and open interest of a pair at the venue");
  command->add_option("symbol", options->symbol, "BTC, BTCUSDT or cmt_btcusdt")
      ->capture_default_str();
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_flag("--fees", options->fees, "The account's own fee rates too; needs the key");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return run_market(*options); }; });
}

} // namespace rg::app
