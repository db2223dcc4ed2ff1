#include "actors/journal/explanation.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_records.hpp"

#include <rapidcheck.h>
#include <simdjson.h>

using namespace rg;

namespace {

/// An approved trend entry on BTC whose volatility and drawdown factors bind.
Decision approved() {
  Decision d;
  d.id = {*Symbol::parse("BTC"), Timestamp::from_ms(1735732800000), DecisionKind::signal,
          0}; // 2025-01-01 12:00
  d.outcome = Outcome::approved;
  d.signal.symbol = d.id.symbol;
  d.signal.stamp = d.id.stamp;
  d.signal.rule = Rule::trend;
  d.regime.regime = Regime::trending;
  d.regime.confidence = 0.7199;
  d.regime.abstention = Abstention::none;
  d.risk.factors[FactorName::volatility] = 0.58;
  d.risk.factors[FactorName::drawdown] = 0.60;
  d.risk.multiplier = d.risk.factors.multiplier();
  d.risk.stop_distance = 0.02;
  d.price = *Price::parse("95000");
  d.stop_price = *Price::parse("93100");
  d.quantity = *Quantity::parse("0.012");
  return d;
}

Decision refused(Refusal why) {
  Decision d = approved();
  d.outcome = Outcome::refused;
  d.refusal = why;
  d.quantity = Quantity::zero();
  d.risk.factors = {};
  d.risk.multiplier = 0.0;
  return d;
}

Decision exit_for(ExitReason why) {
  Decision d = approved();
  d.id.kind = DecisionKind::exit;
  d.outcome = Outcome::exit;
  d.exit_reason = why;
  d.signal.side = Side::sell;
  d.risk = {};
  d.stop_price = Price::zero();
  return d;
}

} // namespace

TEST_CASE("an approved trade is explained in the brief's words", "[unit][journal]") {
  CHECK(explanation_text(approved()) ==
        "Trade executed under trending regime with 72% confidence. Exposure reduced to 0.35 due to "
        "elevated volatility (x0.58) and recent drawdown (x0.60).");
}

TEST_CASE("a trade at full size says so", "[unit][journal]") {
  Decision d = approved();
  d.risk.factors = {};
  d.risk.multiplier = 1.0;
  CHECK(explanation_text(d) == "Trade executed under trending regime with 72% confidence. Exposure "
                               "at its full size (x1.00).");
}

TEST_CASE("a test trade is not said to be a rule's", "[unit][journal]") {
  Decision d = approved();
  d.signal.rule = Rule::none;
  const std::string text = long_explanation(d);
  CHECK(text.starts_with("Test trade executed at a person's request under "));
  CHECK(text.find(" It buys ") != std::string::npos);
  CHECK(text.find("rule") == std::string::npos);
}

TEST_CASE("three factors are listed with commas, and those at one are not", "[unit][journal]") {
  Decision d = approved();
  d.regime.regime = Regime::range_bound;
  d.guard.level = GuardLevel::caution;
  d.risk.factors[FactorName::guard] = 0.5;
  d.risk.factors[FactorName::asset] = 0.999; // prints as 1.00
  d.risk.multiplier = d.risk.factors.multiplier();
  CHECK(explanation_text(d) ==
        "Trade executed under range-bound regime with 72% confidence. Exposure reduced to 0.17 due "
        "to elevated "
        "volatility (x0.58), recent drawdown (x0.60) and the guard's caution (x0.50).");
}

TEST_CASE("refusals say why", "[unit][journal]") {
  Decision leverage = refused(Refusal::gross_leverage);
  leverage.gross_leverage = 1.934;
  CHECK(explanation_text(leverage) == "Trade refused under trending regime with 72% confidence "
                                      "because the gross leverage cap would be "
                                      "exceeded. Gross leverage stands at 1.93.");

  Decision unknown = refused(Refusal::regime_unknown);
  unknown.regime.regime = Regime::unknown;
  unknown.regime.confidence = 0.0;
  unknown.regime.abstention = Abstention::implausible;
  CHECK(explanation_text(unknown) == "Trade refused under unknown regime with 0% confidence "
                                     "because the regime is unknown: the model finds the "
                                     "observation implausible.");

  Decision cooldown = refused(Refusal::cooldown);
  cooldown.regime.regime = Regime::high_volatility;
  cooldown.risk.cooldown_until = cooldown.id.stamp + std::chrono::minutes(95);
  CHECK(explanation_text(cooldown) == "Trade refused under high-volatility regime with 72% "
                                      "confidence because the trade cooldown has not ended. "
                                      "The cooldown ends at 2025-01-01 13:35 UTC.");

  Decision guarded = refused(Refusal::guard_not_normal);
  guarded.guard = {guarded.id.symbol,
                   guarded.id.stamp,
                   GuardLevel::halt,
                   GuardCause::price_volume,
                   71.25,
                   60.0,
                   0.0};
  CHECK(explanation_text(guarded) ==
        "Trade refused under trending regime with 72% confidence because the guard allows no new "
        "risk. The guard is "
        "at halt: price volume at 71.25 against a threshold of 60.00.");

  Decision suspended = refused(Refusal::suspended);
  suspended.risk.suspended = true;
  suspended.risk.factors[FactorName::drawdown] = 0.0;
  suspended.risk.multiplier = suspended.risk.factors.multiplier();
  CHECK(explanation_text(suspended) == "Trade refused under trending regime with 72% confidence "
                                       "because trading of the pair is suspended. Exposure "
                                       "would have been reduced to 0.00 due to recent drawdown "
                                       "(x0.00). The pair is suspended while a factor is "
                                       "zero.");
}

TEST_CASE("exits, tightened stops and hand-overs are explained", "[unit][journal]") {
  CHECK(explanation_text(exit_for(ExitReason::stop)) ==
        "Exit executed under trending regime with 72% confidence because its stop was reached.");
  CHECK(explanation_text(exit_for(ExitReason::rule)) ==
        "Exit executed under trending regime with 72% confidence because the trend rule called for "
        "it.");

  Decision stop = exit_for(ExitReason::guard);
  stop.stop_price = *Price::parse("94000.5");
  CHECK(explanation_text(stop) == "Stop tightened under trending regime with 72% confidence "
                                  "because the guard saw conditions worsen.");
  CHECK(long_explanation(stop).ends_with(" The stop moves to 94000.5, the price being 95000."));

  Decision handed = exit_for(ExitReason::regime);
  handed.outcome = Outcome::hand_over;
  CHECK(explanation_text(handed) == "Position handed over under trending regime with 72% "
                                    "confidence because the market has begun to trend its "
                                    "way: the trend rule leads it from here.");
}

TEST_CASE("each outcome and each reason names regime and confidence", "[unit][journal]") {
  for (std::size_t i = 0; i < journal::kEnumCount<Refusal>; ++i) {
    CHECK(explanation_text(refused(static_cast<Refusal>(i)))
              .find("under trending regime with 72% confidence because ") != std::string::npos);
  }
  for (std::size_t i = 0; i < journal::kEnumCount<ExitReason>; ++i) {
    CHECK(explanation_text(exit_for(static_cast<ExitReason>(i)))
              .find("under trending regime with 72% confidence because ") != std::string::npos);
  }
}

TEST_CASE("the long version tells order, stop and what each factor cost", "[unit][journal]") {
  Decision d = approved();
  d.risk.stop_adjustment = StopAdjustment::tightened;
  d.risk.forecast = {true, 0.0207, 0.02, 0.012, 0.31, 0.0185};
  CHECK(long_explanation(d) ==
        explanation_text(d) +
            " The trend rule buys 0.012 BTC at 95000; the stop at 93100 is 2.00% away, tightened "
            "because conditions "
            "worsened. With normal volatility the multiplier would have been 0.60. With no "
            "drawdown the multiplier "
            "would have been 0.58. Volatility over the next 4 hours is forecast at 2.07%, an "
            "adverse move beyond "
            "1.85% has a chance of 5%, and an expansion of volatility one of 31%.");
}

TEST_CASE("the factors of the JSON multiply to the multiplier, to the bit", "[unit][journal]") {
  CHECK(rc::check([] {
    Decision d = approved();
    for (double& factor : d.risk.factors.value) {
      factor = std::ldexp(
          static_cast<double>(*rc::gen::inRange<std::int64_t>(0, (std::int64_t{1} << 53) + 1)),
          -53);
    }
    d.risk.multiplier = d.risk.factors.multiplier();
    const std::string text = explanation_json(d);
    simdjson::dom::parser parser;
    const simdjson::dom::element json = parser.parse(text);
    double product = 1.0;
    std::size_t count = 0;
    for (const auto factor : simdjson::dom::object(json["factors"])) { // in the order printed
      RC_ASSERT(factor.key == to_string(static_cast<FactorName>(count)));
      product *= double(factor.value);
      ++count;
    }
    RC_ASSERT(count == kFactorCount);
    RC_ASSERT(product == double(json["multiplier"]));
    RC_ASSERT(product == d.risk.multiplier);
    for (const auto entry : simdjson::dom::array(json["counterfactuals"])) {
      double others = 1.0;
      for (const auto factor : simdjson::dom::object(json["factors"])) {
        others *= factor.key == std::string_view(entry["factor"]) ? 1.0 : double(factor.value);
      }
      RC_ASSERT(others == double(entry["multiplier_without"]));
    }
  }));
}

TEST_CASE("explanations of any record are valid JSON and printable text", "[unit][journal]") {
  testing::SampleRecords samples(99);
  for (int i = 0; i < 2000; ++i) {
    const Decision d = samples.decision();
    const std::string text = explanation_json(d);
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    INFO(text);
    REQUIRE(parser.parse(text).get(json) == simdjson::SUCCESS);
    CHECK(std::string_view(json["decision"]) == d.id.text());
    const std::string log = ai_log_explanation(d);
    CHECK(log.size() <= kAiLogLength);
    CHECK(std::all_of(log.begin(), log.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    CHECK(log.find(regime_phrase(d.regime).substr(0, 8)) != std::string::npos);
  }
}

TEST_CASE("exits and early refusals carry no factors", "[unit][journal]") {
  for (const Decision& d : {exit_for(ExitReason::time), refused(Refusal::not_warm)}) {
    CHECK_FALSE(has_factors(d));
    CHECK(counterfactuals(d).empty());
    CHECK(explanation_json(d).find("\"multiplier\":null,\"factors\":null,\"factor_inputs\":null,"
                                   "\"counterfactuals\":[]") != std::string::npos);
  }
}

TEST_CASE("texts are cut at the end of a sentence", "[unit][journal]") {
  const std::string text = "Size x0.35 of full. Second one. Third.";
  CHECK(cut_at_sentence(text, 100) == text);
  CHECK(cut_at_sentence(text, text.size()) == text);
  CHECK(cut_at_sentence(text, 37) == "Size x0.35 of full. Second one.");
  CHECK(cut_at_sentence(text, 31) == "Size x0.35 of full. Second one.");
  CHECK(cut_at_sentence(text, 30) == "Size x0.35 of full.");
  CHECK(cut_at_sentence(text, 18) == "Size x0.35 of...");
  CHECK(cut_at_sentence(text, 3) == "Siz");
  CHECK(cut_at_sentence(text, 0).empty());
}

TEST_CASE("minutes print in UTC", "[unit][journal]") {
  CHECK(minute_text(Timestamp::from_ms(0)) == "1970-01-01 00:00 UTC");
  CHECK(minute_text(Timestamp::from_ms(1709251199999)) == "2024-02-29 23:59 UTC");
}
