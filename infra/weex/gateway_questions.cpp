// Questions over REST: queries with their pages, the clock, balances and bills after pushes.

#include "infra/weex/gateway_impl.hpp"

#include <algorithm>
#include <utility>

namespace rg::weex {

namespace {

// A pair that the venue refused counts as closed for so long (wall), though its contract is listed.
constexpr Duration kPairRefusedFor = std::chrono::minutes{5};

constexpr int kMostPages = 200;
// Bills are read again from this far before the newest one known: late ones must not be missed.
constexpr Duration kBillOverlap = std::chrono::hours(1);

} // namespace

void WeexGateway::Impl::ask(RequestId id, const Query& query,
                            std::function<void(QueryAnswer)> done) {
  const auto question = std::make_shared<Question>();
  question->id = id;
  question->query = query;
  question->answer.id = id;
  question->answer.query = query;
  question->done = std::move(done);
  ask_page(question);
}

void WeexGateway::Impl::ask_page(const QuestionPtr& question) {
  ++stats.questions;
  rest.ask(codec->encode(question->query, question->page),
           [weak = weak_from_this(), question](const RestAnswer& answer) {
             if (const auto self = weak.lock()) {
               self->on_page(question, answer);
             }
           });
}

void WeexGateway::Impl::on_page(const QuestionPtr& question, const RestAnswer& answer) {
  note_transport(answer);
  if (answer.http.failure != net::HttpFailure::none) {
    finish(question, outcome_of_transport(answer.http.failure), answer.http.error);
    return;
  }
  VenueError error;
  const ParseError problem = codec->decode_page(question->query, answer.http.body, question->page,
                                                question->answer.payload, error);
  const Reaction reaction = reaction_to(error, answer.http.status);
  note_reaction(reaction, answer);
  if (reaction == Reaction::resync_clock && !std::exchange(question->repeated, true)) {
    sync_clock(1, [weak = weak_from_this(), question] {
      if (const auto self = weak.lock()) {
        self->ask_page(question);
      }
    });
    return;
  }
  if (reaction != Reaction::none) {
    finish(question, outcome_of_query(reaction),
           error.message.empty() ? "HTTP " + std::to_string(answer.http.status) : error.message);
    return;
  }
  if (problem != ParseError::none) {
    ++stats.malformed_answers;
    finish(question, RequestOutcome::unknown,
           std::string("answer not understood: ") + to_string(problem));
    return;
  }
  if (auto* time = std::get_if<ServerTime>(&question->answer.payload)) {
    time->sent = answer.sent;
    time->received = answer.received;
    rest.offset().add(*time);
  }
  if (auto* account = std::get_if<AccountSnapshot>(&question->answer.payload)) {
    account->wall_time = answer.received;
  }
  if (question->page.more && question->page.page < kMostPages) {
    ask_page(question);
    return;
  }
  complete_payload(question->answer.payload);
  finish(question, RequestOutcome::ok, "");
}

void WeexGateway::Impl::finish(const QuestionPtr& question, RequestOutcome outcome,
                               std::string message) {
  question->answer.outcome = outcome;
  question->answer.message = std::move(message);
  if (outcome != RequestOutcome::ok) {
    question->answer.payload = std::monostate{}; // half an answer would pass for a whole one
  }
  question->done(std::move(question->answer));
}

/// What this gateway knows beyond the answer: client ids of fills; from refusals size steps, and
/// pairs that are listed but not open for us.
void WeexGateway::Impl::complete_payload(QueryPayload& payload) {
  if (auto* orders = std::get_if<std::vector<VenueOrder>>(&payload)) {
    for (const VenueOrder& order : *orders) {
      if (const auto id = ClientOrderId::parse(order.client_id)) {
        client_ids[order.venue_id] = *id;
      }
    }
  }
  if (auto* fills = std::get_if<std::vector<Fill>>(&payload)) {
    for (Fill& fill : *fills) {
      if (const ClientOrderId* id = client_ids.find(fill.venue_order_id)) {
        fill.client_id = *id;
      }
    }
  }
  if (auto* contracts = std::get_if<std::vector<ContractRules>>(&payload)) {
    for (ContractRules& rules : *contracts) {
      const Quantity step = learned_steps[rules.symbol.id()];
      rules.lot_size = std::max(rules.lot_size, step);
      rules.min_quantity = std::max(rules.min_quantity, rules.lot_size);
      const auto& refused = refused_pairs[rules.symbol.id()];
      rules.tradable = rules.tradable && !(refused && clock.now() - *refused < kPairRefusedFor);
    }
  }
}

void WeexGateway::Impl::sync_clock(int probes, std::function<void()> done) {
  if (syncing && !done) {
    return;
  }
  syncing = true;
  Query query;
  query.kind = QueryKind::server_time;
  ask(0, query, [weak = weak_from_this(), probes, done = std::move(done)](const QueryAnswer&) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    self->syncing = false;
    if (probes > 1) {
      self->sync_clock(probes - 1, done);
    } else if (done) {
      done(); // also when the venue did not answer: the stream has its own retries
    }
  });
}

void WeexGateway::Impl::refresh_account() {
  if (account_running || account_wait) {
    account_again = true;
    return;
  }
  account_running = true;
  account_again = false;
  Query query;
  query.kind = QueryKind::account;
  ask(0, query, [weak = weak_from_this()](const QueryAnswer& answer) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    self->account_running = false;
    if (const auto* account = std::get_if<AccountSnapshot>(&answer.payload)) {
      if (self->listener != nullptr) {
        self->listener->on_account(*account);
      }
    } else {
      self->account_again = true; // the push's news are still to be read
    }
    self->account_wait = self->after(self->options.account_refresh_min, [](Impl& s) {
      s.account_wait.reset();
      if (s.account_again && s.running) {
        s.refresh_account();
      }
    });
  });
}

/// Cash flows since the last look. The first look only learns what is there already.
void WeexGateway::Impl::read_bills() {
  if (bills_running) {
    bills_again = true;
    return;
  }
  bills_running = true;
  bills_again = false;
  Query query;
  query.kind = QueryKind::bills;
  if (newest_bill > Timestamp{}) {
    query.since = newest_bill - kBillOverlap;
  }
  ask(0, query, [weak = weak_from_this()](const QueryAnswer& answer) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    self->bills_running = false;
    if (const auto* flows = std::get_if<std::vector<CashFlow>>(&answer.payload)) {
      for (const CashFlow& flow : *flows) {
        self->newest_bill = std::max(self->newest_bill, flow.exchange_time);
        const bool fresh = self->known_bills.insert(flow.venue_bill_id).second;
        if (fresh && self->bills_primed && self->listener != nullptr) {
          self->listener->on_cash_flow(flow);
        }
      }
      self->bills_primed = true;
    }
    if (self->bills_again) {
      self->read_bills();
    }
  });
}

} // namespace rg::weex
