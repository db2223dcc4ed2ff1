#pragma once
// Inside of WeexGateway, split over gateway.cpp (port, changes), gateway_questions.cpp (queries,
// clock, balances) and gateway_stream.cpp (private websocket).

#include "infra/weex/gateway.hpp"
#include "infra/weex/rest_channel.hpp"
#include "infra/weex/stream_link.hpp"

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>

namespace rg::weex {

/// Remembers the newest `kMost` keys; nothing iterates over it.
template <class Value> class RecentMap {
public:
  static constexpr std::size_t kMost = 8192;
  Value& operator[](std::uint64_t key) {
    const auto [it, inserted] = values_.try_emplace(key);
    if (inserted) {
      order_.push_back(key);
      if (order_.size() > kMost) {
        values_.erase(order_.front());
        order_.pop_front();
      }
    }
    return it->second;
  }
  [[nodiscard]] const Value* find(std::uint64_t key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? nullptr : &it->second;
  }

private:
  std::unordered_map<std::uint64_t, Value> values_;
  std::deque<std::uint64_t> order_;
};

struct WeexGateway::Impl : std::enable_shared_from_this<WeexGateway::Impl> {
  struct Prepared {
    net::HttpRequest http;
    int weight = 0;
    Timestamp built; // wall
  };
  struct Question {
    RequestId id = 0;
    Query query;
    PageState page;
    bool repeated = false; // after a refused timestamp, once
    QueryAnswer answer;
    std::function<void(QueryAnswer)> done;
  };
  using QuestionPtr = std::shared_ptr<Question>;

  net::Transport& transport;
  const Clock& clock;
  WeexOptions options;
  std::unique_ptr<Codec> codec;
  RestChannel rest;
  std::unique_ptr<StreamLink> stream;
  net::TlsTrust trust;
  std::string private_url;
  GatewayListener* listener = nullptr;
  GatewayStats stats;
  PrivateFrame frame;

  std::map<RequestId, Prepared> prepared;
  RecentMap<ClientOrderId> client_ids;     // by venue order id: fills do not carry them
  RecentMap<std::uint64_t> order_versions; // newest push per order
  std::array<std::uint64_t, 2 * Symbol::kCount> position_versions{};
  std::array<Quantity, Symbol::kCount> learned_steps{}; // from refusals (weex-api §8.2)
  std::array<std::optional<Timestamp>, Symbol::kCount> refused_pairs{}; // wall, newest refusal
  std::set<std::uint64_t> known_bills;
  bool bills_primed = false, bills_running = false, bills_again = false;
  Timestamp newest_bill; // data time
  bool account_running = false, account_again = false;
  std::optional<Timer::Token> account_wait, clock_timer, warm_timer;
  bool syncing = false, rest_up = false, running = false;
  int failures = 0;

  Impl(net::Transport& t, const Clock& c, const ExchangeSettings& exchange,
       const Credentials& credentials, const WeexOptions& o);
  void start();
  void stop();

  // gateway.cpp
  [[nodiscard]] Prepared build(const ChangeRequest& request) const;
  void send(RequestId id, const ChangeRequest& request);
  void on_change_answer(RequestId id, const ChangeRequest& request, const RestAnswer& answer);
  /// Rest link up or down, 429 and clock refusals: what every answer tells besides itself.
  void note_transport(const RestAnswer& answer);
  void note_reaction(Reaction reaction, const RestAnswer& answer);
  void upload(const AiLogUpload& upload,
              std::function<void(RequestOutcome, const std::string&)> done);
  void tell_link(Link link, bool up);

  // gateway_questions.cpp
  void ask(RequestId id, const Query& query, std::function<void(QueryAnswer)> done);
  void ask_page(const QuestionPtr& question);
  void on_page(const QuestionPtr& question, const RestAnswer& answer);
  void finish(const QuestionPtr& question, RequestOutcome outcome, std::string message);
  void complete_payload(QueryPayload& payload);
  void sync_clock(int probes, std::function<void()> done);
  void refresh_account();
  void read_bills();

  // gateway_stream.cpp
  void open_stream();
  void on_text(std::string_view text);
  void on_orders();
  void on_fills();
  void on_positions();
  void on_account();

  template <class Action> Timer::Token after(Duration delay, Action action) {
    return transport.timer().after(delay, [weak = weak_from_this(), action] {
      if (const auto self = weak.lock()) {
        action(*self);
      }
    });
  }
  void cancel(std::optional<Timer::Token>& token) {
    if (token) {
      transport.timer().cancel(*std::exchange(token, std::nullopt));
    }
  }
};

} // namespace rg::weex
