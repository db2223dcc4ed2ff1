#pragma once
// The sample messages that stand beside the repository in development, and what each must be read
// as.

#include "tests/unit/weex/wire_reading.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace rg::weex::test {

struct Sample {
  const char* file;
  const char* api;
  Reads reads;
  const char* line;
};

[[nodiscard]] inline std::optional<std::filesystem::path> sample_folder() {
  const char* told = std::getenv("RG_WEEX_SAMPLES");
  const std::filesystem::path folder = told != nullptr ? told : "../shared/weex-samples";
  return std::filesystem::is_directory(folder) ? std::optional(folder) : std::nullopt;
}
[[nodiscard]] inline std::optional<std::string> read_sample(const std::filesystem::path& folder,
                                                            const std::string& file) {
  std::ifstream in(folder / (file + ".json"));
  std::ostringstream text;
  text << in.rdbuf();
  return in ? std::optional(text.str()) : std::nullopt;
}
/// What a client sends: requests_test and samples_requests_test compare those with our own.
[[nodiscard]] inline bool is_ours(const std::string& file) {
  return file.starts_with("req-") || file.starts_with("ailog-request") ||
         file.starts_with("ws-subscribe-") || file.starts_with("ws-unsubscribe-") ||
         file == "v3-ws-subscribe" || file == "ws-pong";
}

inline const Sample kSamples[] = {
    {"ack-code-200", "v2", Reads::leverage_ack, "ok 0"},
    {"ailog-ack", "v2", Reads::coded_ack, "ok"},
    {"batch-ack", "v2", Reads::place, "ok 596476148997685805"},
    {"batch-ack-partial", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The order size must be greater than 0 and matches the "
     "stepSize '0.0001' requirement. Current size is '0.000114'"},
    {"cancel-ack", "v2", Reads::cancel, "ok 596476148997685805"},
    {"cancel-ack-failed", "v2", Reads::cancel, "venue says 50005 Order does not exist"},
    {"cancel-all-ack", "v2", Reads::sweep, "ok 0"},
    {"cancel-batch-ack", "v2", Reads::cancel, "ok 596471064624628269"},
    {"cancel-plan-ack", "v2", Reads::cancel, "ok 720043743498994533"},
    {"close-positions-ack", "v2", Reads::place, "ok 696023766399976282"},
    {"error-40001", "v2", Reads::place, "venue says 40001 Header \"ACCESS_KEY\" is required"},
    {"error-40005", "v2", Reads::place, "venue says 40005 Invalid ACCESS_TIMESTAMP"},
    {"error-40006", "v2", Reads::place, "venue says 40006 Invalid ACCESS_KEY"},
    {"error-40008", "v2", Reads::place, "venue says 40008 Request timestamp expired"},
    {"error-40009", "v2", Reads::place, "venue says 40009 API verification failed"},
    {"error-40012", "v2", Reads::place, "venue says 40012 Incorrect API key/Passphrase"},
    {"error-40015-margin", "v2", Reads::place,
     "venue says 40015 FAILED_PRECONDITION: The order margin available amount not enough"},
    {"error-40015-preset-tick", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The order open tp param triggerPrice must be greater than "
     "0 and matches the stepSize '0.1' requirement. Current order open tp param triggerPrice is "
     "'97494.39'"},
    {"error-40015-preset-tp-long", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The buy long order take profit param triggerPrice must be "
     "greater than price 615.82. Current order open tp param trigger price is 612.77"},
    {"error-40015-preset-tp-short", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The sell short order take profit param triggerPrice must "
     "be less than price 66670.7. Current order open tp param trigger price is 66768.9"},
    {"error-40015-size-step", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The order size must be greater than 0 and matches the "
     "stepSize '0.0001' requirement. Current size is '0.000114'"},
    {"error-40015-size-step-doge", "v2", Reads::place,
     "venue says 40015 INVALID_ARGUMENT: The order size must be greater than 0 and matches the "
     "stepSize '100' requirement. Current size is '680.3184'"},
    {"error-40017", "v2", Reads::place, "venue says 40017 Parameter validation failed"},
    {"error-40018", "v2", Reads::place, "venue says 40018 Invalid IP request"},
    {"error-40019", "v2", Reads::place, "venue says 40019 Parameter cannot be empty"},
    {"error-40020-granularity-zh", "v2", Reads::place, "venue says 40020 参数granularity错误"},
    {"error-40020-symbol", "v2", Reads::place, "venue says 40020 Parameter symbol is invalid"},
    {"error-40021", "v2", Reads::place, "venue says 40021 check openapi permission is error"},
    {"error-40022", "v2", Reads::place,
     "venue says 40022 Insufficient permissions for this operation"},
    {"error-40753-zh", "v2", Reads::place, "venue says 40753 api权限已禁用,如有疑问请联系客服"},
    {"error-429", "v2", Reads::place, "venue says 429 Too many requests"},
    {"error-50003", "v2", Reads::place, "venue says 50003 Not have permission to trade this pair."},
    {"error-50005", "v2", Reads::place, "venue says 50005 Order does not exist"},
    {"error-50007", "v2", Reads::place, "venue says 50007 Leverage cannot exceed the limit"},
    {"fills", "v2", Reads::fills,
     "rows BTC 0 of 0 buy open long taker 67 at 0.17910448 value 12 fee 67 pnl 83 liquidation "
     "1716712170527"},
    {"fills-realistic", "v2", Reads::fills,
     "rows BTC 617414920887075482 of 617414920861909658 buy open long taker 0.1 at 103812.7 value "
     "10381.27 fee 6.228762 pnl 0 1747203188154"},
    {"order-ack", "v2", Reads::place, "ok 596471064624628269"},
    {"order-ack-client-oid", "v2", Reads::place, "ok 704036529323901285"},
    {"order-current", "v2", Reads::open_orders,
     "rows BTC 689987455633326746 '175287228528278' open long order acked 0/0.01 at 88888 on 0 "
     "1764505828770"},
    {"order-detail", "v2", Reads::one_order,
     "rows BTC 686643264626885530 '1763604184027_122' open long order filled 0.01/0.01 at 0 on 0 "
     "1763708511502"},
    {"order-detail-partially-filled-canceled", "v2", Reads::one_order,
     "rows BTC 689987455633326999 'rg-7f3a-0007' open long order cancelled 0.004/0.01 at 88888 on "
     "0 1764505828770"},
    {"order-history", "v2", Reads::history,
     "rows BTC 689987235725968026 '1478527825782587' open long order filled 0.01/0.01 at 0 on 0 "
     "1764505776340"},
    {"plan-current", "v2", Reads::trigger_orders,
     "rows BTC 461234125 '1234567890' open long trigger partially_filled 0.5/1 at 50000 on 48000 "
     "1742213506548"},
    {"plan-current-live-style", "v2", Reads::trigger_orders,
     "rows ETH 719935679823348581 '' close short trigger acked 0/4.7 at 0 on 1947.19 "
     "1771600000000"},
    {"plan-history", "v2", Reads::trigger_history,
     "rows BTC 461234125 '1234567890' open long trigger partially_filled 0.5/1 at 50000 on 48000 "
     "1742213506548"},
    {"plan-order-ack", "v2", Reads::place, "ok 596480271352594989"},
    {"rest-allPosition", "v2", Reads::positions, "rows BTC long 0.02 value 1801.067 1764505776347"},
    {"rest-assets", "v2", Reads::account,
     "account 5731.04588823 free 5413.06877369 frozen 81.2824 unrealised -34.553"},
    {"rest-assets-wrapped-older", "v2", Reads::account,
     "account 10000999657.89270285 free 10000999657.89270285 frozen 0 unrealised 0"},
    {"rest-bills", "v2", Reads::bills,
     "rows 686960019383517338 BTC 0.08266646 kind 0 1763784031721 and more"},
    {"rest-candles", "v2", Reads::candles,
     "candles BTC 1716707460000 69174.3 69174.4 69174.1 69174.3 0"},
    {"rest-candles-newest-first", "v2", Reads::candles,
     "candles BTC 1764482400000 90730.5 90745 90728.8 90742 8.551 BTC 1764482460000 90742 90760.2 "
     "90741.9 90755.3 12.0047 BTC 1764482520000 90755.3 90771 90750.1 90768.4 3.1204"},
    {"rest-candles-oldest-first", "v2", Reads::candles,
     "candles BTC 1764482400000 90730.5 90745 90728.8 90742 8.551 BTC 1764482460000 90742 90760.2 "
     "90741.9 90755.3 12.0047 BTC 1764482520000 90755.3 90771 90750.1 90768.4 3.1204"},
    {"rest-contracts-btc", "v2", Reads::contracts,
     "rows BTC tick 0.1 lot 0.0001 min 0.0001 max 1200 position 1000000 market 100 fees "
     "0.0002/0.0008 leverage 400 band 0.01"},
    {"rest-contracts-btc-older", "v2", Reads::contracts,
     "rows BTC tick 0.1 lot 0.00001 min 0.0001 max 100000 position 1000000 market 100000 fees "
     "0.0002/0.0006 leverage 500 band 0.015"},
    {"rest-depth", "v2", Reads::book, "info asks 8858x19299 bids 7466x499 4995x12500"},
    {"rest-funding-current", "v2", Reads::funding, "info BTC rate -0.0001036 cycle 480 at 0"},
    {"rest-funding-history", "v2", Reads::funding_history,
     "info BTC rate 0.0001028 cycle 0 at 1716595200000"},
    {"rest-funding-time", "v2", Reads::funding, "info BTC rate ? cycle 0 at 1716595200000"},
    {"rest-getAccount", "v2", Reads::fees, "info BTC maker 0.00018 taker 0.00078"},
    {"rest-getAccounts", "v2", Reads::fees, "info BTC maker 0.00018 taker 0.00072"},
    {"rest-getAccount", "v2", Reads::modes, "modes BTC cross combined hedge"},
    {"rest-getAccounts", "v2", Reads::modes, "modes BTC cross combined hedge"},
    {"v3-rest-symbolConfig", "v3", Reads::modes, "modes BTC cross combined hedge"},
    {"rest-index", "v2", Reads::prices,
     "info BTC last 0 mark 0 index 333.62785714 bid 0 ask 0 range 0..0 volume 0 1716604853286"},
    {"rest-open-interest", "v2", Reads::interest, "info"},
    {"rest-position-empty", "v2", Reads::positions, "rows none"},
    {"rest-position-older", "v2", Reads::positions, "rows none"},
    {"rest-position-zero-size", "v2", Reads::positions, "rows none"},
    {"rest-settings", "v2", Reads::settings, "rows ETH 20/20"},
    {"rest-singlePosition", "v2", Reads::positions,
     "rows BTC long 0.02 value 1801.067 1764505776347"},
    {"rest-ticker", "v2", Reads::prices,
     "info BTC last 90755.3 mark 90755.2 index 90797.161 bid 90755.3 ask 90755.4 range "
     "90097.3..91130 volume 25615.0755 1764482511864"},
    {"rest-tickers", "v2", Reads::prices,
     "info BTC last 90755.3 mark 90755.2 index 90797.161 bid 90755.3 ask 90755.4 range "
     "90097.3..91130 volume 25615.0755 1764482511864"},
    {"rest-time", "v2", Reads::time, "time 1765423487896"},
    {"rest-trades", "v2", Reads::market_trades, "info 1716604853286 68734.8 0.001 sold"},
    {"tpsl-ack", "v2", Reads::stop, "ok 696073048050107226"},
    {"tpsl-modify-ack", "v2", Reads::coded_ack, "ok"},
    {"v3-ack-leverage", "v3", Reads::leverage_ack, "ok 0"},
    {"v3-ack-marginType", "v3", Reads::leverage_ack, "ok 0"},
    {"v3-algoOrder-ack", "v3", Reads::place, "ok 702345678901234700"},
    {"v3-cancel-ack", "v3", Reads::cancel, "ok 702345678901234567"},
    {"v3-close-positions-ack", "v3", Reads::place, "ok 702345678901234580"},
    {"v3-error", "v3", Reads::place,
     "venue says -1140 Either orderId or origClientOrderId must be sent."},
    {"v3-error-margin", "v3", Reads::place,
     "venue says -1054 FAILED_PRECONDITION: Move margin available amount not enough. Move out "
     "available amount is 6.98296375, move out amount is 200.00000000"},
    {"v3-openAlgoOrders", "v3", Reads::trigger_orders,
     "rows BTC 812345678901234500 'algo-20240201-1' open long trigger acked 0/0.01 at 68800 on "
     "68900 1764505800123"},
    {"v3-order", "v3", Reads::one_order,
     "rows BTC 702345678901234567 'my-order-0001' open long order filled 0.01/0.01 at 69000 on 0 "
     "1764506000456"},
    {"v3-order-ack", "v3", Reads::place, "ok 702345678901234567"},
    {"v3-order-history", "v3", Reads::history,
     "rows BTC 702345678901234567 'hist-1' open long order filled 0.01/0.01 at 65000 on 0 "
     "1764400000000"},
    {"v3-rest-allPosition", "v3", Reads::positions,
     "rows BTC long 0.02 value 1801.067 1764505776347"},
    {"v3-rest-balance", "v3", Reads::account,
     "account 5731.04588823 free 5413.06877369 frozen 81.2824 unrealised -34.553"},
    {"v3-rest-bookTicker", "v3", Reads::prices,
     "info BTC last 0 mark 0 index 0 bid 69350.1 ask 69351 range 0..0 volume 0 1764505776000"},
    {"v3-rest-commissionRate", "v3", Reads::fees, "info BTC maker 0.0002 taker 0.0004"},
    {"v3-rest-depth", "v3", Reads::book,
     "info asks 69351x3.6 69351.2x0.8 bids 69350.1x12.5 69349.8x1.2"},
    {"v3-rest-exchangeInfo", "v3", Reads::contracts,
     "rows BTC tick 0.1 lot 0.000001 min 0.0001 max 10000 position 20000000 market 12000 fees "
     "0/0.001 leverage 408 band 0.016"},
    {"v3-rest-fundingRate", "v3", Reads::funding_history,
     "info BTC rate 0.00025 cycle 0 at 1764506000456"},
    {"v3-rest-income", "v3", Reads::bills,
     "rows 686960019383517338 BTC 0.08266646 kind 0 1763784031721 and more"},
    {"v3-rest-klines", "v3", Reads::candles,
     "candles BTC 1764505740000 69340.1 69380 69320.5 69355.2 25.678"},
    {"v3-rest-openInterest", "v3", Reads::interest, "info BTC open 128345.67 1764505777345"},
    {"v3-rest-premiumIndex", "v3", Reads::funding,
     "info BTC rate 0.00025 cycle 480 at 1764510000000"},
    {"v3-rest-symbolConfig", "v3", Reads::settings, "rows BTC 20/20"},
    {"v3-rest-symbolPrice", "v3", Reads::prices,
     "info BTC last 69348.5 mark 0 index 0 bid 0 ask 0 range 0..0 volume 0 1764505776890"},
    {"v3-rest-ticker-24hr", "v3", Reads::prices,
     "info BTC last 69350.5 mark 69348.7 index 69347.9 bid 0 ask 0 range 68888..69980 volume "
     "1234.567 1764505770000"},
    {"v3-rest-trades", "v3", Reads::market_trades, "info 1764506000456 69350.8 0.005 bought"},
    {"v3-tpsl-ack", "v3", Reads::stop, "ok 812345678901234900"},
    {"v3-userTrades", "v3", Reads::fills,
     "rows BTC 801234567890123456 of 702345678901234567 buy open long taker 0.01 at 69000 value "
     "690 fee 0.138 pnl 0 1764506000456"},
    {"v3-ws-account-push", "v3", Reads::private_frame, "account v46571 cause 1"},
    {"v3-ws-depth-push", "v3", Reads::public_frame,
     "depth ETH change 14104794689..14104794703 of 15 asks 2043.21x46.901 bids 2043.2x40.724"},
    {"v3-ws-fill-push", "v3", Reads::private_frame,
     "fills v46655 cause 0 BTC 617414920887075482 of 617414920861909658 buy open long taker 0.1 at "
     "103812.7 value 10381.27 fee 6.228762 pnl 0 1747203188154"},
    {"v3-ws-kline-push", "v3", Reads::public_frame, "candles none"},
    {"v3-ws-orders-push", "v3", Reads::private_frame,
     "orders v46654 cause 0 BTC 617414920861909658 '1747203186927FPIZRP' open long order acked "
     "0/0.1 at 0 on 0 1747203188148"},
    {"v3-ws-ping-private", "v3", Reads::private_frame, "ping 1776172740000"},
    {"v3-ws-ping-public", "v3", Reads::public_frame, "ping 1776078750000"},
    {"v3-ws-pong", "v3", Reads::public_frame, "ignored"},
    {"v3-ws-positions-push", "v3", Reads::private_frame,
     "positions v55218 cause 1 BTC long 0.01 value 992.405443 1746673529125"},
    {"v3-ws-subscribe-error", "v3", Reads::public_frame,
     "refused INVALID_ARGUMENT: invalid symbol : ASDFS_SPBL"},
    {"v3-ws-subscribed", "v3", Reads::public_frame, "subscribed BTCUSDT@trade"},
    {"v3-ws-ticker-push", "v3", Reads::public_frame,
     "ticker ETH last 2045.89 mark 2045.91 index 2047.2225"},
    {"v3-ws-trade-push", "v3", Reads::public_frame,
     "trades ETH 1775121039597 2041.5 0.037 bought 1775121039799 2041.5 0.036 bought 1775121040002 "
     "2041.5 0.02 bought"},
    {"ws-account-push", "v2", Reads::private_frame, "account v46571 cause 1"},
    {"ws-depth-push", "v2", Reads::public_frame,
     "depth BTC change 3644174246..3644174270 of 15 asks 103436.1x0.915 103436.3x1.958 103436.5x0 "
     "103436.6x1.083 103436.7x7.647 103436.9x7.231 103437x0 103437.2x0 bids 103435.9x2.405 "
     "103435.7x0 103435.6x0.327 103435.5x0 103435.2x3.194 103434.8x10.25 103434.5x11.139"},
    {"ws-depth-snapshot", "v2", Reads::public_frame,
     "depth BTC snapshot 3644174240..3644174246 of 15 asks 103436.1x0.415 103436.5x2 103437x1.1 "
     "103437.2x0.7 bids 103435.9x2.105 103435.7x0.9 103435.5x4"},
    {"ws-fill-push", "v2", Reads::private_frame,
     "fills v46655 cause 0 BTC 617414920887075482 of 617414920861909658 buy open long taker 0.1 at "
     "103812.7 value 10381.27 fee 6.228762 pnl 0 1747203188154"},
    {"ws-kline-push", "v2", Reads::public_frame,
     "candles BTC 1747125660000 102760.6 102784.6 102760.6 102764 23.766"},
    {"ws-kline-snapshot", "v2", Reads::public_frame,
     "candles BTC 1747125600000 102755.5 102770 102751.2 102760.6 31.204 BTC 1747125660000 "
     "102760.6 102784.6 102760.6 102764 23.766"},
    {"ws-orders-push", "v2", Reads::private_frame,
     "orders v46654 cause 0 BTC 617414920861909658 "
     "'1747203186927fpiZrpAEkOlH3ygdwfJpowP0HeXVer7JFxxmIohyCMPXqKCz74s' open long order acked "
     "0/0.1 at 0 on 0 1747203188148"},
    {"ws-orders-push-filled", "v2", Reads::private_frame,
     "orders v46655 cause 0 BTC 617414920861909658 "
     "'1747203186927fpiZrpAEkOlH3ygdwfJpowP0HeXVer7JFxxmIohyCMPXqKCz74s' open long order filled "
     "0.1/0.1 at 0 on 0 1747203188148"},
    {"ws-ping", "v2", Reads::public_frame, "ping 1693208170000"},
    {"ws-ping-type", "v2", Reads::private_frame, "ping 1776172740000"},
    {"ws-positions-push", "v2", Reads::private_frame,
     "positions v46571 cause 1 BTC long 0.01 value 992.405443 1746673529125"},
    {"ws-subscribed-account", "v2", Reads::private_frame, "subscribed account"},
    {"ws-subscribed-depth", "v2", Reads::public_frame, "subscribed depth.cmt_btcusdt.15"},
    {"ws-subscribed-fill", "v2", Reads::private_frame, "subscribed fill"},
    {"ws-subscribed-kline", "v2", Reads::public_frame,
     "subscribed kline.LAST_PRICE.cmt_btcusdt.MINUTE_1"},
    {"ws-subscribed-orders", "v2", Reads::private_frame, "subscribed orders"},
    {"ws-subscribed-positions", "v2", Reads::private_frame, "subscribed positions"},
    {"ws-subscribed-ticker", "v2", Reads::public_frame, "subscribed ticker.cmt_btcusdt"},
    {"ws-subscribed-trades", "v2", Reads::public_frame, "subscribed trades.cmt_btcusdt"},
    {"ws-ticker-push", "v2", Reads::public_frame, "ticker BTC last 102623.9 mark 102623.9 index 0"},
    {"ws-trades-push", "v2", Reads::public_frame, "trades BTC 1747131727502 103337.5 0.016 bought"},
    {"ws-unsubscribed-kline", "v2", Reads::public_frame,
     "unsubscribed kline.LAST_PRICE.cmt_btcusdt.MINUTE_1"},
};

} // namespace rg::weex::test
