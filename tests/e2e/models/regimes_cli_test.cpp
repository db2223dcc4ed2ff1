// `regimeguard regimes`: anyone can recompute the posteriors from the printed features and the
// model.

#include "actors/regime/gaussian_hmm.hpp"
#include "infra/config/model_file.hpp"
#include "tests/e2e/models/candle_text.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

using namespace rg;

namespace {

constexpr std::int64_t kSlotMs = 900'000;

struct Row {
  std::int64_t ts_ms = 0;
  std::string regime;
  double confidence = 0.0;
  std::vector<double> posterior, features; ///< empty on a restart
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<Row> rows_of(const std::string& csv) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  REQUIRE(line ==
          "ts_ms,regime,confidence,p_trending,p_range,p_volatile,f_momentum_t,f_realised_vol,"
          "f_atr_ratio,f_volume_z,f_efficiency_ratio,f_variance_ratio");
  std::vector<Row> out;
  while (std::getline(in, line)) {
    const auto cells = split(line);
    REQUIRE(cells.size() == 12);
    Row row{std::stoll(cells[0]), cells[1], std::stod(cells[2]), {}, {}};
    for (std::size_t i = 3; i < 12; ++i) {
      REQUIRE(cells[i].empty() == cells[3].empty());
      if (!cells[i].empty()) {
        (i < 6 ? row.posterior : row.features).push_back(std::stod(cells[i]));
      }
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// A market with a hole of three slots, in a candle file.
CandleSeries holed_market() {
  CandleSeries series = test::candles({Symbol::from_id(0), 8, 1'500});
  series.bars.erase(series.bars.begin() + 1'000, series.bars.begin() + 1'003);
  return series;
}

constexpr const char* kFile = "BTCUSDT-15m-20240101-20240116.csv";

std::string regimes_csv(const test::TempDir& dir, const CandleSeries& series) {
  test::write_file(dir / kFile, test::candle_text(series));
  const auto run = test::run_engine(
      {"regimes", "--data", dir / kFile, "--with-features", "--out", dir / "regimes.csv"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return test::read_file(dir / "regimes.csv");
}

} // namespace

TEST_CASE("printed posteriors are the filter of the model on the printed features",
          "[e2e][regime]") {
  const test::TempDir dir;
  const auto rows = rows_of(regimes_csv(dir, holed_market()));
  const auto model = parse_model(builtin_model_json(), "built-in model");
  REQUIRE(model);
  const GaussianHmm hmm = from_parameters(model->hmm);

  // Sequences begin after each row without numbers.
  Observations data;
  std::vector<const Row*> numbered;
  bool restart = true;
  for (const Row& row : rows) {
    if (row.posterior.empty()) {
      CHECK(row.regime == "unknown");
      restart = true;
      continue;
    }
    if (restart) {
      data.starts.push_back(numbered.size());
      restart = false;
    }
    numbered.push_back(&row);
  }
  REQUIRE(data.starts.size() == 2);
  data.rows.resize(static_cast<Eigen::Index>(numbered.size()), 6);
  for (std::size_t t = 0; t < numbered.size(); ++t) {
    for (std::size_t f = 0; f < 6; ++f) {
      data.rows(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(f)) =
          numbered[t]->features[f];
    }
  }
  const Filtered expected = filter(hmm, data);
  double worst = 0.0;
  for (std::size_t t = 0; t < numbered.size(); ++t) {
    for (std::size_t k = 0; k < 3; ++k) {
      worst = std::max(worst, std::fabs(numbered[t]->posterior[k] -
                                        expected.posterior(static_cast<Eigen::Index>(k),
                                                           static_cast<Eigen::Index>(t))));
    }
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("each slot has its row, stamped with its close", "[e2e][regime]") {
  const test::TempDir dir;
  const CandleSeries series = holed_market();
  const auto rows = rows_of(regimes_csv(dir, series));
  REQUIRE(rows.size() == 1'500);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].ts_ms ==
            series.bars[0].open_time.ms() + static_cast<std::int64_t>(i + 1) * kSlotMs);
    // 383 bars of warm-up, the hole, and nothing else is without numbers.
    REQUIRE(rows[i].posterior.empty() == (i < 383 || (i >= 1'000 && i < 1'003)));
    // The hole and 32 good bars after it.
    if (i >= 1'000 && i < 1'003 + 32) {
      REQUIRE(rows[i].regime == "unknown");
      REQUIRE(rows[i].confidence == 0.0);
    }
  }
}

TEST_CASE("rows never change when later bars are added", "[e2e][regime]") {
  const test::TempDir dir;
  CandleSeries series = holed_market();
  const std::string whole = regimes_csv(dir, series);
  CHECK(regimes_csv(dir, series) == whole); // and the same run gives the same bytes
  series.bars.resize(1'200);
  const std::string part = regimes_csv(dir, series);
  CHECK(part.size() < whole.size());
  CHECK(whole.compare(0, part.size(), part) == 0);
}

TEST_CASE("features are left out unless asked for", "[e2e][regime]") {
  const test::TempDir dir;
  test::write_file(dir / kFile, test::candle_text(test::candles({Symbol::from_id(0), 8, 20})));
  const auto run = test::run_engine({"regimes", "--data", dir / kFile, "--out", dir / "out.csv"});
  REQUIRE(run.exit_code == 0);
  const std::string csv = test::read_file(dir / "out.csv");
  CHECK(csv.substr(0, csv.find('\n')) == "ts_ms,regime,confidence,p_trending,p_range,p_volatile");
}

TEST_CASE("regimes refuses what it cannot use in one line", "[e2e][regime]") {
  const test::TempDir dir;
  test::write_file(dir / kFile, test::candle_text(test::candles({Symbol::from_id(0), 8, 20})));
  test::write_file(dir / "broken.json", "{\"format\": 1}");
  const std::string hourly = "BTCUSDT-1h-20240101-20240102.csv";
  test::write_file(dir / hourly, test::candle_text(test::candles(
                                     {Symbol::from_id(0), 8, 20, std::chrono::minutes{60}})));
  const auto regimes = [&](const std::string& data, const std::string& model,
                           const std::string& out) {
    return test::run_engine({"regimes", "--data", data, "--model", model, "--out", out});
  };
  const std::string good = dir / kFile;
  CHECK(test::is_one_clear_line(regimes(good, dir / "broken.json", dir / "o.csv"),
                                "broken.json: interval is missing"));
  CHECK(test::is_one_clear_line(regimes(good, dir / "none.json", dir / "o.csv"), "none.json"));
  CHECK(test::is_one_clear_line(regimes(dir / hourly, "", dir / "o.csv"),
                                "do not divide the model's 15m"));
  CHECK(test::is_one_clear_line(regimes(good, "", dir / "no/folder/o.csv"), "no/folder/o.csv"));
}

TEST_CASE("a damaged model is refused with its key, and nothing is written", "[e2e][regime]") {
  const test::TempDir dir;
  test::write_file(dir / kFile, test::candle_text(test::candles({Symbol::from_id(0), 8, 20})));
  const auto refused = [&](const char* at, const nlohmann::json& value, const std::string& said) {
    auto model = nlohmann::ordered_json::parse(builtin_model_json());
    model[nlohmann::ordered_json::json_pointer(at)] = value;
    test::write_file(dir / "damaged.json", model.dump());
    const auto run = test::run_engine({"regimes", "--data", dir / kFile, "--model",
                                       dir / "damaged.json", "--out", dir / "o.csv"});
    INFO(run.err);
    CHECK(test::is_one_clear_line(run, said));
    CHECK_FALSE(std::filesystem::exists(dir / "o.csv"));
  };
  refused("/hmm/transition/1/0", 0.5, "hmm.transition[1] sums to");
  refused("/hmm/covariances/2/3/3", -0.1, "hmm.covariances[2] is not positive definite");
  refused("/features/0", "momentum", "features must be momentum_t");
  refused("/hmm/means/0/0", nullptr, "hmm.means[0][0] must be a finite number"); // JSON's NaN
  refused("/standardise/pooled/scale/2", 0.0, "standardise.pooled.scale");
}
