#include "backtests/csv_files.hpp"

#include "messages/support/number_text.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace rg {

namespace {

/// One line, field by field.
class Line {
public:
  explicit Line(std::string& out) : out_(out) {}
  ~Line() { out_ += '\n'; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& add(std::string_view text) {
    comma();
    out_ += text;
    return *this;
  }
  Line& add(double value) {
    comma();
    append_double(out_, value);
    return *this;
  }
  Line& add(std::int64_t value) { return add(std::string_view(std::to_string(value))); }
  Line& add(const std::optional<double>& value) { return value ? add(*value) : empty(); }
  template <class Fixed> Line& add_fixed(Fixed value) {
    return add(std::string_view(value.text()));
  }
  Line& empty() {
    comma();
    return *this;
  }

private:
  void comma() {
    if (!first_) {
      out_ += ',';
    }
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

void add_decision(std::string& out, const Decision& d) {
  const bool exits = d.outcome == Outcome::exit || d.outcome == Outcome::hand_over;
  Line line(out);
  line.add(std::string_view(d.id.text()))
      .add(d.id.stamp.ms())
      .add(d.id.symbol.name())
      .add(std::string_view(to_string(d.regime.regime)))
      .add(d.regime.confidence)
      .add(std::string_view(to_string(d.signal.rule)))
      .add(std::string_view(to_string(d.signal.side)))
      .add(std::string_view(to_string(d.outcome)));
  if (exits) {
    line.add(std::string_view(to_string(d.exit_reason)));
  } else if (d.outcome == Outcome::refused) {
    line.add(std::string_view(to_string(d.refusal)));
  } else {
    line.empty();
  }
  if (exits) {
    for (std::size_t i = 0; i < 1 + kFactorCount + 1; ++i) { // multiplier, factors, stop_distance
      line.empty();
    }
  } else {
    line.add(d.risk.multiplier);
    for (const double factor : d.risk.factors.value) {
      line.add(factor);
    }
    if (d.risk.stop_distance > 0.0) {
      line.add(d.risk.stop_distance);
    } else {
      line.empty();
    }
  }
  line.add_fixed(d.quantity).add_fixed(d.price);
}

} // namespace

std::string equity_csv(const EquityCurve& curve) {
  std::string out = "ts_ms,equity,drawdown,gross_leverage,net_leverage\n";
  out.reserve(curve.rows().size() * 72);
  for (const EquityRow& r : curve.rows()) {
    Line(out).add(r.ts_ms).add(r.equity).add(r.drawdown).add(r.gross_leverage).add(r.net_leverage);
  }
  return out;
}

std::string trades_csv(std::span<const Trade> trades) {
  std::string out = "pair,side,entry_ts_ms,entry_price,exit_ts_ms,exit_price,quantity,fees,funding,"
                    "pnl,exit_reason,entry_decision\n";
  for (const Trade& t : trades) {
    Line(out)
        .add(t.symbol.name())
        .add(std::string_view(to_string(t.side)))
        .add(t.entry_time.ms())
        .add(t.entry_price)
        .add(t.exit_time.ms())
        .add(t.exit_price)
        .add_fixed(t.quantity)
        .add_fixed(t.fees)
        .add_fixed(t.funding)
        .add_fixed(t.pnl)
        .add(std::string_view(to_string(t.exit_reason)))
        .add(std::string_view(t.entry_decision.text()));
  }
  return out;
}

std::string decisions_csv(std::span<const Decision> decisions) {
  std::string out = "decision,ts_ms,pair,regime,confidence,rule,side,outcome,reason,multiplier";
  for (std::size_t i = 0; i < kFactorCount; ++i) {
    out += ",factor_";
    out += to_string(static_cast<FactorName>(i));
  }
  out += ",stop_distance,quantity,price\n";
  for (const Decision& d : decisions) {
    add_decision(out, d);
  }
  return out;
}

std::string forecasts_csv(std::vector<ScoredForecast> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const ScoredForecast& a, const ScoredForecast& b) {
    return a.stamp != b.stamp ? a.stamp < b.stamp : a.symbol < b.symbol;
  });
  constexpr std::int64_t kHorizonMs = kForecastHorizon.count() / 1'000'000;
  std::string out = "ts_ms,pair,horizon_ms,rv_forecast,rv_ewma,rv_realised,p_expansion,expansion,"
                    "tail_q95,adverse_excursion\n";
  out.reserve(rows.size() * 160);
  for (const ScoredForecast& r : rows) {
    Line line(out);
    line.add(r.stamp.ms())
        .add(r.symbol.name())
        .add(kHorizonMs)
        .add(r.forecast.rv_forecast)
        .add(r.rv_ewma)
        .add(r.rv_realised)
        .add(r.forecast.p_expansion);
    if (r.expansion) {
      line.add(std::string_view(*r.expansion ? "1" : "0"));
    } else {
      line.empty();
    }
    line.add(r.forecast.tail_q95).add(r.adverse_excursion);
  }
  return out;
}

Result<bool, InputError> write_file(const std::string& dir, const std::string& name,
                                    const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code failure;
  fs::create_directories(dir, failure);
  const std::string path = (fs::path(dir) / name).string();
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return fail(InputError{path, 0, "cannot be written; give --out a folder that can"});
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) {
    return fail(InputError{path, 0, "could not be written whole; is the disk full?"});
  }
  return true;
}

} // namespace rg
