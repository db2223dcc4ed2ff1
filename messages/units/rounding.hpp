#pragma once

namespace rg {

/// How a value is brought onto a coarser grid. Callers choose the direction that means less risk.
enum class Rounding { down, up, nearest };

} // namespace rg
