#include "app/candle_download.hpp"

#include "app/commands.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/write_whole_file.hpp"
#include "infra/market/candle_file.hpp"

#include <algorithm>
#include <filesystem>

namespace rg::app {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Duration kDay = 24h;

std::string day_text(Timestamp day) { // YYYYMMDD
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Duration>(Duration{day.ns()})));
  const int number = static_cast<int>(date.year()) * 10'000 +
                     static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
                     static_cast<int>(static_cast<unsigned>(date.day()));
  return std::to_string(number);
}

std::string file_of(const DownloadPlan& plan, Symbol symbol, Timestamp day) {
  const std::string name = std::string(symbol.compact()) + "-" + interval_text(plan.interval) +
                           "-" + day_text(day) + "-" + day_text(day) + ".csv";
  return (fs::path(plan.out) / name).string();
}

std::string csv_of(const std::map<Timestamp, CandleRow>& rows) {
  std::string text = "ts_ms,open,high,low,close,volume\n";
  for (const auto& [open, row] : rows) {
    text += std::to_string(open.ms()) + ',' + row.open.text() + ',' + row.high.text() + ',' +
            row.low.text() + ',' + row.close.text() + ',' + row.volume.text() + '\n';
  }
  return text;
}

/// What an earlier run left of the day; empty when it is not there or not readable.
std::vector<Timestamp> kept_rows(const std::string& path) {
  std::error_code ignored;
  std::vector<Timestamp> open_times;
  if (!fs::is_regular_file(path, ignored)) {
    return open_times;
  }
  const auto series = load_candles(path);
  if (series) {
    for (const Bar& bar : series->bars) {
      open_times.push_back(bar.open_time);
    }
  }
  return open_times;
}

/// Collects the rows that are there, in time order, and what lies between them.
class HoleFinder {
public:
  HoleFinder(Duration interval, Timestamp from) : interval_(interval), next_(from) {}
  void take(Timestamp open) {
    gap_until(open);
    next_ = open + interval_;
  }
  void gap_until(Timestamp open) {
    if (open > next_) {
      holes_.push_back({next_, open, static_cast<std::uint64_t>((open - next_) / interval_)});
      next_ = open;
    }
  }
  [[nodiscard]] std::vector<CandleHole> holes() && { return std::move(holes_); }

private:
  Duration interval_;
  Timestamp next_;
  std::vector<CandleHole> holes_;
};

} // namespace

std::size_t days_of(const DownloadPlan& plan) {
  return plan.pairs.size() * static_cast<std::size_t>((plan.to - plan.from) / kDay);
}

std::map<Timestamp, CandleRow> fetch_rows(CandlePages& venue, Symbol symbol, Timestamp begin,
                                          Timestamp end, std::uint64_t& pages) {
  std::map<Timestamp, CandleRow> rows;
  Timestamp ask_until = end;
  for (;;) {
    const std::vector<CandleRow> page = venue.page(symbol, ask_until);
    ++pages;
    Timestamp oldest = ask_until;
    for (const CandleRow& row : page) {
      oldest = std::min(oldest, row.open_time);
      if (row.open_time >= begin && row.open_time < end) {
        rows.emplace(row.open_time, row);
      }
    }
    if (page.empty() || oldest <= begin || oldest >= ask_until) {
      return rows; // reached, or nothing older exists
    }
    ask_until = oldest;
  }
}

std::vector<PairDownload> download_candles(const DownloadPlan& plan, CandlePages& venue,
                                           const std::function<void(std::size_t)>& progress) {
  std::error_code failure;
  fs::create_directories(plan.out, failure);
  if (failure) {
    throw UsageError(plan.out + ": cannot be made: " + failure.message());
  }
  std::vector<PairDownload> all;
  std::size_t done = 0;
  for (const Symbol symbol : plan.pairs) {
    PairDownload result;
    result.symbol = symbol;
    const Timestamp forming = venue.forming(symbol);
    result.until = forming == Timestamp{} ? plan.from : std::clamp(forming, plan.from, plan.to);
    HoleFinder holes(plan.interval, plan.from);
    for (Timestamp day = plan.from; day < plan.to; day = day + kDay) {
      const Timestamp end = std::min(day + kDay, result.until);
      const std::string path = file_of(plan, symbol, day);
      std::vector<Timestamp> open_times = kept_rows(path);
      // A day whose last row is there was written when it was over: nothing of it can come later.
      const bool whole = !open_times.empty() && open_times.back() + plan.interval >= day + kDay;
      if (whole) {
        ++result.days_kept;
      } else if (day < end) {
        const auto rows = fetch_rows(venue, symbol, day, end, result.pages);
        result.fetched += rows.size();
        open_times.clear();
        for (const auto& [open, row] : rows) {
          open_times.push_back(open);
        }
        if (!rows.empty()) {
          if (const auto written = write_whole_file(path, csv_of(rows)); !written) {
            throw UsageError(written.error().text());
          }
        }
      }
      for (const Timestamp open : open_times) {
        holes.take(open);
      }
      result.rows += open_times.size();
      progress(++done);
    }
    holes.gap_until(result.until);
    result.holes = std::move(holes).holes();
    all.push_back(std::move(result));
  }
  return all;
}

} // namespace rg::app
