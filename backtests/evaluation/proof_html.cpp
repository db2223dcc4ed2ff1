#include "backtests/evaluation/proof_html.hpp"

#include "backtests/evaluation/svg_plot.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace rg {

namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --line: #8884; --good: #15803d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --good: #4ade80; --bad: #f87171; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; white-space: nowrap; }
small, .meta { opacity: .75; font-size: .85em; overflow-wrap: anywhere; }
.holds { color: var(--good); font-weight: 600; } .fails { color: var(--bad); font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1rem; margin-top: .8rem; }
svg { width: 100%; height: auto; } code { font-size: .85em; }
)";

std::string verdict(const std::optional<bool>& holds) {
  if (!holds) {
    return "<span>reported</span>";
  }
  return *holds ? "<span class=\"holds\">holds</span>" : "<span class=\"fails\">fails</span>";
}

std::string summary(std::span<const ProofRow> rows) {
  std::string out = "<table><thead><tr><th>row</th><th>what</th><th>result</th></tr></thead>\n";
  for (const ProofRow& r : rows) {
    out += fmt::format("<tr><td><a href=\"#{0}\">{0}</a></td><td>{1}</td><td>{2}</td></tr>\n",
                       html_text(r.id), html_text(r.title), verdict(r.holds()));
  }
  return out + "</table>\n";
}

std::string figures(const ProofRow& row) {
  std::string out = "<table><thead><tr><th>figure</th><th>reached</th><th>bar</th><th></th></tr>"
                    "</thead>\n";
  for (const ProofFigure& f : row.figures) {
    out += fmt::format("<tr><td>{}{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
                       "<td>{}</td></tr>\n",
                       html_text(f.name),
                       f.detail.empty() ? "" : "<br><small>" + html_text(f.detail) + "</small>",
                       figure_text(f.value), html_text(f.bar), verdict(f.holds));
  }
  return out + "</table>\n";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) {
    out += (out.empty() ? "" : ", ") + p;
  }
  return out;
}

std::string section(const ProofRow& row) {
  std::string out = fmt::format("<section id=\"{}\"><h2>{} {}</h2>\n", html_text(row.id),
                                html_text(row.title), verdict(row.holds()));
  if (row.not_measured) {
    out += "<p class=\"fails\">not measured: " + html_text(*row.not_measured) + "</p>\n";
  }
  if (!row.figures.empty()) {
    out += figures(row);
  }
  out += fmt::format("<p class=\"meta\">spans: {}<br>chosen on: {}", html_text(joined(row.spans)),
                     html_text(row.chosen_on));
  for (const std::string& note : row.notes) {
    out += "<br>" + html_text(note);
  }
  out += "</p>\n";
  if (!row.plots.empty()) {
    out += "<div class=\"plots\">\n";
    for (const ProofPlot& plot : row.plots) {
      out += svg_plot(plot);
    }
    out += "</div>\n";
  }
  return out + "</section>\n";
}

} // namespace

std::string proof_html(const ProofHeader& header, std::span<const ProofRow> rows) {
  const auto holding =
      std::count_if(rows.begin(), rows.end(), [](const ProofRow& r) { return r.holds(); });
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<title>" + html_text(header.title) + "</title>\n<style>";
  out += kStyle;
  out += "</style></head><body>\n<h1>" + html_text(header.title) + "</h1>\n";
  out += fmt::format("<p>{} of {} rows hold.</p>\n", holding, rows.size());
  out += summary(rows);
  out += fmt::format("<p class=\"meta\"><code>{}</code><br>model {}<br>config {}<br>data {}</p>\n",
                     html_text(header.command), header.model_sha256, header.config_sha256,
                     header.data_sha256);
  for (const ProofRow& row : rows) {
    out += section(row);
  }
  return out + "</body></html>\n";
}

} // namespace rg
