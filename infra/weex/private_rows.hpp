#pragma once
// Rows of private frames, alike in both generations.

#include "infra/weex/frames.hpp"

namespace rg::weex::wire {

void clear(PrivateFrame& frame);
/// Why, and the account's version. Absent ones leave the frame as it was; what cannot be read is
/// false. A word that we do not know is a cause of its own kind.
[[nodiscard]] bool read_cause(json::Value msg_event, PrivateFrame& frame);
[[nodiscard]] bool read_version(json::Value version, PrivateFrame& frame);
/// @param kind  orders, fills, positions or account
[[nodiscard]] ParseError read_private_rows(FrameKind kind, json::Value list, PrivateFrame& frame);

} // namespace rg::weex::wire
