#include "app/venue_checkup.hpp"

#include "app/venue_asker.hpp"
#include "app/venue_prober.hpp"
#include "infra/weex/market.hpp"

#include <memory>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration kStreamPatience = 15s; // wall, for a stream's first word
constexpr int kClockProbes = 5;

CheckLine skipped(const char* id, const char* what) {
  return {id, what, Finding::skipped, "not asked: an earlier line is broken", ""};
}

CheckLine failed(const char* id, const char* what, const std::string& found,
                 const std::string& mend) {
  return {id, what, Finding::broken, found, mend};
}

/// Waits for the first word of the market data.
class PublicEar final : public MarketListener {
public:
  explicit PublicEar(net::IoLoop& loop) : loop_(loop) {}
  void on_tick(const Tick&) override { heard_one(); }
  void on_candle(const CandleRow&) override { heard_one(); }
  void on_gap(const FeedGap&) override {}
  void on_link(const LinkEvent& event) override { up = up || event.up; }
  bool up = false, heard = false;

private:
  void heard_one() {
    heard = true;
    loop_.stop();
  }
  net::IoLoop& loop_;
};

/// Waits until all private channels are acknowledged.
class PrivateEar final : public GatewayListener {
public:
  explicit PrivateEar(net::IoLoop& loop) : loop_(loop) {}
  void on_answer(const ChangeAnswer&) override {}
  void on_answer(const QueryAnswer&) override {}
  void on_order(const VenueOrderUpdate&) override {}
  void on_fill(const Fill&) override {}
  void on_account(const AccountSnapshot&) override {}
  void on_position(const Position&) override {}
  void on_cash_flow(const CashFlow&) override {}
  void on_link(const LinkEvent& event) override {
    if (event.link == Link::private_stream && event.up) {
      up = true;
      loop_.stop();
    }
  }
  bool up = false;

private:
  net::IoLoop& loop_;
};

/// Runs the loop until somebody stops it or the patience ends.
void wait_on(net::IoLoop& loop) {
  loop.post([&loop] { loop.timer().after(kStreamPatience, [&loop] { loop.stop(); }); });
  loop.run();
}

const std::vector<std::pair<const char*, const char*>> kLines{
    {"network", "way to the venue"},         {"api", "protocol generation"},
    {"clock", "the venue's clock"},          {"credentials", "key, secret, pass phrase"},
    {"permission_read", "the key may read"}, {"permission_trade", "the key may trade"},
    {"contracts", "the eight contracts"},    {"leverage", "leverage of the pairs"},
    {"margin_mode", "margin mode"},          {"position_mode", "position mode"},
    {"stream_public", "market data stream"}, {"stream_private", "account stream"},
};

class Checkup {
public:
  Checkup(const EngineSettings& settings, const std::optional<weex::Credentials>& credentials)
      : settings_(settings), credentials_(credentials), prober_(settings.exchange, credentials) {}

  std::vector<CheckLine> run(const std::string& credentials_error);

private:
  void network();
  void key(const std::string& credentials_error);
  void account();
  void streams();
  void add(CheckLine line) { lines_.push_back(std::move(line)); }

  const EngineSettings& settings_;
  const std::optional<weex::Credentials>& credentials_;
  SystemClock clock_;
  VenueProber prober_;
  std::unique_ptr<VenueAsker> venue_; ///< once the network holds
  bool reachable_ = false, has_key_ = false;
  std::vector<CheckLine> lines_;
};

void Checkup::network() {
  const auto v2 = prober_.answer_to<weex::ProbeAnswer>(
      [](weex::VenueProbe& probe, auto done) { probe.ask_generation("v2", done); });
  const auto v3 = prober_.answer_to<weex::ProbeAnswer>(
      [](weex::VenueProbe& probe, auto done) { probe.ask_generation("v3", done); });
  const bool answered =
      v2.outcome != RequestOutcome::not_sent || v3.outcome != RequestOutcome::not_sent;
  if (!answered) {
    add(failed("network", "way to the venue", settings_.exchange.rest_url + ": " + v2.message,
               "check the network, [exchange] rest_url and, for the embedded exchange, ca_file"));
    add(skipped("api", "protocol generation"));
    add(skipped("clock", "the venue's clock"));
    return;
  }
  add({"network", "way to the venue", Finding::ok, settings_.exchange.rest_url + " answers", ""});
  add(judge_generation(v2.outcome == RequestOutcome::ok, v3.outcome == RequestOutcome::ok,
                       settings_.exchange.api));
  reachable_ = lines_.back().finding == Finding::ok;
  if (!reachable_) {
    add(skipped("clock", "the venue's clock"));
    return;
  }
  try {
    venue_ = std::make_unique<VenueAsker>(settings_.exchange,
                                          credentials_.value_or(weex::Credentials{}));
    const weex::ClockEstimate clock = venue_->clock_offset(kClockProbes);
    add(judge_clock(clock.offset, clock.uncertainty, settings_.venue_clock));
    prober_.set_clock_offset(clock.offset);
  } catch (const std::exception& e) {
    reachable_ = false;
    add(failed("clock", "the venue's clock", e.what(),
               "try again; the venue may be in maintenance"));
  }
}

void Checkup::key(const std::string& credentials_error) {
  const std::string mend = "[exchange] credentials names where they are: env:PREFIX or file:PATH";
  if (!credentials_) {
    add(failed("credentials", "key, secret, pass phrase", credentials_error, mend));
    add(skipped("permission_read", "the key may read"));
    add(skipped("permission_trade", "the key may trade"));
    return;
  }
  add({"credentials", "key, secret, pass phrase", Finding::ok,
       "found in " + settings_.exchange.credentials, ""});
  if (!reachable_) {
    add(skipped("permission_read", "the key may read"));
    add(skipped("permission_trade", "the key may trade"));
    return;
  }
  try {
    const auto account = venue_->ask<AccountSnapshot>(QueryKind::account);
    has_key_ = true;
    add({"permission_read", "the key may read", Finding::ok,
         "wallet " + account.wallet_balance.text() + " USDT, available " + account.available.text(),
         ""});
  } catch (const std::exception& e) {
    add(failed(
        "permission_read", "the key may read", e.what(),
        "check key, secret and pass phrase, the clock, and the addresses that the key allows"));
    add(skipped("permission_trade", "the key may trade"));
    return;
  }
  const auto trade = prober_.answer_to<weex::ProbeAnswer>(
      [](weex::VenueProbe& probe, auto done) { probe.ask_trade_permission(done); });
  add(trade.outcome == RequestOutcome::ok
          ? CheckLine{"permission_trade", "the key may trade", Finding::ok,
                      "a harmless cancel was let through", ""}
          : failed("permission_trade", "the key may trade", trade.message,
                   trade.outcome == RequestOutcome::rejected
                       ? "give the key the right to trade contracts, on the venue's page"
                       : "try again"));
}

void Checkup::account() {
  try {
    if (reachable_) {
      add(judge_contracts(venue_->ask<std::vector<ContractRules>>(QueryKind::contracts)));
    } else {
      add(skipped("contracts", "the eight contracts"));
    }
  } catch (const std::exception& e) {
    add(failed("contracts", "the eight contracts", e.what(), "try again"));
  }
  if (!has_key_) {
    add(skipped("leverage", "leverage of the pairs"));
    add(skipped("margin_mode", "margin mode"));
    add(skipped("position_mode", "position mode"));
    return;
  }
  try {
    add(judge_leverage(venue_->ask<std::vector<LeverageSetting>>(QueryKind::leverage), settings_));
  } catch (const std::exception& e) {
    add(failed("leverage", "leverage of the pairs", e.what(), "try again"));
  }
  const auto told = prober_.answer_to<weex::ModesAnswer>(
      [](weex::VenueProbe& probe, auto done) { probe.ask_modes(done); });
  if (told.answer.outcome == RequestOutcome::ok) {
    add(judge_margin_modes(told.modes));
    add(judge_position_modes(told.modes));
  } else {
    add(failed("margin_mode", "margin mode", told.answer.message, "try again"));
    add(skipped("position_mode", "position mode"));
  }
}

void Checkup::streams() {
  if (!reachable_) {
    add(skipped("stream_public", "market data stream"));
    add(skipped("stream_private", "account stream"));
    return;
  }
  {
    net::IoLoop loop;
    PublicEar ear(loop);
    weex::WeexMarket market(loop, clock_, settings_.exchange);
    market.set_listener(&ear);
    loop.post([&] { market.subscribe({Symbol::from_id(0)}); });
    wait_on(loop);
    market.stop();
    add(ear.heard ? CheckLine{"stream_public", "market data stream", Finding::ok,
                              "connected, data flow", ""}
                  : failed("stream_public", "market data stream",
                           ear.up ? "connected, but nothing comes" : "does not connect",
                           "check [exchange] ws_public_url and that websockets pass the firewall"));
  }
  if (!has_key_) {
    add(skipped("stream_private", "account stream"));
    return;
  }
  net::IoLoop loop;
  PrivateEar ear(loop);
  weex::WeexGateway gateway(loop, clock_, settings_.exchange, *credentials_);
  gateway.set_listener(&ear);
  loop.post([&] { gateway.start(); });
  wait_on(loop);
  gateway.stop();
  add(ear.up ? CheckLine{"stream_private", "account stream", Finding::ok,
                         "connected, all channels acknowledged", ""}
             : failed("stream_private", "account stream", "does not connect",
                      "check [exchange] ws_private_url, the key and the clock"));
}

std::vector<CheckLine> Checkup::run(const std::string& credentials_error) {
  network();
  key(credentials_error);
  account();
  streams();
  return std::move(lines_);
}

} // namespace

std::vector<CheckLine> venue_checkup(const EngineSettings& settings,
                                     const std::optional<weex::Credentials>& credentials,
                                     const std::string& credentials_error) {
  try {
    return Checkup(settings, credentials).run(credentials_error);
  } catch (const std::exception& e) { // an address or a CA file that cannot be used
    std::vector<CheckLine> lines;
    lines.reserve(kLines.size());
    for (const auto& [id, what] : kLines) {
      lines.push_back(lines.empty() ? failed(id, what, e.what(),
                                             "check [exchange]: the three addresses and ca_file")
                                    : skipped(id, what));
    }
    return lines;
  }
}

} // namespace rg::app
