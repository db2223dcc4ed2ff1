// The table of endpoints in docs/weex.md against what the embedded exchange serves and against
// every request that the codecs can make.

#include "infra/exchange/rest_call.hpp"
#include "infra/weex/codec.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace rg::weex::test {

namespace {

using Names = std::set<std::string>;

struct Documented {
  std::array<std::map<std::string, bool>, 2>
      endpoints; ///< of v2 and v3: name → the client speaks it
};

/// The names between backticks.
std::vector<std::string> names_in(const std::string& cell) {
  std::vector<std::string> names;
  std::istringstream in(cell);
  std::string outside, inside;
  while (std::getline(in, outside, '`') && std::getline(in, inside, '`')) {
    names.push_back(inside);
  }
  return names;
}

Documented read_page(std::istream& in) {
  Documented table;
  std::string line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.starts_with("## ")) {
      inside = line == "## Endpoints";
    }
    if (!inside || !line.starts_with("| ") || line.starts_with("| What")) {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) {
      cells.push_back(cell);
    }
    INFO(line);
    REQUIRE(cells.size() == 6);
    REQUIRE((cells[4] == " yes " || cells[4] == " no "));
    CHECK(cells[5].size() > 3);
    for (std::size_t api = 0; api < 2; ++api) {
      for (const std::string& name : names_in(cells[2 + api])) {
        const auto [at, fresh] = table.endpoints[api].emplace(name, cells[4] == " yes ");
        CHECK((fresh || at->second == (cells[4] == " yes "))); // one name, one answer
      }
    }
  }
  return table;
}

Names served(const exchange::RestProtocol& protocol) {
  Names names;
  for (const exchange::Route& route : protocol.routes) {
    names.insert(std::string(route.method) + " " + std::string(route.path));
  }
  return names;
}

/// Every request that a codec can make.
std::vector<WireRequest> all_requests(const std::string& api) {
  const auto codec = make_codec(api);
  const Symbol btc = Symbol::from_id(0);
  std::vector<WireRequest> all;
  for (const ChangeRequest& change :
       {ChangeRequest(PlaceOrder{}), ChangeRequest(CancelOrder{}), ChangeRequest(PlaceStop{}),
        ChangeRequest(CancelStop{}), ChangeRequest(CancelAll{}),
        ChangeRequest(CancelAll{false, btc, true}), ChangeRequest(SetLeverage{})}) {
    all.push_back(codec->encode(change));
  }
  static_assert(std::variant_size_v<ChangeRequest> == 6);
  for (int kind = 0; kind <= static_cast<int>(QueryKind::server_time); ++kind) {
    for (const bool all_symbols : {true, false}) {
      Query query;
      query.kind = static_cast<QueryKind>(kind);
      query.all_symbols = all_symbols;
      all.push_back(codec->encode(query, {}));
    }
  }
  for (int kind = 0; kind <= static_cast<int>(InfoKind::fees); ++kind) {
    all.push_back(codec->encode(static_cast<InfoKind>(kind), btc));
  }
  const Duration minute = std::chrono::minutes(1);
  all.push_back(codec->encode_candles(btc, minute, 10));
  all.push_back(codec->encode_history_candles(btc, minute, Timestamp::from_ms(1), 10));
  all.push_back(codec->encode_modes_question());
  all.push_back(codec->encode(PairModes{.symbol = btc}));
  all.push_back(codec->encode_trigger_history(btc, {}));
  all.push_back(codec->encode(AiLogUpload{}));
  return all;
}

} // namespace

TEST_CASE("the table of endpoints is true", "[unit][weex][docs]") {
  std::ifstream page("docs/weex.md");
  REQUIRE(page.good());
  const Documented table = read_page(page);
  const std::array<const exchange::RestProtocol*, 2> protocols{&exchange::v2::rest_protocol(),
                                                               &exchange::v3::rest_protocol()};
  const std::array<std::string, 2> apis{"v2", "v3"};
  for (std::size_t i = 0; i < 2; ++i) {
    INFO(apis[i]);
    Names documented, spoken_by_table, spoken;
    for (const auto& [name, client] : table.endpoints[i]) {
      documented.insert(name);
      if (client) {
        spoken_by_table.insert(name);
      }
    }
    for (const WireRequest& request : all_requests(apis[i])) {
      REQUIRE(request.target.starts_with(protocols[i]->prefix));
      const std::string path = request.target.substr(protocols[i]->prefix.size());
      spoken.insert(std::string(request.method) + " " + path.substr(0, path.find('?')));
    }
    CHECK(documented == served(*protocols[i]));
    CHECK(spoken_by_table == spoken);
  }
}

} // namespace rg::weex::test
