#pragma once
// Rows of private frames, alike in both generations.

#include "infra/weex/frames.hpp"

namespace rg::weex::wire {

void clear(PrivateFrame& frame);
[[nodiscard]] AccountCause cause_of(std::string_view msg_event);
/// @param kind  orders, fills, positions or account
[[nodiscard]] ParseError read_private_rows(FrameKind kind, json::Value list, PrivateFrame& frame);

} // namespace rg::weex::wire
