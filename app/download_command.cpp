// regimeguard download: candles from the venue's public endpoint into candle files.

#include "app/candle_download.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/progress_bar.hpp"
#include "app/utc_day.hpp"
#include "app/venue_pairs.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/weex/candle_history.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rg::app {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

struct DownloadOptions {
  std::string config, from, to, out, interval = "1m";
  std::vector<std::string> pairs;
  int weight = 400;
  bool json = false;
};

constexpr int kTries = 8;
constexpr Duration kLongestPause = 30s; // wall, between two tries

/// Pages over the wire, one after the other, each tried again with growing pauses.
class VenuePages final : public CandlePages {
public:
  VenuePages(const ExchangeSettings& exchange, Duration interval, int weight)
      : interval_(interval), history_(loop_, clock_, exchange, weight) {}

  std::vector<CandleRow> page(Symbol symbol, Timestamp end) override {
    return tried([&](auto done) { history_.ask(symbol, interval_, end, std::move(done)); }).rows;
  }
  Timestamp forming(Symbol symbol) override {
    const CandleAnswer newest =
        tried([&](auto done) { history_.ask_newest(symbol, interval_, std::move(done)); });
    return newest.rows.empty() ? Timestamp{} : newest.rows.back().open_time;
  }

private:
  template <class Ask> CandleAnswer tried(const Ask& ask) {
    Duration pause = 1s;
    CandleAnswer answer;
    for (int i = 0; i < kTries; ++i) {
      loop_.post([&] {
        ask([&](CandleAnswer told) {
          answer = std::move(told);
          loop_.stop();
        });
      });
      loop_.run();
      if (answer.outcome == RequestOutcome::ok) {
        return answer;
      }
      if (answer.outcome == RequestOutcome::rejected) {
        break; // the same answer every time
      }
      if (i + 1 < kTries) {
        loop_.post([&] { loop_.timer().after(pause, [&] { loop_.stop(); }); });
        loop_.run();
        pause = std::min(2 * pause, kLongestPause);
      }
    }
    throw std::runtime_error(
        "the venue does not answer: " +
        (answer.message.empty() ? std::string(to_string(answer.outcome)) : answer.message) +
        "; the same command goes on where it stopped");
  }

  Duration interval_;
  SystemClock clock_;
  net::IoLoop loop_;
  weex::CandleHistory history_;
};

DownloadPlan plan_of(const DownloadOptions& options) {
  DownloadPlan plan;
  plan.pairs = chosen_pairs(options.pairs, all_pairs());
  const auto interval = parse_interval(options.interval);
  if (!interval ||
      (*interval != 1min && *interval != 5min && *interval != 15min && *interval != 1h)) {
    throw UsageError("--interval: " + options.interval + " is none of 1m, 5m, 15m, 1h");
  }
  plan.interval = *interval;
  plan.from = parse_utc_day("--from", options.from);
  plan.to = parse_utc_day("--to", options.to);
  if (plan.from >= plan.to) {
    throw UsageError("--to: " + options.to + " is not after --from " + options.from +
                     " (the last day is not included)");
  }
  if (options.weight < 5 || options.weight > 500) {
    throw UsageError("--weight must be 5 to 500, the venue's limit per ten seconds");
  }
  plan.out = options.out;
  return plan;
}

Json to_json(const PairDownload& pair) {
  Json holes = Json::array();
  for (const CandleHole& h : pair.holes) {
    holes.push_back({{"from_ms", h.from.ms()}, {"to_ms", h.to.ms()}, {"missing", h.rows}});
  }
  return {{"rows", pair.rows},           {"fetched", pair.fetched},     {"pages", pair.pages},
          {"days_kept", pair.days_kept}, {"until_ms", pair.until.ms()}, {"gaps", holes}};
}

void print_pair(const PairDownload& pair, Timestamp wanted_to) {
  std::printf("%-8.*s %9llu rows, %llu fetched in %llu pages, %llu days kept, %zu gaps\n",
              static_cast<int>(pair.symbol.compact().size()), pair.symbol.compact().data(),
              static_cast<unsigned long long>(pair.rows),
              static_cast<unsigned long long>(pair.fetched),
              static_cast<unsigned long long>(pair.pages),
              static_cast<unsigned long long>(pair.days_kept), pair.holes.size());
  for (const CandleHole& h : pair.holes) {
    std::printf("         the venue has no rows from %lld to %lld (%llu missing)\n",
                static_cast<long long>(h.from.ms()), static_cast<long long>(h.to.ms()),
                static_cast<unsigned long long>(h.rows));
  }
  if (pair.until < wanted_to) {
    std::printf("         rows from %lld on are not there yet\n",
                static_cast<long long>(pair.until.ms()));
  }
}

int run_download(const DownloadOptions& options) {
  const DownloadPlan plan = plan_of(options);
  VenuePages venue(settings_from(options.config).exchange, plan.interval, options.weight);
  std::vector<PairDownload> pairs;
  {
    ProgressBar bar("download", days_of(plan));
    pairs = download_candles(plan, venue, [&](std::size_t done) { bar.show(done); });
  }
  if (options.json) {
    Json by_pair = Json::object();
    for (const PairDownload& pair : pairs) {
      by_pair[std::string(pair.symbol.name())] = to_json(pair);
    }
    std::printf("%s\n", Json{{"out", plan.out}, {"interval", options.interval}, {"pairs", by_pair}}
                            .dump(2)
                            .c_str());
    return 0;
  }
  for (const PairDownload& pair : pairs) {
    print_pair(pair, plan.to);
  }
  return 0;
}

} // namespace

void add_download(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<DownloadOptions>();
  CLI::App* command =
      root.add_subcommand("download", "Candles from the venue into candle files; resumable");
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_option("--pairs", options->pairs, "Pairs, e.g. BTC,ETH (default: all eight)")
      ->delimiter(',');
  command->add_option("--interval", options->interval, "1m, 5m, 15m or 1h")->capture_default_str();
  command->add_option("--from", options->from, "First UTC day, YYYY-MM-DD")->required();
  command->add_option("--to", options->to, "UTC day after the last")->required();
  command->add_option("--out", options->out, "Folder of the candle files")->required();
  command
      ->add_option("--weight", options->weight,
                   "Share of the venue's 500 weight per ten seconds; a page costs 5")
      ->capture_default_str();
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return run_download(*options); }; });
}

} // namespace rg::app
