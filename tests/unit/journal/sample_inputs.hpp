#pragma once
// One of everything that may enter the engine, with random content. Seeded.

#include "infra/journal/input_fields.hpp"
#include "tests/unit/journal/sample_records.hpp"

namespace rg::testing {

class SampleInputs : public SampleRecords {
public:
  using SampleRecords::SampleRecords;

  template <class F> std::vector<std::invoke_result_t<F>> list(F make) {
    std::vector<std::invoke_result_t<F>> all;
    for (std::uint64_t n = below(5); n > 0; --n) {
      all.push_back(make());
    }
    return all;
  }

  EngineInput any() {
    switch (below(std::variant_size_v<EngineInput>)) {
    case 0:
      return tick();
    case 1:
      return candle();
    case 2:
      return FeedGap{symbol(), pick<GapKind>(), stamp(), stamp()};
    case 3:
      return LinkEvent{pick<Link>(), coin(), stamp()};
    case 4:
      return ChangeAnswer{below(999), pick<RequestOutcome>(),
                          below(999), static_cast<int>(below(60000)),
                          text(),     Duration{static_cast<std::int64_t>(below(5000))}};
    case 5:
      return query_answer();
    case 6:
      return VenueOrderUpdate{order()};
    case 7:
      return fill();
    case 8:
      return account();
    case 9:
      return position();
    case 10:
      return cash_flow();
    case 11:
      return CandleAnswer{symbol(), std::chrono::minutes(15), pick<RequestOutcome>(), text(),
                          list([this] { return candle(); })};
    case 12:
      return TimerFired{below(1000)};
    case 13:
      return JournalAck{below(1000), coin(), text()};
    case 14:
      return OperatorCommand{pick<OperatorAction>(), symbol(), text(), text()};
    case 15:
      return GroupRestart{symbol(), static_cast<std::uint32_t>(below(9))};
    case 16:
      return SettingsChange{text(), text(), text()};
    case 17:
      return ConditionNews{pick<Refusal>(), coin(), text()};
    case 18:
      return RefitNews{pick<RefitOutcome>(), text()};
    default:
      return AiLogNews{
          {symbol(), stamp(), pick<DecisionKind>(), static_cast<std::uint8_t>(below(9))},
          *ClientOrderId::parse("rg000001-" + std::to_string(below(99))),
          below(1ULL << 63U),
          text(),
          text()};
    }
  }

  Tick tick() {
    return {symbol(),          stamp(),           stamp(),          fixed<Price>(),
            fixed<Price>(),    fixed<Price>(),    fixed<Price>(),   fixed<Price>(),
            fixed<Quantity>(), fixed<Quantity>(), fixed<Quantity>()};
  }

private:
  template <class E> E pick() { return static_cast<E>(below(journal::kEnumCount<E>)); }
  CandleRow candle() {
    return {symbol(),       stamp(),        fixed<Price>(),   fixed<Price>(),
            fixed<Price>(), fixed<Price>(), fixed<Quantity>()};
  }
  AccountSnapshot account() {
    return {stamp(), fixed<Notional>(), fixed<Notional>(), fixed<Notional>(), fixed<Notional>()};
  }
  Position position() {
    return {symbol(), pick<PositionSide>(), fixed<Quantity>(), fixed<Notional>(), stamp()};
  }
  CashFlow cash_flow() {
    return {pick<CashFlowKind>(), symbol(), fixed<Notional>(), stamp(), below(1ULL << 60U)};
  }
  VenueOrder order() {
    return {symbol(),
            below(1ULL << 63U),
            text(),
            pick<PositionSide>(),
            coin(),
            coin(),
            pick<OrderState>(),
            fixed<Quantity>(),
            fixed<Quantity>(),
            fixed<Price>(),
            fixed<Price>(),
            stamp()};
  }
  ContractRules rules() {
    ContractRules r = contract_defaults()[below(Symbol::kCount)];
    r.max_leverage = static_cast<double>(below(400));
    r.tradable = coin();
    return r;
  }
  QueryAnswer query_answer() {
    QueryAnswer answer{below(999),
                       {pick<QueryKind>(), coin(), symbol(), stamp()},
                       pick<RequestOutcome>(),
                       text(),
                       {}};
    switch (below(9)) {
    case 0:
      answer.payload = list([this] { return rules(); });
      break;
    case 1:
      answer.payload = account();
      break;
    case 2:
      answer.payload = list([this] { return position(); });
      break;
    case 3:
      answer.payload = list([this] { return order(); });
      break;
    case 4:
      answer.payload = list([this] { return fill(); });
      break;
    case 5:
      answer.payload = list([this] {
        return LeverageSetting{symbol(), static_cast<int>(below(20)), -1};
      });
      break;
    case 6:
      answer.payload = list([this] { return cash_flow(); });
      break;
    case 7:
      answer.payload = ServerTime{stamp(), stamp(), stamp()};
      break;
    default:
      break;
    }
    return answer;
  }
};

} // namespace rg::testing
