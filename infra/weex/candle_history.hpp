#pragma once
// Past candles by REST, a page at a time, within a weight budget of its own: for `download`.

#include "infra/net/io_loop.hpp"
#include "infra/ports/clock.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <functional>
#include <memory>

namespace rg::weex {

class CandleHistory {
public:
  static constexpr int kPage = 100; ///< rows that the venue gives at most

  /// @param weight_per_ten_seconds  of the venue's 500; an engine at the same address needs the
  /// rest.
  CandleHistory(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
                int weight_per_ten_seconds);
  ~CandleHistory();

  /// The newest page of rows that open at or before `end` (data time), oldest first. After a 429
  /// the next call waits as long as the venue said. `done` runs on the loop's thread.
  void ask(Symbol symbol, Duration interval, Timestamp end, std::function<void(CandleAnswer)> done);
  /// The newest rows there are; the last one is still forming.
  void ask_newest(Symbol symbol, Duration interval, std::function<void(CandleAnswer)> done);

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::weex
