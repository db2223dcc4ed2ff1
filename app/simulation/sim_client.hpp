#pragma once
// The engine's gateway in a simulated run. Requests and answers, and every frame of the private
// stream, pass as the bytes of protocol v2: our codec on one side, the exchange's on the other,
// with latency and faults in between. What lies around the codec (clock offset, client ids of
// fills, balances after pushes, reconnection) follows infra/weex's gateway, on virtual time instead
// of an io loop.

#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "app/simulation/sim_venue.hpp"
#include "infra/market/random_stream.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/weex/clock_offset.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/signer.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace rg::sim {

/// Sees what the engine asks for, before it leaves the process.
class RequestWatch {
public:
  virtual ~RequestWatch() = default;
  virtual void on_request(const ChangeRequest& request) = 0;
  /// Requests are failing, or the private stream is down, until then at least (wall).
  virtual void on_impaired(Timestamp until) = 0;
};

class SimClient final : public Gateway, public std::enable_shared_from_this<SimClient> {
public:
  SimClient(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, std::uint64_t seed,
            RequestWatch& watch);

  void start();
  /// The process ends: nothing that is on its way reaches anybody.
  void stop();
  /// Events at the exchange, to be pushed over the private stream.
  void push(const std::vector<exchange::CoreEvent>& events);
  [[nodiscard]] bool stream_up() const { return stream_up_; }

  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override {} // built when it is sent
  void send(RequestId id, const ChangeRequest& request) override;
  void ask(RequestId id, const Query& query) override;
  [[nodiscard]] std::uint64_t malformed_frames() const { return malformed_; }

private:
  struct Reply {
    bool not_sent = false, unknown = false; ///< transport failures
    int status = 0;
    std::string body; ///< followed by the parser's padding in `padded`
    Timestamp sent, received;
  };
  using Done = std::function<void(SimClient&, Reply)>;
  struct Question {
    RequestId id = 0;
    Query query;
    weex::PageState page;
    bool repeated = false;
    QueryAnswer answer;
    std::function<void(SimClient&, QueryAnswer)> done;
  };
  using QuestionPtr = std::shared_ptr<Question>;

  // sim_client.cpp: requests
  [[nodiscard]] net::HttpRequest sign(const weex::WireRequest& wire) const;
  void call(const weex::WireRequest& wire, bool change, Done done);
  void execute(const std::shared_ptr<net::HttpRequest>& request, Duration down, int status,
               Timestamp sent, Done done);
  void reply_at(Timestamp when, Reply reply, Done done);
  void on_change_answer(RequestId id, const ChangeRequest& request, const Reply& reply);
  void note(weex::Reaction reaction);
  [[nodiscard]] Duration latency();
  // sim_client_questions.cpp
  void ask(RequestId id, const Query& query, std::function<void(SimClient&, QueryAnswer)> done);
  void ask_page(const QuestionPtr& question);
  void on_page(const QuestionPtr& question, const Reply& reply);
  void finish(const QuestionPtr& question, RequestOutcome outcome, std::string message);
  void complete(weex::QueryPayload& payload);
  void sync_clock(int probes);
  void refresh_account();
  void read_bills();
  // sim_client_stream.cpp
  void open_stream(Duration delay);
  void drop_stream();
  void push_frame(const exchange::CoreEvent& event);
  void deliver_frame(Timestamp when, std::string text);
  void on_text(const std::string& text);
  void on_frame();
  template <class Action> void after(Duration delay, Action action) {
    agenda_.after(delay, [weak = weak_from_this(), action] {
      if (const auto self = weak.lock(); self && self->running_) {
        action(*self);
      }
    });
  }
  [[nodiscard]] std::string_view padded(const std::string& text);

  SimAgenda& agenda_;
  SimVenue& venue_;
  FaultInjector& faults_;
  RandomStream random_;
  RequestWatch& watch_;
  std::unique_ptr<weex::Codec> codec_;
  weex::Signer signer_;
  weex::ClockOffset offset_;
  GatewayListener* listener_ = nullptr;
  bool running_ = true, stream_up_ = false;
  std::uint64_t stream_generation_ = 0;
  Timestamp stream_clear_; ///< the last frame in order arrives then
  Timestamp paused_until_; ///< questions wait after a 429
  weex::PrivateFrame frame_;
  std::string buffer_;
  exchange::JsonWriter writer_;

  std::map<VenueOrderId, ClientOrderId> client_ids_;
  std::map<VenueOrderId, std::uint64_t> order_versions_;
  std::array<std::uint64_t, 2 * Symbol::kCount> position_versions_{};
  std::set<std::uint64_t> known_bills_;
  Timestamp newest_bill_;
  bool bills_primed_ = false, bills_running_ = false, bills_again_ = false;
  bool account_running_ = false, account_again_ = false, account_wait_ = false;
  bool syncing_ = false;
  std::uint64_t malformed_ = 0;
};

} // namespace rg::sim
