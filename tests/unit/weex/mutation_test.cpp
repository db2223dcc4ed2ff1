// Every field of every message, one at a time: left out, null, of another type, no number, absurd.
// What comes of it is an error value, or what the whole message said (the field is not looked at).
// Anything else stands in the table of exceptions, with its reason.

#include "tests/support/catch.hpp"
#include "tests/unit/weex/fixtures.hpp"
#include "tests/unit/weex/samples.hpp"

#include <iterator>
#include <nlohmann/json.hpp>

namespace rg::weex::test {

namespace {

using Json = nlohmann::ordered_json;
using Place = Json::json_pointer;

// ---- the changes ----

enum Change : unsigned {
  kMissing = 1,
  kBlank = 2,    ///< null or ""
  kType = 4,     ///< no text and no number where one belongs
  kFlag = 8,     ///< true, false
  kWord = 16,    ///< another word, or a number that is none
  kNegative = 32 ///< a number below zero
};
constexpr unsigned kAbsent = kMissing | kBlank, kAny = 63;

struct Mutation {
  const char* text; ///< nullptr: the field is left out
  unsigned change;
};
constexpr Mutation kMutations[] = {{nullptr, kMissing},
                                   {"null", kBlank},
                                   {R"("")", kBlank},
                                   {"true", kFlag},
                                   {"false", kFlag},
                                   {"{}", kType},
                                   {"[]", kType},
                                   {"[{}]", kType},
                                   {"NaN", kType},
                                   {R"("1\u0030")", kType}, // an escape: no number of the venue's
                                   {R"("x")", kWord},
                                   {R"("NaN")", kWord},
                                   {R"("Infinity")", kWord},
                                   {"1e400", kWord},
                                   {R"("1e400")", kWord},
                                   {"1000000000000000000000000000000", kWord},
                                   {R"("1000000000000000000000000000000")", kWord},
                                   {R"("0x10")", kWord},
                                   {R"(" 1")", kWord},
                                   {R"("1 ")", kWord},
                                   {R"("1,5")", kWord},
                                   {"-1", kNegative},
                                   {R"("-1")", kNegative},
                                   {R"("-90010.5")", kNegative}};

// ---- what may come of them besides an error ----

template <class... R> constexpr std::uint64_t in(R... reads) {
  return (... | (std::uint64_t{1} << static_cast<unsigned>(reads)));
}
constexpr std::uint64_t kEverywhere = ~std::uint64_t{0};
constexpr std::uint64_t kTriggers = in(Reads::trigger_orders, Reads::trigger_history);
constexpr std::uint64_t kOrders =
    kTriggers | in(Reads::open_orders, Reads::history, Reads::one_order, Reads::private_frame);
constexpr std::uint64_t kFills = in(Reads::fills, Reads::private_frame);
constexpr std::uint64_t kSockets = in(Reads::public_frame, Reads::private_frame);

struct Exception {
  std::uint64_t reads;
  const char* field;
  unsigned changes;
  const char* because;
};
constexpr const char* kForeign = "another contract's row is left out";
constexpr const char* kEcho = "the echo of our id may be null, and nothing hangs on it alone";
constexpr const char* kNotTold = "shown as not told";
constexpr const char* kSigned = "below zero where money is owed or flows out";
constexpr const char* kControl = "a frame without data: not understood, so nothing follows";
constexpr const char* kCoarse = "steps of ten and a hundred exist";
constexpr const char* kNotNeeded =
    "a word that is not the needed one is told as wrong; one that is "
    "not told is the venue's own choice, which is";
constexpr const char* kRecorded = "the recorded rule of the pair, or the engine's own bound";

constexpr Exception kExceptions[] = {
    {kEverywhere, "symbol", kWord | kNegative, kForeign},
    {in(Reads::prices, Reads::interest, Reads::funding, Reads::fees), "symbol", kMissing,
     "then it is of the pair that was asked"},
    {kTriggers, "filled_qty", kMissing, "v3 tells none of orders that wait"},
    {kEverywhere, "contractId", kWord | kNegative, kForeign},
    {kOrders, "client_oid", kAny, kEcho},
    {kOrders, "clientOrderId", kAny, kEcho},
    {kOrders, "clientAlgoId", kAny, kEcho},
    {kOrders, "price", kAbsent, "an order without a price is at market"},
    {kOrders, "status", kWord | kNegative, "unknown words count as alive; some words are digits"},
    {kOrders, "algoStatus", kWord | kNegative, "unknown words count as alive"},
    {in(Reads::cancel), "result", kFlag, "a flag: the verdict itself"},
    {in(Reads::cancel), "success", kFlag, "a flag: the verdict itself"},
    {in(Reads::cancel), "cancelOrderResultList", kMissing, "of batches, which are not sent"},
    {in(Reads::cancel), "order_id", kAbsent, "the verdict counts, not the id"},
    {in(Reads::cancel), "orderId", kAbsent, "the verdict counts, not the id"},
    {kFills, "fillFee", kNegative, kSigned},
    {kFills, "commission", kNegative, kSigned},
    {kFills, "realizePnl", kMissing | kNegative, kSigned},
    {kFills, "realizedPnl", kMissing | kNegative, kSigned},
    {kFills, "liquidateType", kAny, "anything but FORCE… is an ordinary fill; it informs"},
    {kFills, "direction", kAny, "anything but MAKER is the dearer taker"},
    {kFills, "maker", kMissing | kFlag, "a flag; a taker unless told"},
    {kFills, "nextFlag", kMissing | kFlag, "a flag; unless told, a full page has a next one"},
    {in(Reads::bills), "hasNextPage", kMissing | kFlag, "a flag; a full page has a next one"},
    {in(Reads::bills), "amount", kNegative, kSigned},
    {in(Reads::bills), "income", kNegative, kSigned},
    {in(Reads::bills), "businessType", kWord | kNegative, "bills of other kinds are not handed on"},
    {in(Reads::bills), "incomeType", kWord | kNegative, "bills of other kinds are not handed on"},
    {in(Reads::account), "available", kNegative, kSigned},
    {in(Reads::account), "availableBalance", kNegative, kSigned},
    {in(Reads::account), "equity", kNegative, kSigned},
    {in(Reads::account), "balance", kNegative, kSigned},
    {in(Reads::account), "unrealizePnl", kNegative, kSigned},
    {in(Reads::contracts), "size_increment", kNegative, kCoarse},
    {in(Reads::contracts), "tick_size", kNegative, kCoarse},
    {in(Reads::contracts), "quantityPrecision", kNegative, kCoarse},
    {in(Reads::contracts), "pricePrecision", kNegative, kCoarse},
    {in(Reads::contracts), "maxLeverage", kMissing, kRecorded},
    {in(Reads::contracts), "buyLimitPriceRatio", kMissing, kRecorded},
    {in(Reads::contracts), "makerFeeRate", kMissing, kRecorded},
    {in(Reads::contracts), "takerFeeRate", kMissing, kRecorded},
    {in(Reads::contracts), "maxPositionSize", kMissing, "the largest order then bounds it"},
    {in(Reads::contracts), "marketOpenLimitSize", kMissing, "the largest order then bounds it"},
    {in(Reads::prices), "last", kMissing, kNotTold},
    {in(Reads::prices), "lastPrice", kMissing, kNotTold},
    {in(Reads::prices), "best_ask", kMissing, kNotTold},
    {in(Reads::prices), "best_bid", kMissing, kNotTold},
    {in(Reads::prices), "askPrice", kMissing, kNotTold},
    {in(Reads::prices), "bidPrice", kMissing, kNotTold},
    {in(Reads::prices), "high_24h", kMissing, kNotTold},
    {in(Reads::prices), "low_24h", kMissing, kNotTold},
    {in(Reads::prices), "highPrice", kMissing, kNotTold},
    {in(Reads::prices), "lowPrice", kMissing, kNotTold},
    {in(Reads::prices), "markPrice", kMissing, kNotTold},
    {in(Reads::prices), "indexPrice", kMissing, kNotTold},
    {in(Reads::prices), "base_volume", kMissing, kNotTold},
    {in(Reads::prices), "volume", kMissing, kNotTold},
    {in(Reads::prices, Reads::interest), "timestamp", kAbsent, kNotTold},
    {in(Reads::prices, Reads::interest), "time", kAbsent, kNotTold},
    {in(Reads::prices), "closeTime", kAbsent, kNotTold},
    {in(Reads::funding), "lastFundingRate", kMissing, kNotTold},
    {in(Reads::funding), "nextFundingTime", kMissing, kNotTold},
    {in(Reads::funding), "collectCycle", kMissing, kNotTold},
    {kTriggers, "nextPage", kMissing | kFlag, "a flag; a full page has a next one"},
    {kTriggers, "hasMore", kMissing | kFlag, "a flag; a full page has a next one"},
    {in(Reads::modes), "marginMode", kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "marginType", kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "separatedMode", kMissing | kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "separatedModeEnum", kMissing | kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "separatedType", kMissing | kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "positionMode", kMissing | kWord | kNegative, kNotNeeded},
    {in(Reads::modes), "positionModeEnum", kMissing | kWord | kNegative, kNotNeeded},
    {in(Reads::market_trades), "isBuyerMaker", kFlag, "a flag"},
    {in(Reads::public_frame), "buyerMaker", kFlag | kMissing, "nothing hangs on it in the stream"},
    {in(Reads::public_frame), "m", kFlag | kMissing, "a flag in trades, the mark in tickers"},
    {in(Reads::public_frame), "lastPrice", kMissing, kNotTold},
    {in(Reads::public_frame), "markPrice", kMissing, kNotTold},
    {in(Reads::public_frame), "c", kMissing, kNotTold},
    {in(Reads::public_frame), "i", kMissing | kWord | kNegative, "index, or another interval"},
    {in(Reads::public_frame), "p", kWord | kNegative, "candles of another price are left out"},
    {in(Reads::public_frame), "level", kMissing, kNotTold},
    {in(Reads::public_frame), "l", kMissing, kNotTold},
    {kSockets, "channel", kWord | kNegative, "a channel that we did not ask for"},
    {kSockets, "e", kWord | kNegative, "a channel that we did not ask for"},
    {in(Reads::private_frame), "msgEvent", kMissing | kWord | kNegative, "an unknown cause"},
    {in(Reads::private_frame), "version", kMissing, "without a version nothing is overtaken"},
    {in(Reads::private_frame), "v", kMissing, "without a version nothing is overtaken"},
};

/// Controls have few fields, and none of them is a value.
bool is_control(const Reading& whole) {
  for (const char* word : {"ping", "subscribed", "unsubscribed", "ignored", "refused"}) {
    if (whole.line.starts_with(word)) {
      return true;
    }
  }
  return false;
}

std::vector<int> uses(std::size(kExceptions));

/// Why the reading may differ from the whole message's; nullptr: it may not.
const char* excuse(Reads reads, const Reading& whole, const Json& json, const Place& at,
                   const Mutation& m) {
  const Json& parent = json[at.parent_pointer()];
  if (parent.is_array() && m.text == nullptr && !json[at].is_primitive()) {
    return "a row less is a list still";
  }
  if (json[at].is_array() && m.text != nullptr && m.text == std::string_view("[]")) {
    return "an empty list is a list";
  }
  if (reads == Reads::settings && m.text == nullptr && json[at].is_object()) {
    return "a pair less";
  }
  if (is_control(whole)) {
    return kControl;
  }
  for (std::size_t i = 0; i < std::size(kExceptions); ++i) {
    const Exception& e = kExceptions[i];
    if ((e.reads & in(reads)) != 0 && at.back() == e.field && (e.changes & m.change) != 0) {
      ++uses[i];
      return e.because;
    }
  }
  return nullptr;
}

// ---- the walk ----

/// The places of all members and elements, outermost first.
void collect(const Json& node, const Place& at, std::vector<Place>& out) {
  if (!at.empty()) {
    out.push_back(at);
  }
  if (node.is_object()) {
    for (const auto& [key, value] : node.items()) {
      collect(value, at / key, out);
    }
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      collect(node[i], at / i, out);
    }
  }
}

std::string changed(const Json& whole, const Place& at, const Mutation& m) {
  Json copy = whole;
  if (m.text == nullptr) {
    Json& parent = copy[at.parent_pointer()];
    if (parent.is_array()) {
      parent.erase(std::stoul(at.back()));
    } else {
      parent.erase(at.back());
    }
    return copy.dump();
  }
  constexpr const char* kMark = R"("@@")";
  copy[at] = "@@";
  std::string text = copy.dump();
  text.replace(text.find(kMark), std::string_view(kMark).size(), m.text);
  return text;
}

/// Returns how many changed messages were read.
std::size_t check_all(Reader& reader, const char* api, Reads reads, const std::string& text) {
  const Json json = Json::parse(text);
  const Reading whole = reader.read(api, reads, json.dump());
  std::vector<Place> places;
  collect(json, Place(), places);
  for (const Place& at : places) {
    for (const Mutation& m : kMutations) {
      const std::string bytes = changed(json, at, m);
      const Reading reading = reader.read(api, reads, bytes);
      const bool told = reading.refused || reading.line == whole.line;
      if (!reading.sane || (!told && excuse(reads, whole, json, at, m) == nullptr)) {
        INFO(at.to_string() << " made " << (m.text != nullptr ? m.text : "absent") << ": "
                            << reading.line << "\n  instead of " << whole.line);
        CHECK(reading.sane);
        CHECK(told);
      }
    }
  }
  return places.size() * std::size(kMutations);
}

} // namespace

TEST_CASE("every shape of message is read into its values", "[unit][weex]") {
  Reader reader;
  for (const Fixture& f : kFixtures) {
    INFO(f.name);
    const Reading reading = reader.read(f.api, f.reads, f.text);
    CHECK(reading.sane);
    CHECK(reading.line == f.line);
  }
}

TEST_CASE("a field left out, of another type or absurd is an error, never another value",
          "[unit][weex]") {
  Reader reader;
  std::size_t read = 0;
  std::fill(uses.begin(), uses.end(), 0);
  for (const Fixture& f : kFixtures) {
    INFO(f.name);
    read += check_all(reader, f.api, f.reads, f.text);
  }
  CHECK(read > 15'000);
  for (std::size_t i = 0; i < std::size(kExceptions); ++i) {
    INFO("an exception that nothing needs: " << kExceptions[i].field << ", "
                                             << kExceptions[i].because);
    CHECK(uses[i] > 0);
  }
}

TEST_CASE("the same for every field of every sample", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  Reader reader;
  for (const Sample& sample : kSamples) {
    INFO(sample.file);
    check_all(reader, sample.api, sample.reads, read_sample(*folder, sample.file).value_or("{}"));
  }
}

} // namespace rg::weex::test
