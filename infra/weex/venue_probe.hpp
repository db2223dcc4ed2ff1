#pragma once
// What people ask and set at the venue beyond the Gateway port: which generations of the protocol
// it still serves, margin and position modes, trigger orders of before, and whether the key may
// trade. It has no way to place an order.

#include "infra/net/io_loop.hpp"
#include "infra/ports/clock.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/credentials.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rg::weex {

struct ProbeAnswer {
  RequestOutcome outcome = RequestOutcome::ok;
  std::string message; ///< the venue's or the transport's words; never a secret
};

struct ModesAnswer {
  ProbeAnswer answer;
  std::vector<PairModes> modes; ///< by symbol
};

struct TriggerHistory {
  ProbeAnswer answer;
  std::vector<VenueOrder> orders; ///< by pair as asked, then oldest first
};

/// All calls on the loop's thread; answers too.
class VenueProbe {
public:
  /// @param credentials  absent: public questions only
  VenueProbe(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
             const std::optional<Credentials>& credentials);
  ~VenueProbe();

  /// @param api  "v2" or "v3", whether it is the configured one or not.
  void ask_generation(const std::string& api, std::function<void(ProbeAnswer)> done);
  void ask_modes(std::function<void(ModesAnswer)> done);
  /// The venue refuses while the pair has a position or an order.
  void set_modes(const PairModes& wanted, std::function<void(ProbeAnswer)> done);
  /// All pages of each pair.
  void ask_trigger_history(std::vector<Symbol> pairs, std::function<void(TriggerHistory)> done);
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
