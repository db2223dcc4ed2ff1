#pragma once
// The venue's answer to a question for candles, whoever asked it.

#include "infra/weex/rest_channel.hpp"
#include "messages/venue/answers.hpp"

namespace rg::weex {

/// Rows, or why there are none; a 429 makes `rest` pause.
[[nodiscard]] CandleAnswer read_candles(Codec& codec, RestChannel& rest, const RestAnswer& answer,
                                        Symbol symbol, Duration interval);

} // namespace rg::weex
