#pragma once
// Bars and market paths for tests of the models.

#include "actors/numerics/seeded_random.hpp"
#include "messages/market/bar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace rg::test {

using namespace std::chrono_literals;

/// 2025-01-01 00:00 UTC.
inline constexpr Timestamp kMarketStart = Timestamp::from_ms(1'735'689'600'000);

inline Price price_of(double value) {
  return Price::from_double(value, Rounding::nearest);
}

/// A bar from four prices, opening at kMarketStart + index × length.
inline Bar make_bar(Symbol symbol, std::int64_t index, Duration length, double open, double high,
                    double low, double close, double volume = 100.0) {
  Bar bar;
  bar.symbol = symbol;
  bar.open_time = kMarketStart + length * index;
  bar.length = length;
  bar.open = price_of(open);
  bar.high = price_of(std::max({open, high, close}));
  bar.low = price_of(std::min({open, low, close}));
  bar.close = price_of(close);
  bar.volume = Quantity::from_double(volume, Rounding::nearest);
  return bar;
}

/// A pipeline bar whose four prices span from the previous close to this one.
inline PipelineBar step_bar(std::int64_t index, double from, double to, double volume = 100.0,
                            std::uint32_t gap_slots = 0, Symbol symbol = {}) {
  return {make_bar(symbol, index, 15min, from, std::max(from, to), std::min(from, to), to, volume),
          gap_slots};
}

/// Closes of a path of log returns from a first price.
inline std::vector<double> path_of(double first, const std::vector<double>& log_returns) {
  std::vector<double> prices{first};
  for (const double r : log_returns) {
    prices.push_back(prices.back() * std::exp(r));
  }
  return prices;
}

/// The market data beside the checkout, or where RG_MARKET_DATA says; empty when there is none.
inline std::string market_data_folder(const std::string& name) {
  const char* told = std::getenv("RG_MARKET_DATA");
  const std::filesystem::path root = told != nullptr ? told : "../shared/market-data";
  const std::filesystem::path folder = root / name;
  return std::filesystem::is_directory(folder) ? folder.string() : std::string{};
}

} // namespace rg::test
