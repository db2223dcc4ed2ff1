#include "infra/weex/venue_probe.hpp"

#include "infra/weex/rest_channel.hpp"

#include <array>

namespace rg::weex {

namespace {

/// Two words for cross margin are in use, and the digit of requests.
bool is_cross(std::string_view word) {
  return word == "SHARED" || word == "CROSSED" || word == "CROSS" || word == "1";
}

struct Spelling {
  const char* api;
  const char* time;
  const char* modes;
  const char* rows; ///< JSON pointer of the rows with a symbol and a mode
  const char* mode_key;
};
constexpr std::array kSpellings{
    Spelling{"v2", "/capi/v2/market/time", "/capi/v2/account/getAccount?coin=USDT",
             "/account/modeSetting", "marginMode"},
    Spelling{"v3", "/capi/v3/market/time", "/capi/v3/account/symbolConfig", "", "marginType"},
};

const Spelling* spelling_of(const std::string& api) {
  for (const Spelling& s : kSpellings) {
    if (api == s.api) {
      return &s;
    }
  }
  return nullptr;
}

std::string as_text(simdjson::dom::element e) {
  std::string_view text;
  std::int64_t number = 0;
  if (e.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return e.get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

std::string words_of(const net::HttpResult& http) {
  return http.failure != net::HttpFailure::none ? http.error
                                                : "HTTP " + std::to_string(http.status);
}

/// The venue's own message, if the body holds one; empty otherwise.
VenueError error_in(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  VenueError error;
  if (parser.parse(body).get(document) != simdjson::SUCCESS || !document.is_object()) {
    return error;
  }
  simdjson::dom::element code, message;
  if (document["code"].get(code) == simdjson::SUCCESS) {
    const std::string text = as_text(code);
    error.code = text.find_first_not_of("-0123456789") == std::string::npos && !text.empty() &&
                         text.size() < 9
                     ? std::atoi(text.c_str())
                     : -1;
  }
  if (document["msg"].get(message) == simdjson::SUCCESS) {
    error.message = as_text(message).substr(0, 200);
  }
  return error;
}

} // namespace

struct VenueProbe::Impl {
  Impl(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& e,
       const std::optional<Credentials>& credentials)
      : exchange(e), has_key(credentials.has_value()),
        rest(loop, clock, e.rest_url, {e.ca_file}, credentials, WeexOptions{}) {}

  ExchangeSettings exchange;
  bool has_key;
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
  const Spelling* spelling = spelling_of(api);
  if (spelling == nullptr) {
    done({RequestOutcome::rejected, "no such generation"});
    return;
  }
  WireRequest request;
  request.target = spelling->time;
  request.is_private = false;
  impl_->rest.ask(request, [done = std::move(done)](const RestAnswer& answer) {
    if (answer.http.failure != net::HttpFailure::none) {
      done({outcome_of_transport(answer.http.failure), answer.http.error});
    } else if (answer.http.status != 200) {
      done({RequestOutcome::rejected, words_of(answer.http)});
    } else {
      const bool time = answer.http.body.find("imestamp") != std::string::npos ||
                        answer.http.body.find("serverTime") != std::string::npos;
      done({time ? RequestOutcome::ok : RequestOutcome::rejected,
            time ? std::string() : "its answer is not the time"});
    }
  });
}

void VenueProbe::ask_margin_modes(std::function<void(MarginModeAnswer)> done) {
  const Spelling* spelling = spelling_of(impl_->exchange.api);
  if (spelling == nullptr || !impl_->has_key) {
    done({{RequestOutcome::rejected, "there is no key to ask with"}, {}});
    return;
  }
  WireRequest request;
  request.target = spelling->modes;
  request.weight = 10;
  impl_->rest.ask(request, [spelling, done = std::move(done)](const RestAnswer& answer) {
    MarginModeAnswer out;
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    simdjson::dom::array rows;
    if (answer.http.failure != net::HttpFailure::none || answer.http.status != 200) {
      const VenueError error = error_in(answer.http.body);
      out.answer = {RequestOutcome::rejected,
                    error.message.empty() ? words_of(answer.http) : error.message};
    } else if (parser.parse(answer.http.body).get(document) != simdjson::SUCCESS ||
               (*spelling->rows == '\0' ? document.get_array()
                                        : document.at_pointer(spelling->rows).get_array())
                       .get(rows) != simdjson::SUCCESS) {
      out.answer = {RequestOutcome::unknown, "the answer is not understood"};
    } else {
      for (const simdjson::dom::element row : rows) {
        std::string_view name;
        simdjson::dom::element mode;
        if (row["symbol"].get(name) == simdjson::SUCCESS &&
            row[spelling->mode_key].get(mode) == simdjson::SUCCESS) {
          if (const auto symbol = Symbol::parse(name)) {
            out.cross.emplace_back(*symbol, is_cross(as_text(mode)));
          }
        }
      }
    }
    done(std::move(out));
  });
}

void VenueProbe::ask_trade_permission(std::function<void(ProbeAnswer)> done) {
  if (!impl_->has_key) {
    done({RequestOutcome::rejected, "there is no key to ask with"});
    return;
  }
  std::shared_ptr<Codec> codec = make_codec(impl_->exchange.api);
  const ChangeRequest cancel = CancelOrder{ClientOrderId{}, Symbol::from_id(0), 1};
  impl_->rest.ask(codec->encode(cancel),
                  [codec, cancel, done = std::move(done)](const RestAnswer& answer) {
                    if (answer.http.failure != net::HttpFailure::none) {
                      done({outcome_of_transport(answer.http.failure), answer.http.error});
                      return;
                    }
                    const ChangeResult result = codec->decode_change(cancel, answer.http.body);
                    const Reaction reaction = reaction_to(result.error, answer.http.status);
                    // "No such order" is the good answer: the key was let through to the orders.
                    const bool allowed = reaction == Reaction::none || reaction == Reaction::refuse;
                    done({allowed ? RequestOutcome::ok : RequestOutcome::rejected,
                          allowed                        ? std::string()
                          : result.error.message.empty() ? words_of(answer.http)
                                                         : result.error.message});
                  });
}

} // namespace rg::weex
