#pragma once

#include "tests/support/process.hpp"
#include "tests/unit/training/candle_samples.hpp"

#include <string>

namespace rg::test {

/// The series as a candle file's text.
inline std::string candle_text(const CandleSeries& series) {
  std::string text = "ts_ms,open,high,low,close,volume\n";
  for (const Bar& b : series.bars) {
    text += std::to_string(b.open_time.ms()) + "," + b.open.text() + "," + b.high.text() + "," +
            b.low.text() + "," + b.close.text() + "," + b.volume.text() + "\n";
  }
  return text;
}

/// One line on stderr, nothing on stdout, exit code 2: what bad input must come to.
inline bool is_one_clear_line(const Finished& run, const std::string& said) {
  return run.exit_code == 2 && run.out.empty() && run.err.find(said) != std::string::npos &&
         run.err.find('\n') == run.err.size() - 1;
}

} // namespace rg::test
