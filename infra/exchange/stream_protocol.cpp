#include "infra/exchange/stream_protocol.hpp"

#include <algorithm>
#include <array>

namespace rg::exchange {

namespace {

constexpr std::array<std::string_view, 4> kPrivateChannels{"orders", "fill", "positions",
                                                           "account"};

} // namespace

std::string_view private_channel(std::size_t topic) {
  return kPrivateChannels[topic];
}

std::optional<std::size_t> private_topic(std::string_view name) {
  const auto at = std::find(kPrivateChannels.begin(), kPrivateChannels.end(), name);
  return at == kPrivateChannels.end()
             ? std::nullopt
             : std::optional<std::size_t>(static_cast<std::size_t>(at - kPrivateChannels.begin()));
}

std::string_view cause_word(CoreEvent::Cause cause) {
  switch (cause) {
  case CoreEvent::Cause::funding:
    return "PositionFundingSettle";
  case CoreEvent::Cause::deposit:
    return "DepositUpdate";
  case CoreEvent::Cause::withdrawal:
    return "WithdrawUpdate";
  case CoreEvent::Cause::order:
    break;
  }
  return "OrderUpdate";
}

void depth_difference(Side side, std::span<const BookLevel> before, std::span<const BookLevel> now,
                      std::vector<BookLevel>& out) {
  out.clear();
  const auto better = [&](Price a, Price b) { return side == Side::buy ? a > b : a < b; };
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < now.size()) {
    if (j == now.size() || (i < before.size() && better(before[i].price, now[j].price))) {
      out.push_back({before[i++].price, {}});
    } else if (i == before.size() || better(now[j].price, before[i].price)) {
      out.push_back(now[j++]);
    } else {
      if (!(before[i] == now[j])) {
        out.push_back(now[j]);
      }
      ++i;
      ++j;
    }
  }
}

} // namespace rg::exchange
