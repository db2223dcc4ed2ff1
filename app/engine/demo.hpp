#pragma once
// The demo: the embedded exchange and the full engine in one process, over real loopback sockets.

#include "app/engine/engine_host.hpp"
#include "infra/exchange/exchange_server.hpp"
#include "infra/journal/journal_verify.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rg::app {

struct DemoOptions {
  double duration_s = 60.0; ///< wall, from the moment the market starts to move
  std::uint64_t seed = 1;
  double speed = 900.0;
  std::string api = "v2";            ///< generation of the protocol between engine and exchange
  std::string journal;               ///< empty = data/demo-<run>.db
  std::uint16_t console_port = 8080; ///< on loopback; 0, or one that is busy: a free one
  bool json = false, no_console = false;
};

struct DemoResult {
  EngineStatus status;
  exchange::ExchangeStats exchange;
  VerifyReport journal;
  std::string journal_path, run_id, failure; ///< failure: why the engine stopped by itself
  double market_seconds = 0.0;
};

/// The tables and sentences a person reads at the end.
void print_demo_summary(const DemoOptions& options, const DemoResult& result);
/// The JSON document of `demo --json`.
void print_demo_json(const DemoOptions& options, const DemoResult& result);

} // namespace rg::app
