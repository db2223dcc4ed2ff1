#pragma once
// The console's server beside the bench's engine, with a source that holds the status alone.

#include "actors/engine.hpp"
#include "app/engine/thread_priority.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/http/console_server.hpp"
#include "infra/net/io_loop.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

namespace rg::bench {

/// The published state, as the engine's host keeps it: the hot thread swaps a copy in, the
/// console's thread copies it out; the lock covers the pointer.
class Published final : public ConsoleSource {
public:
  void publish(Engine& engine) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < kEvery) {
      return;
    }
    last_ = now;
    auto published = std::make_shared<const EngineStatus>(engine.status());
    const std::lock_guard lock(mutex_);
    status_.swap(published);
    ++version_;
  }
  [[nodiscard]] EngineStatus status() const override {
    const std::shared_ptr<const EngineStatus> now = [this] {
      const std::lock_guard lock(mutex_);
      return status_;
    }();
    return *now;
  }
  [[nodiscard]] std::uint64_t version() const override {
    const std::lock_guard lock(mutex_);
    return version_;
  }
  [[nodiscard]] PairHistory history(Symbol) const override { return {}; }
  [[nodiscard]] std::vector<EquityPoint> equity() const override { return {}; }
  [[nodiscard]] std::vector<LimitStatus> limits() const override { return {}; }
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery&) const override {
    return {};
  }
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId&) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t) const override { return {}; }
  [[nodiscard]] std::vector<Fill> fills(std::size_t) const override { return {}; }
  [[nodiscard]] std::string model_json() const override { return "{}"; }
  [[nodiscard]] JournalCheck verify_journal() const override { return {}; }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string&) const override {
    return std::nullopt;
  }
  void execute(OperatorCommand) override {}

private:
  static constexpr std::chrono::milliseconds kEvery{100};
  mutable std::mutex mutex_;
  std::shared_ptr<const EngineStatus> status_ = std::make_shared<const EngineStatus>();
  std::uint64_t version_ = 0;
  std::chrono::steady_clock::time_point last_{};
};

/// A console server on a thread of its own, on a free port.
class Console {
public:
  explicit Console(ConsoleSource& source)
      : server_(loop_, settings(), std::string(64, 'f'), clock_, source), thread_([this] {
          app::yield_to_trading(); // as the engine's console does
          loop_.run();
        }) {}
  ~Console() {
    loop_.stop();
    thread_.join();
  }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  [[nodiscard]] std::string url() const { return server_.url(); }

private:
  static ConsoleSettings settings() {
    ConsoleSettings s;
    s.listen = "127.0.0.1:0";
    return s;
  }
  net::IoLoop loop_;
  SystemClock clock_;
  http::ConsoleServer server_;
  std::thread thread_;
};

} // namespace rg::bench
