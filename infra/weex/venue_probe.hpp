#pragma once
// What `doctor` asks the venue beyond the Gateway port: which generations of the protocol it still
// serves, which margin mode each pair is in, and whether the key may trade. Changes nothing.

#include "infra/net/io_loop.hpp"
#include "infra/ports/clock.hpp"
#include "infra/weex/credentials.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rg::weex {

struct ProbeAnswer {
  RequestOutcome outcome = RequestOutcome::ok;
  std::string message; ///< the venue's or the transport's words; never a secret
};

struct MarginModeAnswer {
  ProbeAnswer answer;
  std::vector<std::pair<Symbol, bool>> cross; ///< pair → cross margin (which this engine needs)
};

/// All calls on the loop's thread; answers too.
class VenueProbe {
public:
  /// @param credentials  absent: public questions only
  VenueProbe(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
             const std::optional<Credentials>& credentials);
  ~VenueProbe();

  /// @param api  "v2" or "v3", whether this program speaks it or not.
  void ask_generation(const std::string& api, std::function<void(ProbeAnswer)> done);
  void ask_margin_modes(std::function<void(MarginModeAnswer)> done);
  /// Asks to cancel an order that does not exist: a key without the right to trade is told so
  /// before the order is looked for. ok = may trade.
  void ask_trade_permission(std::function<void(ProbeAnswer)> done);
  /// Signatures carry the venue's time from here on.
  void set_clock(const ServerTime& sample);

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::weex
