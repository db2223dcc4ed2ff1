#include "actors/journal/explanation.hpp"

#include "actors/journal/explanation_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rg {

namespace {

/// A factor that prints as 1.00 took nothing away that a person would see.
constexpr double kVisible = 0.995;

void append_two_digits(std::string& text, char before, unsigned value) {
  text += before;
  text += static_cast<char>('0' + value / 10);
  text += static_cast<char>('0' + value % 10);
}

bool moves_stop(const Decision& d) {
  return d.outcome == Outcome::exit && d.stop_price.is_positive();
}

/// A round trip of api-test: no rule called for it, and no model sized it.
bool is_test_trade(const Decision& d) {
  return d.outcome == Outcome::approved && d.signal.rule == Rule::none;
}

/// "Trade executed under trending regime with 72% confidence".
std::string opening(const Decision& d) {
  std::string text;
  switch (d.outcome) {
  case Outcome::approved:
    text = is_test_trade(d) ? "Test trade executed at a person's request" : "Trade executed";
    break;
  case Outcome::refused:
    text = d.id.kind == DecisionKind::exit ? "Exit refused" : "Trade refused";
    break;
  case Outcome::exit:
    text = moves_stop(d) ? "Stop tightened" : "Exit executed";
    break;
  case Outcome::hand_over:
    text = "Position handed over";
    break;
  }
  text += " under ";
  return text + regime_phrase(d.regime);
}

std::string because(const Decision& d) {
  switch (d.outcome) {
  case Outcome::approved:
    return {};
  case Outcome::refused: {
    std::string text = " because ";
    text += describe(d.refusal);
    if (d.refusal == Refusal::regime_unknown) {
      text += ": ";
      text += words::abstention(d.regime.abstention);
    }
    return text;
  }
  case Outcome::exit:
    if (moves_stop(d)) {
      return d.exit_reason == ExitReason::guard ? " because the guard saw conditions worsen"
                                                : " because volatility rose";
    }
    return std::string(" because ").append(words::exit_reason(d));
  case Outcome::hand_over:
    return " because the market has begun to trend its way: the trend rule leads it from here";
  }
  return {};
}

/// "elevated volatility (x0.58) and recent drawdown (x0.60)"; empty when no factor shows.
std::string reductions(const Decision& d) {
  std::vector<std::string> parts;
  for (const Counterfactual& c : counterfactuals(d)) {
    if (d.risk.factors[c.factor] < kVisible) {
      parts.push_back(words::cause_of(d, c.factor) + " (x" +
                      words::factor(d.risk.factors[c.factor]) + ")");
    }
  }
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

std::string exposure_sentence(const Decision& d) {
  if (!has_factors(d)) {
    return {};
  }
  const bool sent = d.outcome == Outcome::approved;
  const std::string reasons = reductions(d);
  if (reasons.empty()) {
    return sent ? " Exposure at its full size (x1.00)." : "";
  }
  std::string text = sent ? " Exposure reduced to " : " Exposure would have been reduced to ";
  text += words::factor(d.risk.multiplier);
  text += " due to ";
  return text + reasons + ".";
}

/// What a person needs to know to see why a limit bound, and until when.
std::string refusal_details(const Decision& d) {
  std::string text;
  const bool guarded = d.refusal == Refusal::guard_not_normal && d.guard.cause != GuardCause::none;
  if (guarded) {
    text += " The guard is at ";
    text += to_string(d.guard.level);
    text += ": ";
    text += words::guard(d.guard) + ".";
  }
  if (d.refusal == Refusal::drawdown_halt) {
    text += " Drawdown stands at " + words::percent(d.drawdown, 1) + " of the high-water mark.";
  }
  if (d.refusal == Refusal::gross_leverage || d.refusal == Refusal::net_leverage ||
      d.refusal == Refusal::passive_breach) {
    text += " Gross leverage stands at " + words::fixed(d.gross_leverage, 2) + ".";
  }
  if (d.outcome == Outcome::refused && d.risk.cooldown_until > d.id.stamp) {
    text += " The cooldown ends at " + minute_text(d.risk.cooldown_until) + ".";
  }
  if (d.risk.suspended) {
    text += " The pair is suspended while a factor is zero.";
  }
  return text;
}

/// "The trend rule buys 0.012 BTC at 95000; the stop at 93100 is 2.00% away."
std::string order_sentence(const Decision& d) {
  if (d.outcome == Outcome::refused || d.outcome == Outcome::hand_over ||
      !d.quantity.is_positive()) {
    return {};
  }
  if (moves_stop(d)) {
    return " The stop moves to " + d.stop_price.text() + ", the price being " + d.price.text() +
           ".";
  }
  std::string text = " It";
  if (d.outcome == Outcome::approved && !is_test_trade(d)) {
    text = " The ";
    text += to_string(d.signal.rule);
    text += " rule";
  }
  text += d.signal.side == Side::buy ? " buys " : " sells ";
  text += d.quantity.text() + " " + std::string(d.id.symbol.base_coin());
  text += d.outcome == Outcome::approved ? " at " : " near ";
  text += d.price.text();
  if (d.outcome == Outcome::approved && d.stop_price.is_positive()) {
    text += "; the stop at " + d.stop_price.text() + " is " +
            words::percent(d.risk.stop_distance, 2) + " away";
    text += d.risk.stop_adjustment == StopAdjustment::tightened
                ? ", tightened because conditions worsened"
                : "";
  }
  return text + ".";
}

std::string forecast_sentence(const Decision& d) {
  if (d.outcome == Outcome::exit || d.outcome == Outcome::hand_over || !d.risk.forecast.valid) {
    return {};
  }
  return " Volatility over the next 4 hours is forecast at " +
         words::percent(d.risk.forecast.rv_forecast, 2) + ", an adverse move beyond " +
         words::percent(d.risk.forecast.tail_q95, 2) +
         " has a chance of 5%, and an expansion of volatility one of " +
         words::percent(d.risk.forecast.p_expansion) + ".";
}

std::string counterfactual_sentences(const Decision& d) {
  std::string text;
  for (const Counterfactual& c : counterfactuals(d)) {
    if (d.risk.factors[c.factor] < kVisible) {
      text += " W";
      text += c.sentence.substr(1);
      text += '.';
    }
  }
  return text;
}

} // namespace

bool has_factors(const Decision& d) {
  return (d.outcome == Outcome::approved || d.outcome == Outcome::refused) &&
         d.risk.multiplier == d.risk.factors.multiplier();
}

std::vector<Counterfactual> counterfactuals(const Decision& d) {
  std::vector<Counterfactual> all;
  if (!has_factors(d)) {
    return all;
  }
  for (std::size_t i = 0; i < kFactorCount; ++i) {
    if (d.risk.factors.value[i] < 1.0) {
      RiskFactors others = d.risk.factors;
      others.value[i] = 1.0;
      const auto name = static_cast<FactorName>(i);
      std::string sentence("with ");
      sentence += words::normal_of(name);
      sentence += " the multiplier would have been ";
      sentence += words::factor(others.multiplier());
      all.push_back({name, others.multiplier(), std::move(sentence)});
    }
  }
  return all;
}

std::string regime_phrase(const RegimeEstimate& regime) {
  std::string text = words::regime(regime.regime);
  text += " regime with ";
  return text + words::percent(std::isfinite(regime.confidence) ? regime.confidence : 0.0) +
         " confidence";
}

std::string explanation_text(const Decision& d) {
  return opening(d) + because(d) + "." + exposure_sentence(d) + refusal_details(d);
}

std::string long_explanation(const Decision& d) {
  return explanation_text(d) + order_sentence(d) + counterfactual_sentences(d) +
         forecast_sentence(d);
}

std::string ai_log_explanation(const Decision& d) {
  return cut_at_sentence(long_explanation(d), kAiLogLength);
}

std::string cut_at_sentence(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) {
    return std::string(text);
  }
  // A sentence ends with a full stop before a space; "0.35" is none.
  const std::size_t end = limit == 0 ? std::string_view::npos : text.rfind(". ", limit - 1);
  if (end != std::string_view::npos) {
    return std::string(text.substr(0, end + 1));
  }
  constexpr std::string_view kDots = "...";
  if (limit <= kDots.size()) {
    return std::string(text.substr(0, limit));
  }
  const std::size_t space = text.rfind(' ', limit - kDots.size());
  const std::size_t keep = space == std::string_view::npos ? limit - kDots.size() : space;
  return std::string(text.substr(0, keep)) + std::string(kDots);
}

std::string minute_text(Timestamp time) {
  const auto day =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Duration>(Duration{time.ns()}));
  const std::chrono::year_month_day date(day);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(
      std::chrono::sys_time<Duration>(Duration{time.ns()}) - day);
  std::string text = std::to_string(static_cast<int>(date.year()));
  append_two_digits(text, '-', static_cast<unsigned>(date.month()));
  append_two_digits(text, '-', static_cast<unsigned>(date.day()));
  append_two_digits(text, ' ', static_cast<unsigned>(minutes.count() / 60));
  append_two_digits(text, ':', static_cast<unsigned>(minutes.count() % 60));
  return text + " UTC";
}

} // namespace rg
