#include "app/commands.hpp"

#include <iterator>

namespace rg::app {

void add_demo(CLI::App& root, Chosen& chosen);
void add_run(CLI::App& root, Chosen& chosen);
void add_exchange(CLI::App& root, Chosen& chosen);
void add_backtest(CLI::App& root, Chosen& chosen);
void add_train(CLI::App& root, Chosen& chosen);
void add_validate(CLI::App& root, Chosen& chosen);
void add_walk_forward(CLI::App& root, Chosen& chosen);
void add_regimes(CLI::App& root, Chosen& chosen);
void add_explain(CLI::App& root, Chosen& chosen);
void add_verify(CLI::App& root, Chosen& chosen);
void add_replay(CLI::App& root, Chosen& chosen);
void add_backup(CLI::App& root, Chosen& chosen);
void add_migrate(CLI::App& root, Chosen& chosen);
void add_account(CLI::App& root, Chosen& chosen);
void add_market(CLI::App& root, Chosen& chosen);
void add_set_leverage(CLI::App& root, Chosen& chosen);
void add_set_modes(CLI::App& root, Chosen& chosen);
void add_doctor(CLI::App& root, Chosen& chosen);
void add_api_test(CLI::App& root, Chosen& chosen);
void add_download(CLI::App& root, Chosen& chosen);
void add_status(CLI::App& root, Chosen& chosen);
void add_kill(CLI::App& root, Chosen& chosen);
void add_pause(CLI::App& root, Chosen& chosen);
void add_reload(CLI::App& root, Chosen& chosen);
void add_resume(CLI::App& root, Chosen& chosen);
void add_check_config(CLI::App& root, Chosen& chosen);
void add_worker(CLI::App& root, Chosen& chosen);
void add_report(CLI::App& root, Chosen& chosen);
void add_self_assess(CLI::App& root, Chosen& chosen);
void add_watchdog(CLI::App& root, Chosen& chosen);
void add_simulate(CLI::App& root, Chosen& chosen);

using Add = void (*)(CLI::App&, Chosen&);
extern const Add kCommands[];
extern const std::size_t kCommandCount;

const Add kCommands[] = {
    add_demo,         add_run,          add_exchange, add_backtest,     add_train,
    add_walk_forward, add_validate,     add_regimes,  add_explain,      add_verify,
    add_replay,       add_backup,       add_account,  add_set_leverage, add_doctor,
    add_api_test,     add_download,     add_status,   add_kill,         add_pause,
    add_resume,       add_check_config, add_report,   add_worker,       add_self_assess,
    add_market,       add_set_modes,    add_reload,   add_watchdog,     add_simulate,
    add_migrate,
};
const std::size_t kCommandCount = std::size(kCommands);

} // namespace rg::app
