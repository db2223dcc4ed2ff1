#pragma once
// Signed REST requests within the weight budget. Changes go out at once; questions wait their turn.

#include "infra/net/transport.hpp"
#include "infra/ports/clock.hpp"
#include "infra/weex/clock_offset.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/credentials.hpp"
#include "infra/weex/weex_options.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace rg::weex {

/// An answer with the wall times between which it was on its way.
struct RestAnswer {
  net::HttpResult http;
  Timestamp sent, received;
};

/// All calls on the transport's thread. No callback after destruction.
class RestChannel {
public:
  using Done = std::function<void(RestAnswer)>;

  /// @param credentials  absent: public questions only
  RestChannel(net::Transport& transport, const Clock& clock, const std::string& rest_url,
              const net::TlsTrust& trust, const std::optional<Credentials>& credentials,
              const WeexOptions& options);
  ~RestChannel();
  RestChannel(const RestChannel&) = delete;
  RestChannel& operator=(const RestChannel&) = delete;

  /// Headers and, for private requests, the signature with the venue's present time.
  [[nodiscard]] net::HttpRequest build(const WireRequest& request) const;
  /// Sends at once; the weight counts.
  void send(net::HttpRequest request, int weight, Done done);
  /// Sends when the budget allows and no 429 is being waited out, in the order of the calls. What a
  /// 429 turned away goes again after the pause, as often as the options say. For questions alone.
  void ask(WireRequest request, Done done);

  void warm_up();
  [[nodiscard]] ClockOffset& offset();
  /// A 429 came: questions pause for `told`, or for ten seconds, doubling when the next one comes
  /// after the pause. Those of requests that were on their way together are one.
  void back_off(Duration told);
  [[nodiscard]] Timestamp paused_until() const; ///< steady time
  void on_success();                            ///< ends the doubling
  /// For the private websocket's handshake.
  [[nodiscard]] std::vector<net::Header> stream_headers(std::string_view path) const;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// `Retry-After` in seconds; zero when absent or unreadable.
[[nodiscard]] Duration retry_after(const net::HttpResult& result);

/// The venue's verdict on an answer that arrived or not.
[[nodiscard]] RequestOutcome outcome_of_transport(net::HttpFailure failure);

} // namespace rg::weex
