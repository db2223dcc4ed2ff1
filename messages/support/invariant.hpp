#pragma once
// RG_ASSERT states what must hold. It stays on in release builds: a broken invariant is a bug, and
// with money behind the engine a clean stop (the supervisor restarts) beats a silent loss.

#include <stdexcept>
#include <string>

namespace rg {

/// Thrown when an invariant does not hold. Models and shells let it pass; CAF ends the actor and
/// the supervisor takes its turn.
class InvariantBroken : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void invariant_broken(const char* claim, const char* file, int line) {
  throw InvariantBroken(std::string(file) + ":" + std::to_string(line) +
                        ": invariant broken: " + claim);
}

} // namespace rg

#define RG_ASSERT(claim)                                                                           \
  (static_cast<bool>(claim) ? static_cast<void>(0)                                                 \
                            : ::rg::invariant_broken(#claim, __FILE__, __LINE__))
