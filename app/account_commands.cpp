// balance, positions, orders, fills: what the configured venue says, without an engine.

#include "app/engine/venue_settings.hpp"
#include "app/venue_asker.hpp"
#include "app/venue_pairs.hpp"
#include "app/venue_prober.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

struct AccountOptions {
  std::string config;
  std::vector<std::string> pairs; ///< of `orders`
  bool json = false;
  bool triggers = false, history = false; ///< of `orders`
};

EngineSettings settings_with_account(const AccountOptions& options) {
  EngineSettings settings = settings_from(options.config);
  if (settings.mode == RunMode::paper) {
    throw UsageError((options.config.empty() ? "built-in config" : options.config) +
                     ": mode = \"paper\" has no account at the venue; `status` shows the paper "
                     "account of a running engine");
  }
  return settings;
}

std::unique_ptr<VenueAsker> asker(const AccountOptions& options) {
  const EngineSettings settings = settings_with_account(options);
  return std::make_unique<VenueAsker>(settings.exchange, credentials_from(settings));
}

std::string average_entry(const Position& p) {
  return fmt::format("{:.6g}", p.open_value.to_double() / p.quantity.to_double());
}

// ---- each as JSON and as lines ----

Json to_json(const AccountSnapshot& a) {
  return {{"wallet_balance", a.wallet_balance.text()},
          {"equity", (a.wallet_balance + a.unrealised_pnl).text()},
          {"available", a.available.text()},
          {"unrealised_pnl", a.unrealised_pnl.text()},
          {"frozen", a.frozen.text()}};
}

Json to_json(const Position& p) {
  return {{"symbol", p.symbol.name()},
          {"side", to_string(p.side)},
          {"quantity", p.quantity.text()},
          {"open_value", p.open_value.text()},
          {"average_entry", p.open_value.to_double() / p.quantity.to_double()},
          {"opened_ms", p.opened.ms()}};
}

Json to_json(const VenueOrder& o) {
  return {{"symbol", o.symbol.name()},
          {"venue_order_id", std::to_string(o.venue_id)},
          {"client_order_id", o.client_id},
          {"position", to_string(o.position)},
          {"opens", o.opens},
          {"trigger", o.trigger},
          {"state", to_string(o.state)},
          {"quantity", o.quantity.text()},
          {"filled", o.filled.text()},
          {"price", o.price.is_zero() ? Json() : Json(o.price.text())},
          {"trigger_price", o.trigger_price.is_zero() ? Json() : Json(o.trigger_price.text())},
          {"created_ms", o.created.ms()}};
}

Json to_json(const Fill& f) {
  return {{"symbol", f.symbol.name()},
          {"venue_fill_id", std::to_string(f.venue_fill_id)},
          {"venue_order_id", std::to_string(f.venue_order_id)},
          {"client_order_id", f.client_id.text()},
          {"position", to_string(f.position)},
          {"side", to_string(f.side)},
          {"opens", f.opens},
          {"maker", f.maker},
          {"liquidation", f.liquidation},
          {"quantity", f.quantity.text()},
          {"price", f.price.text()},
          {"value", f.value.text()},
          {"fee", f.fee.text()},
          {"realised_pnl", f.realised_pnl.text()},
          {"ts_ms", f.exchange_time.ms()}};
}

void print_line(const Position& p) {
  std::printf("%-13.*s %-5s %14s at %s\n", static_cast<int>(p.symbol.name().size()),
              p.symbol.name().data(), to_string(p.side), p.quantity.text().c_str(),
              average_entry(p).c_str());
}

void print_line(const VenueOrder& o) {
  const Price price = o.trigger ? o.trigger_price : o.price;
  std::printf("%lld %-13.*s %-6s %-5s %14s %s %-10s filled %-12s %-16s %s\n",
              static_cast<long long>(o.created.ms()), static_cast<int>(o.symbol.name().size()),
              o.symbol.name().data(),
              o.trigger ? "stop"
              : o.opens ? "open"
                        : "close",
              to_string(o.position), o.quantity.text().c_str(), o.trigger ? "below/above" : "at",
              price.is_zero() ? "market" : price.text().c_str(), o.filled.text().c_str(),
              to_string(o.state), o.client_id.c_str());
}

void print_line(const Fill& f) {
  std::printf("%lld %-13.*s %-4s %14s at %-12s fee %-12s pnl %-12s %s\n",
              static_cast<long long>(f.exchange_time.ms()),
              static_cast<int>(f.symbol.name().size()), f.symbol.name().data(), to_string(f.side),
              f.quantity.text().c_str(), f.price.text().c_str(), f.fee.text().c_str(),
              f.realised_pnl.text().c_str(), f.maker ? "maker" : "taker");
}

template <class Row> int print_rows(const char* name, const std::vector<Row>& rows, bool json) {
  if (json) {
    Json list = Json::array();
    for (const Row& row : rows) {
      list.push_back(to_json(row));
    }
    std::printf("%s\n", Json{{name, list}}.dump(2).c_str());
    return 0;
  }
  for (const Row& row : rows) {
    print_line(row);
  }
  if (rows.empty()) {
    std::printf("no %s\n", name);
  }
  return 0;
}

// ---- the commands ----

int balance(const AccountOptions& options) {
  const auto venue_ptr = asker(options);
  VenueAsker& venue = *venue_ptr;
  const auto account = venue.ask<AccountSnapshot>(QueryKind::account);
  const Json json = to_json(account);
  if (options.json) {
    std::printf("%s\n", json.dump(2).c_str());
    return 0;
  }
  for (const auto& [name, value] : json.items()) {
    std::printf("%-15s %18s USDT\n", name.c_str(), value.get<std::string>().c_str());
  }
  return 0;
}

int positions(const AccountOptions& options) {
  const auto venue_ptr = asker(options);
  VenueAsker& venue = *venue_ptr;
  auto rows = venue.ask<std::vector<Position>>(QueryKind::positions);
  std::erase_if(rows, [](const Position& p) { return p.is_flat(); });
  return print_rows("positions", rows, options.json);
}

/// Trigger orders that fired or were cancelled: no question of the engine's.
std::vector<VenueOrder> trigger_history(const EngineSettings& settings, VenueAsker& venue,
                                        const std::vector<Symbol>& pairs) {
  VenueProber prober(settings.exchange, credentials_from(settings));
  prober.set_clock_offset(venue.clock_offset(3).offset);
  auto told = prober.answer_to<weex::TriggerHistory>(
      [&](weex::VenueProbe& probe, auto done) { probe.ask_trigger_history(pairs, done); });
  if (told.answer.outcome != RequestOutcome::ok) {
    throw std::runtime_error(VenueAsker::why(told.answer.outcome, told.answer.message));
  }
  return std::move(told.orders);
}

int orders(const AccountOptions& options) {
  const EngineSettings settings = settings_with_account(options);
  const std::vector<Symbol> pairs = chosen_pairs(options.pairs, all_pairs());
  VenueAsker venue(settings.exchange, credentials_from(settings));
  std::vector<VenueOrder> rows;
  const auto add_all = [&](const std::vector<VenueOrder>& more) {
    rows.insert(rows.end(), more.begin(), more.end());
  };
  if (!options.triggers) {
    add_all(venue.ask<std::vector<VenueOrder>>(options.history ? QueryKind::order_history
                                                               : QueryKind::open_orders));
  }
  if (options.triggers && options.history) {
    add_all(trigger_history(settings, venue, pairs));
  } else if (!options.history) {
    add_all(venue.ask<std::vector<VenueOrder>>(QueryKind::trigger_orders));
  }
  std::erase_if(rows, [&](const VenueOrder& o) {
    return std::find(pairs.begin(), pairs.end(), o.symbol) == pairs.end();
  });
  return print_rows("orders", rows, options.json);
}

int fills(const AccountOptions& options) {
  const auto venue_ptr = asker(options);
  VenueAsker& venue = *venue_ptr;
  return print_rows("fills", venue.ask<std::vector<Fill>>(QueryKind::fills), options.json);
}

CLI::App* add(CLI::App& root, Chosen& chosen, const char* name, const char* what,
              int (*run)(const AccountOptions&), const std::shared_ptr<AccountOptions>& options) {
  CLI::App* command = root.add_subcommand(name, what);
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
  return command;
}

} // namespace

void add_account(CLI::App& root, Chosen& chosen) {
  const auto command = [&](const char* name, const char* what, int (*run)(const AccountOptions&)) {
    add(root, chosen, name, what, run, std::make_shared<AccountOptions>());
  };
  command("balance", "Balance of the account at the configured venue", balance);
  command("positions", "Open positions at the configured venue", positions);
  command("fills", "Fills of the account at the configured venue, all pages", fills);
  const auto options = std::make_shared<AccountOptions>();
  CLI::App* list = add(root, chosen, "orders", "Open and trigger orders at the configured venue",
                       orders, options);
  list->add_flag("--triggers", options->triggers, "Trigger orders alone");
  list->add_flag("--history", options->history, "Those that are filled, cancelled or fired");
  list->add_option("--pairs", options->pairs, "Pairs, e.g. BTC,ETH (default: all)")->delimiter(',');
}

} // namespace rg::app
