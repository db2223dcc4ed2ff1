#include "infra/weex/v3_channels.hpp"

#include <array>

namespace rg::weex::v3 {

namespace {

constexpr std::size_t kPublicKinds = 4;
constexpr std::array<std::string_view, 4> kPrivate{"account", "positions", "fill", "orders"};
constexpr std::size_t kPublicCount = kPublicKinds * Symbol::kCount;

using PublicNames = std::array<std::string, kPublicCount>;

const PublicNames& public_names() {
  static const PublicNames kNames = [] {
    constexpr std::array<std::string_view, kPublicKinds> kTails{"@kline_1m_LAST_PRICE", "@trade",
                                                                "@ticker", "@depth15"};
    PublicNames names;
    for (const Symbol s : Symbol::all()) {
      for (std::size_t k = 0; k < kPublicKinds; ++k) {
        names[s.id() * kPublicKinds + k] = std::string(s.compact()).append(kTails[k]);
      }
    }
    return names;
  }();
  return kNames;
}

} // namespace

const std::string& public_channel(FrameKind kind, Symbol symbol) {
  const std::size_t k = kind == FrameKind::candles  ? 0U
                        : kind == FrameKind::trades ? 1U
                        : kind == FrameKind::ticker ? 2U
                                                    : 3U;
  return public_names()[symbol.id() * kPublicKinds + k];
}

std::uint64_t number_of(std::string_view channel) {
  for (std::size_t i = 0; i < kPrivate.size(); ++i) {
    if (kPrivate[i] == channel) {
      return kPublicCount + i + 1;
    }
  }
  for (std::size_t i = 0; i < kPublicCount; ++i) {
    if (public_names()[i] == channel) {
      return i + 1;
    }
  }
  return 0;
}

std::string_view channel_of(std::uint64_t number) {
  if (number == 0 || number > kPublicCount + kPrivate.size()) {
    return {};
  }
  return number <= kPublicCount ? std::string_view(public_names()[number - 1])
                                : kPrivate[number - kPublicCount - 1];
}

bool Control::take(std::string_view key, json::Value v) {
  if (key == "result") {
    has_result = true;
    return v.get_bool().get(result) == simdjson::SUCCESS;
  }
  if (key == "id") { // as we sent it, or as a number
    id = json::unsigned_number(json::scalar(v)).value_or(0);
  } else if (key == "event" || key == "type") {
    word = json::scalar(v);
  } else if (key == "time") {
    time = json::scalar(v);
  } else if (key == "msg") {
    note = json::scalar(v);
  } else if (key == "method") {
    has_method = true;
  }
  return true;
}

FrameKind Control::kind() const {
  if (has_result) {
    return !result             ? FrameKind::refused
           : id > kUnsubscribe ? FrameKind::unsubscribed
                               : FrameKind::subscribed;
  }
  if (has_method) {
    return FrameKind::ignored; // the public socket answers our PONG in the same form
  }
  return word == "ping"    ? FrameKind::ping
         : word == "error" ? FrameKind::refused
                           : FrameKind::ignored;
}

std::string_view Control::channel() const {
  return channel_of(id > kUnsubscribe ? id - kUnsubscribe : id);
}

} // namespace rg::weex::v3
