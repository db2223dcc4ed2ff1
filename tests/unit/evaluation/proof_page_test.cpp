#include "backtests/evaluation/proof_html.hpp"
#include "backtests/evaluation/proof_text.hpp"
#include "backtests/evaluation/provenance.hpp"
#include "backtests/evaluation/svg_plot.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace rg;

namespace {

ProofRow sample_row() {
  ProofRow row;
  row.id = "tail";
  row.title = "A < B & \"C\"";
  row.figures = {at_most("rate", 0.05, 0.06), reported("seen", std::nullopt)};
  row.spans = {"a", "b"};
  ProofPlot plot;
  plot.title = "lines";
  plot.x_is_day = true;
  plot.series = {{"one", {20'000, 20'001, 20'002}, {1.0, 1.1, 0.9}}};
  row.plots.push_back(plot);
  ProofPlot bars;
  bars.title = "bars";
  bars.categories = {"BTC", "ETH"};
  bars.reference = 1.5;
  bars.series = {{"x", {}, {1.0, std::numeric_limits<double>::quiet_NaN()}}};
  row.plots.push_back(bars);
  return row;
}

} // namespace

TEST_CASE("a row holds when every bar holds and there is one", "[unit][evaluation]") {
  ProofRow row = sample_row();
  CHECK(row.holds());
  row.figures.push_back(at_least("too low", 0.1, 0.2));
  CHECK_FALSE(row.holds());
  row.figures = {reported("only reported", 1.0)};
  CHECK_FALSE(row.holds());
  row.figures = {at_most("undefined", std::nullopt, 1.0)};
  CHECK_FALSE(row.holds());
  row = sample_row();
  row.not_measured = "no data";
  CHECK_FALSE(row.holds());
  CHECK_FALSE(*below("at the bar", 1.0, 1.0).holds);
  CHECK(*at_most("at the bar", 1.0, 1.0).holds);
}

TEST_CASE("the page needs nothing from elsewhere", "[unit][evaluation]") {
  const std::vector<ProofRow> rows{sample_row()};
  const std::string page = proof_html({"Proof", "m", "c", "d", "regimeguard validate"}, rows);
  for (const char* outside : {"<script", "http://", "https://", "<link", "@import", "url("}) {
    CHECK(page.find(outside) == std::string::npos);
  }
  CHECK(page.find("A &lt; B &amp; &quot;C&quot;") != std::string::npos);
  CHECK(page.find("1 of 1 rows hold") != std::string::npos);
  CHECK(page.find("<svg") != std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
  CHECK(page.find("inf") == std::string::npos);
}

TEST_CASE("plots of nothing and of one point can be drawn", "[unit][evaluation]") {
  for (const ProofPlot& plot :
       {ProofPlot{}, ProofPlot{"p", "", "", {{"s", {1.0}, {2.0}}}, {}, std::nullopt, false}}) {
    const std::string svg = svg_plot(plot);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("</svg>") != std::string::npos);
  }
}

TEST_CASE("JSON and text say the same", "[unit][evaluation]") {
  const ProofRow row = sample_row();
  const auto j = proof_row_json(row);
  CHECK(j["holds"] == true);
  CHECK(j["figures"][0]["value"] == 0.05);
  CHECK(j["figures"][1]["value"].is_null());
  CHECK(j["figures"][1]["holds"].is_null());
  const std::string text = proof_row_text(row, false);
  CHECK(text.find("rate") != std::string::npos);
  CHECK(text.find("spans: a, b") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a span that begins before the models' last day makes its row fail",
          "[unit][evaluation]") {
  ModelCard card;
  card.span_from = "2020-01-01";
  card.span_to = "2023-10-02";
  card.data_folders = {"old"};
  CHECK(fitted_until(card) == Timestamp::from_ms(1'696'291'200'000)); // 2023-10-03
  const JudgedSpan later{"later", Timestamp::from_ms(1'704'067'200'000)};
  const JudgedSpan seen{"seen", Timestamp::from_ms(1'640'995'200'000)};
  ProofRow row = sample_row();
  state_provenance(row, card, std::vector<JudgedSpan>{later}, false);
  CHECK(row.holds());
  CHECK(row.chosen_on.find("old (2020-01-01 to 2023-10-02)") != std::string::npos);
  row = sample_row();
  state_provenance(row, card, std::vector<JudgedSpan>{later, seen}, true);
  CHECK_FALSE(row.holds());
  CHECK(row.figures.back().detail == "not unseen: seen");
  CHECK_FALSE(fitted_until(ModelCard{}));
}
