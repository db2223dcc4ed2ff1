// Questions: queries with their pages, the clock, balances and bills after pushes.

#include "app/simulation/sim_client.hpp"

namespace rg::sim {

using namespace std::chrono_literals;
using weex::Reaction;

namespace {
constexpr Duration kBillOverlap = 1h;
constexpr Duration kAccountRefreshMin = 1s;
constexpr Duration kAskAgain = 1s;
constexpr int kMostPages = 200;
} // namespace

void SimClient::ask(RequestId id, const Query& query) {
  if (!running_) {
    return;
  }
  ask(id, query, [](SimClient& self, const QueryAnswer& answer) {
    if (self.listener_ != nullptr) {
      self.listener_->on_answer(answer);
    }
  });
}

void SimClient::ask(RequestId id, const Query& query,
                    std::function<void(SimClient&, QueryAnswer)> done) {
  const auto question = std::make_shared<Question>();
  question->id = id;
  question->query = query;
  question->answer.id = id;
  question->answer.query = query;
  question->done = std::move(done);
  ask_page(question);
}

void SimClient::ask_page(const QuestionPtr& question) {
  if (paused_until_ > agenda_.now()) {
    after(paused_until_ - agenda_.now(), [question](SimClient& self) { self.ask_page(question); });
    return;
  }
  call(codec_->encode(question->query, question->page), false,
       [question](SimClient& self, const Reply& reply) { self.on_page(question, reply); });
}

void SimClient::on_page(const QuestionPtr& question, const Reply& reply) {
  if (reply.unknown || reply.not_sent) {
    finish(question, reply.unknown ? RequestOutcome::unknown : RequestOutcome::not_sent,
           "no answer");
    return;
  }
  weex::VenueError error;
  const weex::ParseError problem = codec_->decode_page(
      question->query, padded(reply.body), question->page, question->answer.payload, error);
  const Reaction reaction = weex::reaction_to(error, reply.status);
  note(reaction);
  if (reaction == Reaction::resync_clock && !std::exchange(question->repeated, true)) {
    after(kAskAgain, [question](SimClient& self) { self.ask_page(question); });
    return;
  }
  if (reaction != Reaction::none) {
    finish(question, weex::outcome_of_query(reaction), "HTTP " + std::to_string(reply.status));
    return;
  }
  if (problem != weex::ParseError::none) {
    finish(question, RequestOutcome::unknown, "answer not understood");
    return;
  }
  if (auto* time = std::get_if<ServerTime>(&question->answer.payload)) {
    time->sent = reply.sent;
    time->received = reply.received;
    offset_.add(*time);
  }
  if (auto* account = std::get_if<AccountSnapshot>(&question->answer.payload)) {
    account->wall_time = reply.received;
  }
  if (question->page.more && question->page.page < kMostPages) {
    ask_page(question);
    return;
  }
  complete(question->answer.payload);
  finish(question, RequestOutcome::ok, "");
}

void SimClient::finish(const QuestionPtr& question, RequestOutcome outcome, std::string message) {
  question->answer.outcome = outcome;
  question->answer.message = std::move(message);
  if (outcome != RequestOutcome::ok) {
    question->answer.payload = std::monostate{};
  }
  question->done(*this, std::move(question->answer));
}

void SimClient::complete(weex::QueryPayload& payload) {
  if (auto* orders = std::get_if<std::vector<VenueOrder>>(&payload)) {
    for (const VenueOrder& order : *orders) {
      if (const auto id = ClientOrderId::parse(order.client_id)) {
        client_ids_[order.venue_id] = *id;
      }
    }
  }
  if (auto* fills = std::get_if<std::vector<Fill>>(&payload)) {
    for (Fill& fill : *fills) {
      if (const auto id = client_ids_.find(fill.venue_order_id); id != client_ids_.end()) {
        fill.client_id = id->second;
      }
    }
  }
}

void SimClient::sync_clock(int probes) {
  if (syncing_) {
    return;
  }
  syncing_ = true;
  Query query;
  query.kind = QueryKind::server_time;
  ask(0, query, [probes](SimClient& self, const QueryAnswer&) {
    self.syncing_ = false;
    if (probes > 1) {
      self.sync_clock(probes - 1);
    }
  });
}

void SimClient::refresh_account() {
  if (account_running_ || account_wait_) {
    account_again_ = true;
    return;
  }
  account_running_ = true;
  account_again_ = false;
  Query query;
  query.kind = QueryKind::account;
  ask(0, query, [](SimClient& self, const QueryAnswer& answer) {
    self.account_running_ = false;
    if (const auto* account = std::get_if<AccountSnapshot>(&answer.payload)) {
      if (self.listener_ != nullptr) {
        self.listener_->on_account(*account);
      }
    } else {
      self.account_again_ = true;
    }
    self.account_wait_ = true;
    self.after(kAccountRefreshMin, [](SimClient& s) {
      s.account_wait_ = false;
      if (s.account_again_) {
        s.refresh_account();
      }
    });
  });
}

/// Cash flows since the last look. The first look only learns what is there already.
void SimClient::read_bills() {
  if (bills_running_) {
    bills_again_ = true;
    return;
  }
  bills_running_ = true;
  bills_again_ = false;
  Query query;
  query.kind = QueryKind::bills;
  if (newest_bill_ > Timestamp{}) {
    query.since = newest_bill_ - kBillOverlap;
  }
  ask(0, query, [](SimClient& self, const QueryAnswer& answer) {
    self.bills_running_ = false;
    if (const auto* flows = std::get_if<std::vector<CashFlow>>(&answer.payload)) {
      for (const CashFlow& flow : *flows) {
        self.newest_bill_ = std::max(self.newest_bill_, flow.exchange_time);
        const bool fresh = self.known_bills_.insert(flow.venue_bill_id).second;
        if (fresh && self.bills_primed_ && self.listener_ != nullptr) {
          self.listener_->on_cash_flow(flow);
        }
      }
      self.bills_primed_ = true;
    }
    if (self.bills_again_) {
      self.read_bills();
    }
  });
}

} // namespace rg::sim
