#include "app/commands.hpp"

namespace rg::app {

// void add_backtest(CLI::App& root, Chosen& chosen);

using Add = void (*)(CLI::App&, Chosen&);
extern const Add kCommands[];
extern const std::size_t kCommandCount;

const Add kCommands[] = {nullptr};
const std::size_t kCommandCount = 0;

} // namespace rg::app
