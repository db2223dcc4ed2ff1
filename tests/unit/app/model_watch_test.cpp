#include "app/engine/model_watch.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::app;
using namespace std::chrono_literals;

namespace {
const Timestamp kNewYear = Timestamp::from_ms(1'735'689'600'000); // 2025-01-01
ModelCard card_of(const std::string& last_day) {
  ModelCard card;
  card.span_to = last_day;
  return card;
}
} // namespace

TEST_CASE("a model is young until its last day lies farther back than allowed", "[unit][app]") {
  const ModelCard card = card_of("2024-12-31"); // whole: its data end with the year
  CHECK_FALSE(model_age_warning(card, kNewYear, 60 * 24h));
  CHECK_FALSE(model_age_warning(card, kNewYear + 60 * 24h, 60 * 24h));
  const auto old = model_age_warning(card, kNewYear + 61 * 24h, 60 * 24h);
  REQUIRE(old);
  CHECK(old->id == "model_age");
  CHECK(old->text.find("2024-12-31") != std::string::npos);
  CHECK(old->text.find("61 days") != std::string::npos);
}

TEST_CASE("no age is told before data time is known, when it is switched off, or of no card",
          "[unit][app]") {
  CHECK_FALSE(model_age_warning(card_of("2020-01-01"), Timestamp{}, 24h));
  CHECK_FALSE(model_age_warning(card_of("2020-01-01"), kNewYear, 0s));
  CHECK_FALSE(model_age_warning(card_of(""), kNewYear, 24h));
  CHECK(model_age_warning(card_of("soon"), kNewYear, 24h));
}
