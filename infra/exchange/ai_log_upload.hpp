#pragma once
// The AI log (weex-api §11): the same body and the same answer in both generations.

#include "infra/exchange/rest_call.hpp"

namespace rg::exchange {

/// Checks and keeps an uploaded log, and writes the ack. The caller has checked the permission.
void store_ai_log(Call& call);

} // namespace rg::exchange
