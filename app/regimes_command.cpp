// regimeguard regimes: the filtered regime of every pipeline bar of one candle file, as CSV (design
// §13).

#include "actors/feed/slot_builder.hpp"
#include "actors/regime/regime_model.hpp"
#include "app/commands.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/write_whole_file.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/candle_file.hpp"
#include "messages/support/number_text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

namespace rg::app {

namespace {

struct RegimesOptions {
  std::string data, model, out, method = "hmm";
  bool with_features = false;
};

/// Rows in slot order. A slot that is missing has a row too, without numbers: there the filter
/// restarts, as it does on bars whose features are not complete.
class RegimeTable {
public:
  explicit RegimeTable(bool with_features) : with_features_(with_features) {
    text_ = "ts_ms,regime,confidence,p_trending,p_range,p_volatile";
    for (std::size_t f = 0; with_features && f < kFeatureCount; ++f) {
      text_ += std::string(",f_") + to_string(static_cast<Feature>(f));
    }
    text_ += '\n';
  }

  void add(const RegimeEstimate& e) {
    text_ += std::to_string(e.stamp.ms()) + "," + to_string(e.regime) + ",";
    append_double(text_, e.confidence);
    add_numbers(e.posterior, e.posterior_valid);
    if (with_features_) {
      add_numbers(e.features, e.posterior_valid);
    }
    text_ += '\n';
  }

  [[nodiscard]] const std::string& text() const { return text_; }

private:
  template <class Numbers> void add_numbers(const Numbers& numbers, bool present) {
    for (const double x : numbers) {
      text_ += ',';
      if (present) {
        append_double(text_, x);
      }
    }
  }

  bool with_features_;
  std::string text_;
};

int regimes(const RegimesOptions& o) {
  RegimeSettings settings;
  if (o.method != "hmm" && o.method != "jump") {
    throw UsageError("--method: " + o.method + " is neither hmm nor jump");
  }
  settings.model = o.method == "jump" ? RegimeMethod::jump : RegimeMethod::hmm;
  const auto model = model_for(o.model, settings.model);
  if (!model) {
    throw UsageError(model.error().text());
  }
  const auto series = load_candles(o.data);
  if (!series) {
    throw UsageError(series.error().text());
  }
  BarSettings bars;
  bars.interval = (*model)->interval;
  if (series->interval > bars.interval || bars.interval.count() % series->interval.count() != 0) {
    throw UsageError(o.data + ": bars of " + interval_text(series->interval) +
                     " do not divide the model's " + interval_text(bars.interval) +
                     "; give a model trained with --interval " + interval_text(series->interval));
  }
  SlotBuilder slots(series->symbol, bars, series->interval);
  RegimeModel regime(series->symbol, *model, settings, bars);
  RegimeTable table(o.with_features);
  for (const Bar& base : series->bars) {
    const auto bar = slots.on_base_bar(base);
    if (!bar) {
      continue;
    }
    for (std::uint32_t back = bar->gap_slots; back > 0; --back) {
      RegimeEstimate missing;
      missing.stamp = bar->bar.close_time() - back * bars.interval;
      table.add(missing);
    }
    table.add(regime.on_bar(*bar));
  }
  if (const auto written = write_whole_file(o.out, table.text()); !written) {
    throw UsageError(written.error().text());
  }
  return 0;
}

} // namespace

void add_regimes(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<RegimesOptions>();
  CLI::App* command =
      root.add_subcommand("regimes", "Write the filtered regime of every bar of a candle file");
  command->add_option("--data", o->data, "Candle file")->required();
  command->add_option("--model", o->model, "Model file; default: the built-in model");
  command
      ->add_option("--method", o->method,
                   "hmm, or jump for the softmax of the jump model's value function")
      ->capture_default_str();
  command->add_flag("--with-features", o->with_features, "Add the standardised features");
  command->add_option("--out", o->out, "CSV file to write")->required();
  command->callback([o, &chosen] { chosen = [o] { return regimes(*o); }; });
}

} // namespace rg::app
