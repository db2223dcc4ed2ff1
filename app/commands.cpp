#include "app/commands.hpp"

#include <iterator>

namespace rg::app {

void add_check_config(CLI::App& root, Chosen& chosen);

using Add = void (*)(CLI::App&, Chosen&);
extern const Add kCommands[];
extern const std::size_t kCommandCount;

const Add kCommands[] = {
    add_check_config,
};
const std::size_t kCommandCount = std::size(kCommands);

} // namespace rg::app
