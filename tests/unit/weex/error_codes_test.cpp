// Every documented error code, provoked once through the whole gateway of either generation, and
// the page for people compared with the table that decides.

#include "infra/clock/system_clock.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/venue_error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/doc_tables.hpp"
#include "tests/unit/weex/scripted_venue.hpp"

#include <fstream>

namespace rg::weex::test {

namespace {

/// Code → the reaction's first words, as docs/weex.md tells them.
std::map<int, std::string> documented_reactions() {
  std::ifstream page("docs/weex.md");
  std::map<int, std::string> reactions;
  for (std::string line; std::getline(page, line);) {
    const std::vector<std::string> cells = rg::test::cells_of(line);
    if (cells.size() != 5 || !rg::test::is_number_list(cells[0]) ||
        !rg::test::is_number_list(cells[1])) {
      continue;
    }
    for (const int code : rg::test::integers_in(cells[0] + "," + cells[1])) {
      reactions[code] = cells[3];
    }
  }
  return reactions;
}

const char* words_of(Reaction r) {
  switch (r) {
  case Reaction::halt:
    return " halt";
  case Reaction::refuse:
    return " refuse";
  case Reaction::search:
    return " search";
  case Reaction::resync_clock:
    return " measure the clock";
  case Reaction::back_off:
    return " back off";
  default:
    return "?";
  }
}

struct Client {
  ScriptedVenue venue;
  SystemClock clock;
  Heard heard;
  std::unique_ptr<WeexGateway> gateway;

  explicit Client(const std::string& api) {
    venue.t.call([&] {
      ExchangeSettings settings = venue.settings();
      settings.api = api;
      gateway = std::make_unique<WeexGateway>(venue.t.loop, clock, settings,
                                              ScriptedVenue::credentials(), WeexOptions{});
      gateway->set_listener(&heard);
      return 0;
    });
  }
  ~Client() {
    venue.t.call([&] {
      gateway.reset();
      return 0;
    });
  }
  ChangeAnswer place() {
    PlaceOrder order;
    order.client_id = *ClientOrderId::parse("rg0000aa-btc-1735690500000-s-e1");
    order.quantity = *Quantity::parse("0.001");
    venue.t.call([&] {
      gateway->send(7, order);
      return 0;
    });
    return heard.changes.next();
  }
};

std::string error_body(const std::string& api, int code, const std::string& text) {
  return api == "v2" ? R"({"code":")" + std::to_string(code) + R"(","msg":")" + text +
                           R"(","requestTime":1765776928145,"data":null})"
                     : R"({"code":)" + std::to_string(code) + R"(,"msg":")" + text + R"("})";
}

} // namespace

TEST_CASE("the page for people tells each code's reaction as the table has it", "[unit][weex]") {
  const auto told = documented_reactions();
  for (const DocumentedError& e : documented_errors()) {
    INFO(e.code << " " << e.meaning);
    const auto found = told.find(e.code);
    REQUIRE(found != told.end());
    CHECK(found->second.starts_with(words_of(e.reaction)));
  }
  CHECK(told.size() == documented_errors().size());
}

TEST_CASE("every documented code, provoked once, ends as the table says", "[unit][weex]") {
  for (const char* const api : {"v2", "v3"}) {
    Client client(api);
    for (const DocumentedError& e : documented_errors()) {
      INFO(api << " " << e.code << " " << e.meaning);
      client.venue.answer("order", e.code == 429 ? 429 : 400, error_body(api, e.code, "told so"));
      const ChangeAnswer answer = client.place();
      CHECK(answer.outcome == outcome_of_change(e.reaction));
      CHECK(answer.code == e.code);
      CHECK(answer.message == "told so");
    }
    for (const int code : {40015, -1054}) {
      client.venue.answer("order", 400, error_body(api, code, "FAILED_PRECONDITION: margin"));
      CHECK(client.place().outcome == RequestOutcome::rejected);
    }
  }
}

TEST_CASE("a question meets the same codes, none of them passes for an answer", "[unit][weex]") {
  for (const DocumentedError& e : documented_errors()) {
    for (const int status : {200, 400, 500}) {
      INFO(e.code << " under HTTP " << status);
      CHECK(reaction_to({e.code, "x"}, status) == e.reaction);
      CHECK(outcome_of_query(e.reaction) != RequestOutcome::ok);
    }
  }
}

} // namespace rg::weex::test
