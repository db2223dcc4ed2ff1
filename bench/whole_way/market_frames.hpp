#pragma once

#include "messages/market/bar.hpp"

#include <string>
#include <vector>

namespace rg::bench {

/// One minute of one pair as the public websocket pushes it, with the bytes that JSON readers want
/// readable behind it.
struct Frame {
  std::string bytes; ///< frame, then padding
  std::size_t size = 0;
  Symbol symbol;
  Bar bar; ///< the row's content, finished
  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

/// All pairs' kline frames of a seeded synthetic market, minute by minute; the frames of one minute
/// stand together. The first `warm_up_minutes` only warm the models.
struct FrameTape {
  std::uint32_t warm_up_minutes = 15'000;
  std::vector<std::vector<Frame>> minutes;
};
[[nodiscard]] FrameTape make_tape(std::uint64_t seed, std::uint32_t trading_minutes);

} // namespace rg::bench
