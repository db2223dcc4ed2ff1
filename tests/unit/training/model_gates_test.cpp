// A refit takes the last model's place only when it is as good.

#include "backtests/training/model_gates.hpp"
#include "backtests/training/train_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

#include <algorithm>

using namespace rg;

namespace {

constexpr int kBars = 6'000;

std::vector<CandleFolder> market() {
  return {test::folder("a", {test::candles({Symbol::from_id(0), 1, kBars}),
                             test::candles({Symbol::from_id(1), 2, kBars})})};
}

/// Close of the n-th bar.
Timestamp after_bars(int n) {
  return Timestamp::from_ms(1'704'067'200'000 + n * 900'000LL);
}

std::shared_ptr<const ModelParameters> fitted(const std::vector<CandleFolder>& folders, int bars,
                                              std::uint64_t seed = 1) {
  TrainingSettings settings;
  settings.until = after_bars(bars);
  settings.seed = seed;
  settings.with_jump = true;
  auto trained = train_model(folders, settings, [](const std::string&, double) {});
  REQUIRE(trained);
  return std::make_shared<const ModelParameters>(std::move(trained->model));
}

/// The model with two states' places exchanged, as if the names had moved.
std::shared_ptr<const ModelParameters> renamed(const ModelParameters& model) {
  auto out = std::make_shared<ModelParameters>(model);
  std::swap(out->hmm.initial[0], out->hmm.initial[1]);
  std::swap(out->hmm.means[0], out->hmm.means[1]);
  std::swap(out->hmm.covariances[0], out->hmm.covariances[1]);
  std::swap(out->hmm.transition[0], out->hmm.transition[1]);
  for (auto& row : out->hmm.transition) {
    std::swap(row[0], row[1]);
  }
  return out;
}

/// The same density of raw features on a scale `factor` times as wide: z, means and root
/// covariances shrink by it.
std::shared_ptr<const ModelParameters> widened(const ModelParameters& model, double factor) {
  auto out = std::make_shared<ModelParameters>(model);
  const auto widen = [&](Standardiser& s) {
    for (double& x : s.scale) {
      x *= factor;
    }
  };
  widen(out->pooled);
  for (Standardiser& s : out->own_standardiser) {
    widen(s);
  }
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      out->hmm.means[k][f] /= factor;
      for (double& x : out->hmm.covariances[k][f]) {
        x /= factor * factor;
      }
    }
  }
  return out;
}

const Gate& gate(const GateReport& report, const std::string& name) {
  const auto found = std::find_if(report.gates.begin(), report.gates.end(),
                                  [&](const Gate& g) { return g.name == name; });
  REQUIRE(found != report.gates.end());
  return *found;
}

} // namespace

TEST_CASE("a refit on a few days more of the same market is promoted", "[unit][training]") {
  const auto folders = market();
  for (const RegimeMethod method : {RegimeMethod::hmm, RegimeMethod::jump}) {
    RegimeSettings regime;
    regime.model = method;
    const auto report = judge_refit(folders, fitted(folders, 4'300), fitted(folders, 4'500), regime,
                                    {}, after_bars(4'500));
    INFO(report.refusal());
    CHECK(report.promoted());
    CHECK(report.refusal().empty());
    REQUIRE(report.gates.size() == 3);
    CHECK(*gate(report, "agreement").value >= 0.9);
  }
}

TEST_CASE("a refit whose states changed places is refused by name and, once matched, agrees",
          "[unit][training]") {
  const auto folders = market();
  const auto last = fitted(folders, 4'500);
  const auto report = judge_refit(folders, last, renamed(*last), {}, {}, after_bars(4'500));
  CHECK_FALSE(report.promoted());
  CHECK_FALSE(gate(report, "names").passed);
  CHECK(report.refusal() == "names: what was trending is nearest to the new range_bound, what was "
                            "range_bound is nearest to the new trending");
  CHECK(*gate(report, "agreement").value == Approx(1.0)); // matched on parameters
  CHECK(*gate(report, "likelihood").value == Approx(0.0).margin(1e-9));
}

TEST_CASE("a refit that explains later bars worse is refused with the figures",
          "[unit][training]") {
  const auto folders = market();
  const auto last = fitted(folders, 4'500);
  auto worse = std::make_shared<ModelParameters>(*last);
  for (auto& covariance : worse->hmm.covariances) {
    for (auto& row : covariance) {
      for (double& x : row) {
        x *= 1.6; // too wide by a quarter in each direction
      }
    }
  }
  const auto report = judge_refit(folders, last, worse, {}, {}, after_bars(4'500));
  CHECK_FALSE(report.promoted());
  const Gate& likelihood = gate(report, "likelihood");
  CHECK_FALSE(likelihood.passed);
  CHECK(*likelihood.value < -0.10);
  CHECK(likelihood.reason.find("worse by more than 0.10") != std::string::npos);
}

TEST_CASE("the likelihood of a model does not depend on the units of its standardisation",
          "[unit][training]") {
  const auto folders = market();
  const auto model = fitted(folders, 4'500);
  // Both so wide that no feature is cut at ±8, which is no change of units.
  const auto a = likelihood_after(folders, widened(*model, 4.0), {}, {}, after_bars(4'500));
  const auto b = likelihood_after(folders, widened(*model, 16.0), {}, {}, after_bars(4'500));
  REQUIRE(a.value);
  REQUIRE(b.value);
  CHECK(a.bars == 2 * 1'500);
  CHECK(*b.value == Approx(*a.value).epsilon(1e-9));
}

TEST_CASE("gates without data to judge on refuse", "[unit][training]") {
  const auto folders = market();
  const auto last = fitted(folders, 4'500);
  const auto none_later = judge_refit(folders, last, last, {}, {}, after_bars(kBars));
  CHECK_FALSE(none_later.promoted());
  CHECK(none_later.refusal() ==
        "likelihood: only 0 bars after the training data, at least 500 are needed");
  const auto none_common = judge_refit(folders, last, last, {}, {}, after_bars(900));
  CHECK(none_common.refusal().find("agreement: only 0 bars of common history") == 0);
}
