#pragma once
// What the engine says of itself every second, for a watchdog that shares nothing with it but a
// file.

#include "messages/account/account_snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rg {

struct Heartbeat {
  struct Held {
    Symbol symbol;
    PositionSide side = PositionSide::long_side;
    Quantity quantity;
    Price stop_price; ///< 0 = none seen at the venue yet
  };
  std::string run_id;
  std::int64_t pid = 0;
  Timestamp wall;        ///< when the hot thread last published its state
  Timestamp blind_since; ///< wall; zero = it sees the venue
  bool starting = true;  ///< nothing has been taken over yet
  bool ended = false;
  std::string end_reason;    ///< empty after an ordered end
  std::string tier;          ///< of the kill switch
  std::vector<Symbol> pairs; ///< that it manages
  std::vector<Held> held;    ///< positions as it believes them
};

} // namespace rg
