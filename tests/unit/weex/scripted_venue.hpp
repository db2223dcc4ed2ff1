#pragma once
// A venue that answers what the test tells it to, on the loop of the client under test.

#include "infra/ports/gateway.hpp"
#include "infra/ports/market_data.hpp"
#include "infra/weex/credentials.hpp"
#include "infra/weex/weex_options.hpp"
#include "messages/settings/settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace rg::weex::test {

using namespace std::chrono_literals;

/// What came, in order; next() waits for it.
template <class T> class Inbox {
public:
  void push(T value) {
    const std::lock_guard guard(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all(); // under the lock: who waits may end this object at once
  }
  T next() {
    std::unique_lock lock(mutex_);
    const bool came =
        changed_.wait_for(lock, net::test::kPatience, [&] { return !values_.empty(); });
    REQUIRE(came);
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  bool empty() {
    const std::lock_guard guard(mutex_);
    return values_.empty();
  }
  template <class F> bool any(F matches) {
    const std::lock_guard guard(mutex_);
    return std::any_of(values_.begin(), values_.end(), matches);
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
};

class Heard final : public GatewayListener, public MarketListener {
public:
  void on_answer(const ChangeAnswer& a) override { changes.push(a); }
  void on_answer(const QueryAnswer& a) override { queries.push(a); }
  void on_order(const VenueOrderUpdate& u) override { orders.push(u.order); }
  void on_fill(const Fill& f) override { fills.push(f); }
  void on_account(const AccountSnapshot& a) override { accounts.push(a); }
  void on_position(const Position& p) override { positions.push(p); }
  void on_cash_flow(const CashFlow& c) override { cash.push(c); }
  void on_link(const LinkEvent& e) override { links.push(e); }
  void on_tick(const Tick& t) override { ticks.push(t); }
  void on_candle(const CandleRow& c) override { candles.push(c); }
  void on_gap(const FeedGap& g) override { gaps.push(g); }

  LinkEvent next_link(Link link) {
    LinkEvent event = links.next();
    while (event.link != link) {
      event = links.next();
    }
    return event;
  }
  bool has_link(Link link) {
    return links.any([&](const LinkEvent& e) { return e.link == link; });
  }

  Inbox<ChangeAnswer> changes;
  Inbox<QueryAnswer> queries;
  Inbox<VenueOrder> orders;
  Inbox<Fill> fills;
  Inbox<AccountSnapshot> accounts;
  Inbox<Position> positions;
  Inbox<CashFlow> cash;
  Inbox<LinkEvent> links;
  Inbox<Tick> ticks;
  Inbox<CandleRow> candles;
  Inbox<FeedGap> gaps;
};

class ScriptedVenue {
  struct Accepted {
    std::shared_ptr<net::WsSession> socket;
    std::vector<net::Header> headers;
    Inbox<std::string> texts;
    Inbox<int> closed;
  };

public:
  /// One accepted websocket, used from the test's thread.
  class Session {
  public:
    Session(ScriptedVenue& venue, std::shared_ptr<Accepted> accepted)
        : venue_(venue), accepted_(std::move(accepted)) {}
    std::string next() { return accepted_->texts.next(); }
    void send(const std::string& text) {
      venue_.t.loop.post([socket = accepted_->socket, text] { socket->send(text); });
    }
    void drop() {
      venue_.t.loop.post([socket = accepted_->socket] { socket->drop(); });
    }
    void wait_closed() { static_cast<void>(accepted_->closed.next()); }
    std::string header(std::string_view name) const {
      for (const auto& [key, value] : accepted_->headers) {
        if (key == name) {
          return value;
        }
      }
      return "absent";
    }
    /// Answers every private subscription.
    void acknowledge_all(std::size_t count = 4) {
      for (std::size_t i = 0; i < count; ++i) {
        std::string text = next();
        send(text.replace(text.find("subscribe"), 9, "subscribed"));
      }
    }

  private:
    ScriptedVenue& venue_;
    std::shared_ptr<Accepted> accepted_;
  };

  ScriptedVenue() {
    answer("time", 200, "");
    server_ = std::make_unique<net::HttpServer>(
        t.loop, net::ServerOptions{},
        [this](net::ServerRequest request, const std::function<void(net::HttpResponse)>& reply) {
          reply(answer_to(request.http.target));
          if (request.http.target.find("market/time") == std::string::npos || told_time_) {
            requests.push(std::move(request.http));
          }
        },
        [this](const net::ServerRequest& request, const std::shared_ptr<net::WsSession>& socket,
               net::WsHandler& handler) -> std::optional<net::HttpResponse> {
          if (refusals_left_ > 0) {
            --refusals_left_;
            ++refused_;
            return net::HttpResponse{401, {}, "no"};
          }
          const auto accepted = std::make_shared<Accepted>();
          accepted->socket = socket;
          accepted->headers = request.http.headers;
          handler.on_text = [accepted](std::string_view text) {
            accepted->texts.push(std::string(text));
          };
          handler.on_close = [accepted] { accepted->closed.push(1); };
          sessions_.push(accepted);
          return std::nullopt;
        });
  }
  ~ScriptedVenue() { server_.reset(); }
  ScriptedVenue(const ScriptedVenue&) = delete;
  ScriptedVenue& operator=(const ScriptedVenue&) = delete;

  /// From now on, every target that contains `part` is answered so.
  void answer(const std::string& part, int status, const std::string& body,
              std::vector<net::Header> headers = {}) {
    const std::lock_guard guard(mutex_);
    told_time_ = told_time_ || (part == "time" && !body.empty());
    answers_[part] = {status, std::move(headers), body};
  }
  void refuse_handshakes(int count) { refusals_left_ = count; }
  [[nodiscard]] int refused() const { return refused_; }
  Session session() { return {*this, sessions_.next()}; }

  [[nodiscard]] ExchangeSettings settings() const {
    ExchangeSettings s;
    s.rest_url = net::test::base_url(*server_);
    s.ws_public_url = net::test::base_url(*server_, "ws") + "/v2/ws/public";
    s.ws_private_url = net::test::base_url(*server_, "ws") + "/v2/ws/private";
    return s;
  }
  static Credentials credentials() {
    return {Secret("test-key"), Secret("test-secret"), Secret("test-pass")};
  }

  net::test::LoopThread t;
  Inbox<net::HttpRequest> requests; ///< clock probes left out unless the test answers them

private:
  net::HttpResponse answer_to(const std::string& target) {
    const std::lock_guard guard(mutex_);
    for (const auto& [part, response] : answers_) {
      if (target.find(part) != std::string::npos) {
        if (part == "time" && response.body.empty()) { // the venue's clock is ours
          const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch());
          return {200, {}, "{\"timestamp\":" + std::to_string(now.count()) + "}"};
        }
        return response;
      }
    }
    return {404, {}, "not scripted"};
  }

  std::mutex mutex_;
  std::map<std::string, net::HttpResponse> answers_;
  std::atomic<bool> told_time_ = false;
  std::atomic<int> refusals_left_ = 0, refused_ = 0;
  Inbox<std::shared_ptr<Accepted>> sessions_;
  std::unique_ptr<net::HttpServer> server_;
};

} // namespace rg::weex::test
