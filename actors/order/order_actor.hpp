#pragma once

#include "actors/engine_context.hpp"

#include <map>

namespace rg {

/// Owns the order desk and is the only actor that holds the gateway: carries out what the desk
/// commands, in its order, and brings answers and news back to it.
class OrderActor final : public HotShell<OrderHandle> {
public:
  /// @param incarnation  counts restarts: answers to a predecessor's requests are told apart by it.
  OrderActor(caf::actor_config& config, EngineContext& context, std::uint32_t incarnation,
             const std::optional<DeskRestore>& start);
  behavior_type make_behavior() override;

  /// Request ids at the gateway: the desk's own in the low 32 bits.
  static constexpr std::uint64_t kDeskIds = 1ULL << 32U;

private:
  void pump();
  void flush_records();
  void arm_timer();
  void watch_unknown();
  void carry_out(const DeskCommand& command);
  template <class Answer> void on_answer(const Answer& answer);
  [[nodiscard]] RequestId outside(RequestId desk_id) const {
    return incarnation_ * kDeskIds + desk_id;
  }

  OrderDesk desk_;
  std::uint64_t incarnation_;
  std::vector<JournalRecord> records_;                          // of this pump, submitted together
  std::vector<ClientOrderId> written_;                          // intents among them
  std::map<std::uint64_t, std::vector<ClientOrderId>> on_disk_; // intents by submission
  std::array<bool, Symbol::kCount> unknown_{};
  Timestamp armed_for_;
  Timer::Token timer_ = 0;
};

} // namespace rg
