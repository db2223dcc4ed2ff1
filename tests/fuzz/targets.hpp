#pragma once
// Every parser of bytes from outside, as functions of bytes. libFuzzer calls them with what it
// makes up (fuzz_main.cpp), the corpus test with what is kept in tests/fuzz/corpus.

#include <span>
#include <string_view>

namespace rg::fuzz {

struct Target {
  const char* name; ///< also the folder of its corpus
  /// Throws std::logic_error when what was read breaks its type's promise. Bytes that are refused
  /// are an ordinary end.
  void (*run)(std::string_view bytes);
};
[[nodiscard]] std::span<const Target> targets();

} // namespace rg::fuzz
