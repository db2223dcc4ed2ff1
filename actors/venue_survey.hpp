#pragma once
// Asking the venue how things stand: at start, after each private reconnect, from time to time.
// Pure: questions out, answers in, the whole picture at the end (design §9, start-up).

#include "messages/venue/answers.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rg {

struct VenuePicture {
  std::optional<ServerTime> time;
  std::vector<ContractRules> contracts;  ///< full surveys only
  std::vector<LeverageSetting> leverage; ///< full surveys only
  AccountSnapshot account;
  std::vector<Position> positions;
  std::vector<VenueOrder> open_orders, trigger_orders;
  std::vector<VenueOrder> ended_orders; ///< with `since`: venues name orders by our ids only here
  std::vector<Fill> fills;
  std::vector<CashFlow> flows; ///< the opening look: all that the account's balance contains

  /// Data time; zero = none.
  [[nodiscard]] Timestamp newest_flow() const {
    Timestamp newest;
    for (const CashFlow& flow : flows) {
      newest = std::max(newest, flow.exchange_time);
    }
    return newest;
  }
  /// Null when nothing is held there on this side.
  [[nodiscard]] const Position* position_of(Symbol symbol, PositionSide side) const {
    for (const Position& p : positions) {
      if (p.symbol == symbol && p.side == side && !p.is_flat()) {
        return &p;
      }
    }
    return nullptr;
  }
};

class VenueSurvey {
public:
  /// Ids of all questions ever asked by surveys lie from here on.
  static constexpr RequestId kFirstId = 1ULL << 62U;

  struct Scope {
    bool full = false;     ///< contract rules and leverage too
    bool opening = false;  ///< the balance is the one to begin with: flows and balance must fit
    Timestamp since;       ///< fills and ended orders from this data time on; zero = not asked for
    Timestamp bills_since; ///< zero = as far as the venue tells
  };
  VenueSurvey(RequestId first_id, const Scope& scope);

  struct Question {
    RequestId id = 0;
    Query query;
  };
  /// Questions not asked yet; asked all at once, the gateway paces them.
  [[nodiscard]] std::vector<Question> take_questions();
  /// True when the answer belongs here. A failed one is asked again, a few times.
  bool on_answer(const QueryAnswer& answer);

  [[nodiscard]] bool complete() const { return open_.empty() && to_ask_.empty() && !failed(); }
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// The venue answered, and its answer is no: asking again will not help.
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] const VenuePicture& picture() const { return picture_; }
  [[nodiscard]] RequestId next_id() const { return next_id_; }

private:
  void ask(QueryKind kind, Timestamp since = {});
  void take(const QueryAnswer& answer);
  void take_opening_bills(std::vector<CashFlow> flows);

  RequestId next_id_;
  Scope scope_;
  bool balance_read_ = false;
  std::vector<Question> to_ask_;
  std::map<RequestId, Query> open_;
  std::map<QueryKind, int> failures_;
  std::string failure_;
  bool refused_ = false;
  VenuePicture picture_;
};

} // namespace rg
