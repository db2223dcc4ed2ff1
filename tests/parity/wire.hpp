#pragma once
// The exchange and the wire to it in one thread and virtual time: our codec writes the request's
// bytes, the exchange's own handlers answer them, our codec reads the answer and every pushed
// frame.

#include "infra/exchange/rest_api.hpp"
#include "infra/exchange/streams.hpp"
#include "infra/market/synthetic_market.hpp"
#include "infra/weex/codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_time.hpp"

#include <deque>

namespace rg::test {

inline constexpr const char* kSecret = "rg-demo-secret-0123456789abcdef";
inline const Notional kDeposit = Notional::from_raw(10'000 * kFixedScale);

struct Socket final : net::WsSession {
  std::deque<std::string> sent;
  void send(std::string text) override { sent.push_back(std::move(text)); }
  void close(const std::string&) override {}
  void drop() override {}
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
};

/// Decoders may read a little behind a text.
inline std::string padded(const std::string& text) {
  return text + std::string(weex::json::kPadding, '\0');
}

/// The exchange and the wire to it, both ends in this thread.
class Wire {
public:
  Wire(const std::string& api, std::uint64_t seed, VirtualTime& time)
      : codec_(weex::make_codec(api)), time_(time),
        core_(core_options(), market(seed), exchange::FaultPlan{}), rest_(core_, keys_, {}),
        streams_(core_, keys_, {}, [this] { return time_.now(); }) {
    exchange::ApiKey key;
    key.credentials = {"key", kSecret, "phrase"};
    key.account = core_.add_account(kDeposit);
    keys_.add(key);
    time_.set(core_.data_now());
  }

  [[nodiscard]] net::HttpResponse exchange_of(const weex::WireRequest& wire) {
    net::ServerRequest r = signed_request(wire.method, wire.target, wire.body);
    ++requests;
    return rest_.handle(r, time_.now());
  }
  void open_streams() {
    open(codec_->private_stream_path(), private_socket_, private_handler_);
    open(codec_->public_stream_path(), public_socket_, public_handler_);
    for (const std::string& channel : codec_->private_channels()) {
      private_handler_.on_text(codec_->subscribe(channel));
    }
  }
  void subscribe(Symbol symbol) {
    for (const std::string& channel : codec_->public_channels(symbol)) {
      public_handler_.on_text(codec_->subscribe(channel));
    }
  }
  void step() { REQUIRE(core_.step(time_.now())); }
  /// Takes the frames that are waiting to be read: private ones first.
  template <class OnPrivate, class OnPublic>
  bool take_frames(OnPrivate on_private, OnPublic on_public) {
    streams_.publish(core_.take_events(), time_.now());
    streams_.flush(time_.now());
    bool any = false;
    for (; !private_socket_->sent.empty(); any = true) {
      const std::string text = padded(take(*private_socket_));
      REQUIRE(codec_->decode(body_of(text), private_frame_) == weex::ParseError::none);
      if (private_frame_.kind == weex::FrameKind::ping) {
        private_handler_.on_text(codec_->pong(private_frame_.ping_time));
      }
      on_private(private_frame_);
    }
    for (; !public_socket_->sent.empty(); any = true) {
      const std::string text = padded(take(*public_socket_));
      REQUIRE(codec_->decode(body_of(text), public_frame_) == weex::ParseError::none);
      if (public_frame_.kind == weex::FrameKind::ping) {
        public_handler_.on_text(codec_->pong(public_frame_.ping_time));
      }
      on_public(public_frame_);
    }
    return any;
  }
  static std::string_view body_of(const std::string& text) {
    return {text.data(), text.size() - weex::json::kPadding};
  }
  [[nodiscard]] weex::Codec& codec() { return *codec_; }
  [[nodiscard]] Timestamp wall_now() const { return time_.now(); }
  [[nodiscard]] Timestamp data_now() const { return core_.data_now(); }
  [[nodiscard]] Duration step_length() const { return core_.options().step; }
  [[nodiscard]] Notional equity() const { return core_.equity(0); }
  [[nodiscard]] std::size_t fills() const { return core_.account(0).fills.size(); }
  std::uint64_t requests = 0;

private:
  static exchange::CoreOptions core_options() {
    exchange::CoreOptions options;
    options.step = std::chrono::seconds(5); // shorter than what the guard calls silence
    return options;
  }
  static std::unique_ptr<MarketProcess> market(std::uint64_t seed) {
    SyntheticOptions options;
    options.seed = seed;
    return std::make_unique<SyntheticMarket>(options);
  }
  static std::string take(Socket& socket) {
    std::string text = std::move(socket.sent.front());
    socket.sent.pop_front();
    return text;
  }
  [[nodiscard]] net::ServerRequest signed_request(const std::string& method,
                                                  const std::string& target,
                                                  const std::string& body) const {
    net::ServerRequest r;
    r.remote_address = "127.0.0.1";
    r.http.method = method;
    r.http.target = target;
    r.http.body = body;
    const std::string stamp = std::to_string(time_.now().ms());
    const bool handshake = target.find("/ws/") != std::string::npos;
    const std::string text = stamp + (handshake ? "" : method) + target + body;
    r.http.headers = {{"User-Agent", "test/1"},
                      {"ACCESS-KEY", "key"},
                      {"ACCESS-SIGN", exchange::sign(kSecret, text)},
                      {"ACCESS-TIMESTAMP", stamp},
                      {"ACCESS-PASSPHRASE", "phrase"},
                      {"Content-Type", "application/json"},
                      {"locale", "en-US"}};
    return r;
  }
  void open(std::string_view path, const std::shared_ptr<Socket>& socket, net::WsHandler& handler) {
    const auto refused =
        streams_.open(signed_request("GET", std::string(path), ""), socket, handler);
    REQUIRE(!refused);
  }

  std::unique_ptr<weex::Codec> codec_;
  VirtualTime& time_;
  exchange::KeyRing keys_;
  exchange::ExchangeCore core_;
  exchange::RestApi rest_;
  exchange::Streams streams_;
  std::shared_ptr<Socket> private_socket_ = std::make_shared<Socket>();
  std::shared_ptr<Socket> public_socket_ = std::make_shared<Socket>();
  net::WsHandler private_handler_, public_handler_;
  weex::PrivateFrame private_frame_;
  weex::PublicFrame public_frame_;
};

} // namespace rg::test
