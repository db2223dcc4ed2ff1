#include "infra/exchange/push_figures.hpp"

#include "infra/exchange/venue_words.hpp"

namespace rg::exchange {

void write_position_size(JsonWriter& out, const PositionRow& p, const Account& account) {
  const int places = size_places(p.symbol);
  out.text("separatedMode", "COMBINED").text("separatedOpenOrderId", "0");
  out.key("leverage").decimal(account.ledger.leverage(p.symbol).of(p.margin_mode, p.side));
  out.decimal("size", p.size, places)
      .decimal("openValue", p.open_value)
      .decimal("openFee", p.open_fee)
      .decimal("fundingFee", p.funding)
      .decimal("isolatedMargin", p.isolated_margin);
}

void write_position_history(JsonWriter& out, const PositionRow& p) {
  const int places = size_places(p.symbol);
  out.decimal("cumOpenSize", p.cum_open_size, places)
      .decimal("cumOpenValue", p.cum_open_value)
      .decimal("cumOpenFee", p.cum_open_fee)
      .decimal("cumCloseSize", p.cum_close_size, places)
      .decimal("cumCloseValue", p.cum_close_value)
      .decimal("cumCloseFee", p.cum_close_fee)
      .decimal("cumFundingFee", p.cum_funding)
      .decimal("cumLiquidateFee", p.cum_liquidation_fee)
      .id_text("createdMatchSequenceId", p.created_sequence)
      .id_text("updatedMatchSequenceId", p.updated_sequence)
      .stamp_text("createdTime", p.created)
      .stamp_text("updatedTime", p.updated);
}

} // namespace rg::exchange
