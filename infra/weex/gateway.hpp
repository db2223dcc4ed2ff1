#pragma once
// The Gateway port over WEEX: REST for requests and questions, the private websocket for news.

#include "infra/net/transport.hpp"
#include "infra/ports/clock.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/credentials.hpp"
#include "infra/weex/weex_options.hpp"
#include "messages/settings/settings.hpp"

#include <functional>
#include <memory>

namespace rg::weex {

/// Venue clock minus ours, as used for signing.
struct ClockEstimate {
  bool known = false;
  Duration offset{}, uncertainty{};
};

struct GatewayStats {
  std::uint64_t changes = 0, questions = 0; ///< HTTP requests of each kind
  std::uint64_t rate_limited = 0;           ///< 429 answers
  std::uint64_t clock_refusals = 0;         ///< 40008 answers
  std::uint64_t malformed_answers = 0, malformed_frames = 0;
  std::uint64_t foreign_rows = 0; ///< orders, fills, positions of contracts outside the eight
  std::uint64_t late_updates = 0; ///< pushes older than what was known; dropped
  std::uint64_t private_connects = 0;
  bool private_up = false;          ///< the private stream delivers
  Timestamp questions_paused_until; ///< steady time; after a 429
};

/// Constructed and used on the transport's thread (or before its loop runs). Signing happens on
/// that thread.
///
/// Changes are never repeated here. `prepare` builds and signs; `send` uses those bytes while their
/// stamp is younger than five seconds, else signs again. Questions queue within the weight budget.
class WeexGateway final : public Gateway {
public:
  /// Without credentials (all parts empty) it asks public questions alone; start() and private
  /// requests are then against the contract. Throws std::invalid_argument for bad URLs or an
  /// unknown api, std::runtime_error for a CA file that cannot be read.
  WeexGateway(net::Transport& transport, const Clock& clock, const ExchangeSettings& exchange,
              const Credentials& credentials, const WeexOptions& options = {});
  ~WeexGateway() override;

  /// Measures the clock, then connects the private stream. Call after set_listener.
  void start();
  void stop();

  void set_listener(GatewayListener* listener) override;
  void prepare(RequestId id, const ChangeRequest& request) override;
  void send(RequestId id, const ChangeRequest& request) override;
  void ask(RequestId id, const Query& query) override;

  /// Uploads one AI log. rate_limited, not_sent and unknown: try again later, a repeat does no
  /// harm.
  void upload_ai_log(const AiLogUpload& upload,
                     std::function<void(RequestOutcome, const std::string& message)> done);

  [[nodiscard]] ClockEstimate clock_estimate() const;
  [[nodiscard]] GatewayStats stats() const;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::weex
