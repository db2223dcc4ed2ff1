#include "infra/weex/venue_probe.hpp"

#include "infra/weex/rest_channel.hpp"

namespace rg::weex {

namespace {

constexpr int kMostPages = 200;

std::string words_of(const net::HttpResult& http) {
  return http.failure != net::HttpFailure::none ? http.error
                                                : "HTTP " + std::to_string(http.status);
}

/// What an answer amounts to, however it failed: on the way, by the venue's word, by its status,
/// or because it is not understood.
ProbeAnswer verdict(const RestAnswer& answer, const VenueError& error, bool understood) {
  if (answer.http.failure != net::HttpFailure::none) {
    return {outcome_of_transport(answer.http.failure), answer.http.error};
  }
  if (reaction_to(error, answer.http.status) != Reaction::none) {
    return {RequestOutcome::rejected,
            error.message.empty() ? words_of(answer.http) : error.message};
  }
  return understood ? ProbeAnswer{}
                    : ProbeAnswer{RequestOutcome::unknown, "the answer is not understood"};
}

const ProbeAnswer kNoKey{RequestOutcome::rejected, "there is no key to ask with"};

} // namespace

struct VenueProbe::Impl : std::enable_shared_from_this<Impl> {
  Impl(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
       const std::optional<Credentials>& credentials)
      : has_key(credentials.has_value()), codec(make_codec(exchange.api)),
        rest(loop, clock, exchange.rest_url, {exchange.ca_file}, credentials, patient_command()) {}

  struct History {
    std::vector<Symbol> pairs; ///< still to be asked, the next one first
    PageState page;
    std::vector<VenueOrder> of_pair;
    TriggerHistory found;
    std::function<void(TriggerHistory)> done;
  };

  void next_page(const std::shared_ptr<History>& history) {
    if (history->pairs.empty()) {
      history->done(std::move(history->found));
      return;
    }
    rest.ask(codec->encode_trigger_history(history->pairs.front(), history->page),
             [weak = weak_from_this(), history](const RestAnswer& answer) {
               if (const auto self = weak.lock()) {
                 self->on_page(history, answer);
               }
             });
  }

  void on_page(const std::shared_ptr<History>& history, const RestAnswer& answer) {
    VenueError error;
    const ParseError problem =
        codec->decode_trigger_history(answer.http.body, history->page, history->of_pair, error);
    history->found.answer = verdict(answer, error, problem == ParseError::none);
    if (history->found.answer.outcome != RequestOutcome::ok) {
      history->found.orders.clear(); // half an answer would pass for a whole one
      history->done(std::move(history->found));
      return;
    }
    if (!history->page.more || history->page.page >= kMostPages) {
      std::vector<VenueOrder>& all = history->found.orders;
      all.insert(all.end(), history->of_pair.begin(), history->of_pair.end());
      history->of_pair.clear();
      history->page = PageState{};
      history->pairs.erase(history->pairs.begin());
    }
    next_page(history);
  }

  bool has_key;
  std::unique_ptr<Codec> codec;
  RestChannel rest;
};

VenueProbe::VenueProbe(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
                       const std::optional<Credentials>& credentials)
    : impl_(std::make_shared<Impl>(loop, clock, exchange, credentials)) {}
VenueProbe::~VenueProbe() = default;

void VenueProbe::set_clock(const ServerTime& sample) {
  impl_->rest.offset().add(sample);
}

void VenueProbe::ask_generation(const std::string& api, std::function<void(ProbeAnswer)> done) {
  const std::shared_ptr<Codec> codec = make_codec(api);
  Query query;
  query.kind = QueryKind::server_time;
  impl_->rest.ask(
      codec->encode(query, {}), [codec, query, done = std::move(done)](const RestAnswer& answer) {
        PageState page;
        QueryPayload payload;
        VenueError error;
        const bool understood =
            codec->decode_page(query, answer.http.body, page, payload, error) == ParseError::none;
        done(verdict(answer, error, understood));
      });
}

void VenueProbe::ask_modes(std::function<void(ModesAnswer)> done) {
  if (!impl_->has_key) {
    done({kNoKey, {}});
    return;
  }
  impl_->rest.ask(impl_->codec->encode_modes_question(),
                  [weak = std::weak_ptr(impl_), done = std::move(done)](const RestAnswer& answer) {
                    const auto self = weak.lock();
                    if (!self) {
                      return;
                    }
                    ModesAnswer out;
                    VenueError error;
                    const ParseError problem =
                        self->codec->decode_modes(answer.http.body, out.modes, error);
                    out.answer = verdict(answer, error, problem == ParseError::none);
                    done(std::move(out));
                  });
}

void VenueProbe::set_modes(const PairModes& wanted, std::function<void(ProbeAnswer)> done) {
  if (!impl_->has_key) {
    done(kNoKey);
    return;
  }
  impl_->rest.ask(impl_->codec->encode(wanted),
                  [weak = std::weak_ptr(impl_), done = std::move(done)](const RestAnswer& answer) {
                    const auto self = weak.lock();
                    if (!self) {
                      return;
                    }
                    bool understood = false;
                    const VenueError error = self->codec->decode_ack(answer.http.body, understood);
                    done(verdict(answer, error, understood));
                  });
}

void VenueProbe::ask_trigger_history(std::vector<Symbol> pairs,
                                     std::function<void(TriggerHistory)> done) {
  if (!impl_->has_key) {
    done({kNoKey, {}});
    return;
  }
  const auto history = std::make_shared<Impl::History>();
  history->pairs = std::move(pairs);
  history->done = std::move(done);
  impl_->next_page(history);
}

void VenueProbe::ask_trade_permission(std::function<void(ProbeAnswer)> done) {
  if (!impl_->has_key) {
    done(kNoKey);
    return;
  }
  const ChangeRequest cancel = CancelOrder{ClientOrderId{}, Symbol::from_id(0), 1};
  impl_->rest.ask(impl_->codec->encode(cancel), [weak = std::weak_ptr(impl_), cancel,
                                                 done = std::move(done)](const RestAnswer& answer) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    if (answer.http.failure != net::HttpFailure::none) {
      done({outcome_of_transport(answer.http.failure), answer.http.error});
      return;
    }
    const ChangeResult result = self->codec->decode_change(cancel, answer.http.body);
    const Reaction reaction = reaction_to(result.error, answer.http.status);
    // "No such order" is the good answer: the key was let through to the orders.
    const bool allowed = reaction == Reaction::none || reaction == Reaction::refuse;
    done({allowed ? RequestOutcome::ok : RequestOutcome::rejected, allowed ? std::string()
                                                                   : result.error.message.empty()
                                                                       ? words_of(answer.http)
                                                                       : result.error.message});
  });
}

} // namespace rg::weex
