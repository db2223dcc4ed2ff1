// The command line. Each subcommand lives in a file of its own; this one only parses, runs and maps
// failures to exit codes (design §13).

#include "app/commands.hpp"
#include "app/usage_words.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace rg::app {

// One line per subcommand, in the order in which --help shows them.
using Add = void (*)(CLI::App&, Chosen&);
extern const Add kCommands[];
extern const std::size_t kCommandCount;

} // namespace rg::app

int main(int argc, char** argv) {
  CLI::App app{"RegimeGuard: a risk-first trading engine for WEEX perpetual futures.\n"
               "AI controls risk, not greed.",
               "regimeguard"};
  app.require_subcommand(1);
  rg::app::Chosen chosen;
  for (std::size_t i = 0; i < rg::app::kCommandCount; ++i) {
    rg::app::kCommands[i](app, chosen);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) {
      return app.exit(e);
    }
    std::fprintf(stderr, "regimeguard: %s\n", rg::app::usage_problem(app, argc, argv, e).c_str());
    return 2;
  }
  try {
    return chosen();
  } catch (const rg::app::UsageError& e) {
    std::fprintf(stderr, "regimeguard: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "regimeguard: %s\n", e.what());
    return 1;
  }
}
