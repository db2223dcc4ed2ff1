#pragma once
// Bugs planted between an engine and its ports. Only tests of the search do so: a search that
// cannot find them proves nothing. Without a Sabotage, as in every command, the engine has its
// ports.

#include "actors/engine_context.hpp"
#include "app/simulation/sim_journal.hpp"
#include "infra/ports/gateway.hpp"

#include <functional>
#include <vector>

namespace rg::sim {

struct Sabotage {
  /// What leaves instead of a request; nothing = it is swallowed.
  std::function<std::vector<ChangeRequest>(const ChangeRequest&)> requests;
  std::function<void(std::vector<JournalRecord>&)> records; ///< before they are submitted
  std::function<bool(Fill&)> fills;                         ///< false = never told
  std::function<void(QueryAnswer&)> answers;
  std::function<void(Ledger&)> past;  ///< what a process knows when it starts
  std::function<void(SimDisk&)> disk; ///< before a process starts
};

/// Stands between engine and ports and does what the Sabotage says.
class Saboteur final : public Gateway, public GatewayListener, public JournalSink {
public:
  Saboteur(const Sabotage& sabotage, Gateway& gateway, JournalSink& journal)
      : sabotage_(sabotage), gateway_(gateway), journal_(journal) {
    gateway_.set_listener(this);
  }

  void set_listener(GatewayListener* listener) override { engine_ = listener; }
  void prepare(RequestId id, const ChangeRequest& request) override {
    gateway_.prepare(id, request);
  }
  void send(RequestId id, const ChangeRequest& request) override {
    if (!sabotage_.requests) {
      gateway_.send(id, request);
      return;
    }
    for (const ChangeRequest& each : sabotage_.requests(request)) {
      gateway_.send(id, each);
    }
  }
  void ask(RequestId id, const Query& query) override { gateway_.ask(id, query); }
  std::uint64_t submit(std::vector<JournalRecord> records) override {
    if (sabotage_.records) {
      sabotage_.records(records);
    }
    return journal_.submit(std::move(records));
  }

  void on_answer(const ChangeAnswer& answer) override { engine_->on_answer(answer); }
  void on_answer(const QueryAnswer& answer) override {
    QueryAnswer told = answer;
    if (sabotage_.answers) {
      sabotage_.answers(told);
    }
    engine_->on_answer(told);
  }
  void on_order(const VenueOrderUpdate& update) override { engine_->on_order(update); }
  void on_fill(const Fill& fill) override {
    Fill told = fill;
    if (!sabotage_.fills || sabotage_.fills(told)) {
      engine_->on_fill(told);
    }
  }
  void on_account(const AccountSnapshot& account) override { engine_->on_account(account); }
  void on_position(const Position& position) override { engine_->on_position(position); }
  void on_cash_flow(const CashFlow& flow) override { engine_->on_cash_flow(flow); }
  void on_link(const LinkEvent& event) override { engine_->on_link(event); }

private:
  const Sabotage& sabotage_;
  Gateway& gateway_;
  JournalSink& journal_;
  GatewayListener* engine_ = nullptr;
};

} // namespace rg::sim
