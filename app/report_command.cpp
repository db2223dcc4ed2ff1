// regimeguard report: a run's folder as one self-contained HTML page, with the console's own
// components.

#include "app/commands.hpp"
#include "app/engine/run_report.hpp"
#include "infra/http/static_files.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <memory>

namespace rg::app {

namespace {

struct ReportOptions {
  std::string run, out;
};

constexpr std::string_view kPlace = "@RG_RUN@";

/// JSON that may stand inside <script>: nothing in it can end the element.
std::string for_script(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

int report(const ReportOptions& options) {
  const std::string_view page = http::report_template(http::embedded_files());
  const std::size_t place = page.find(kPlace);
  if (place == std::string_view::npos) {
    throw UsageError("this engine was built without the console, whose components draw the report; "
                     "run `make console build` first");
  }
  const std::string data = for_script(run_report(options.run).dump());
  std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
  out << page.substr(0, place) << data << page.substr(place + kPlace.size());
  if (!out.flush()) {
    throw UsageError(options.out + ": cannot be written");
  }
  std::fprintf(stderr, "report written: %s\n", options.out.c_str());
  return 0;
}

} // namespace

void add_report(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = root.add_subcommand(
      "report", "A run of backtest or walk-forward as one self-contained HTML page with plots");
  command->add_option("--run", options->run, "The OUT folder of `backtest --out OUT`")
      ->required()
      ->type_name("DIR");
  command->add_option("--out", options->out, "The page")->required()->type_name("FILE.html");
  command->callback([&chosen, options] { chosen = [options] { return report(*options); }; });
}

} // namespace rg::app
