#include "actors/feed/candle_closer.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

namespace {
constexpr int kRowsMax = 1000;      // what one candles call gives, the forming one included
constexpr int kShortAnswersMax = 5; // then what is missing is taken as missing at the venue
} // namespace

CandleCloser::CandleCloser(Symbol symbol, Duration base) : symbol_(symbol), base_(base) {
  RG_ASSERT(base.count() > 0);
}

void CandleCloser::start_after(Timestamp history_end) {
  next_open_ = history_end;
  if (forming_ && forming_->open_time < next_open_) {
    forming_.reset();
  }
}

bool CandleCloser::acceptable(const CandleRow& row) {
  const bool sound = row.symbol == symbol_ && row.low.is_positive() && row.low <= row.open &&
                     row.low <= row.close && row.open <= row.high && row.close <= row.high &&
                     !row.volume.is_negative() && row.open_time.ns() % base_.count() == 0;
  refused_ += sound ? 0 : 1;
  return sound;
}

Bar CandleCloser::to_bar(const CandleRow& row) const {
  return {symbol_, row.open_time, base_, row.open, row.high, row.low, row.close, row.volume};
}

void CandleCloser::close(const CandleRow& row, CandleStep& out) {
  RG_ASSERT(row.open_time >= next_open_);
  out.closed.push_back(to_bar(row));
  next_open_ = row.open_time + base_;
}

int CandleCloser::rows_wanted() const {
  RG_ASSERT(forming_.has_value());
  const auto rows = (forming_->open_time - next_open_) / base_;
  // The forming row, and more because the market moves on while the question travels: the venue
  // gives its latest rows, and on a market that runs faster than life minutes pass meanwhile.
  return static_cast<int>(std::min<std::int64_t>(rows + slack_, kRowsMax));
}

void CandleCloser::ask(CandleStep& out) {
  back_filling_ = true;
  out.back_fill = true;
  out.rows_wanted = rows_wanted();
}

CandleStep CandleCloser::on_row(const CandleRow& row) {
  CandleStep out;
  if (!acceptable(row) || row.open_time < next_open_ ||
      (forming_ && row.open_time < forming_->open_time)) {
    return out;
  }
  if (!forming_) {
    forming_ = row;
    if (next_open_ == Timestamp{}) {
      next_open_ = row.open_time; // rows are cumulative: joining in the middle of one loses nothing
    }
  } else if (row.open_time == forming_->open_time) {
    forming_ = row;
  } else {
    const CandleRow complete = *forming_;
    forming_ = row;
    const bool contiguous = row.open_time == complete.open_time + base_;
    if (!back_filling_ && !suspect_ && contiguous && complete.open_time == next_open_) {
      close(complete, out);
    } // else what was forming may have missed its end: it comes with the back-fill
  }
  if (!back_filling_ && forming_->open_time > next_open_) {
    if (joined_) { // what lies between history and the first row was never missing
      out.gap = FeedGap{symbol_, GapKind::missing_bars, next_open_, forming_->open_time};
    }
    ask(out);
  }
  joined_ = true;
  suspect_ = suspect_ && forming_->open_time == next_open_;
  return out;
}

CandleStep CandleCloser::on_back_fill(const CandleAnswer& answer) {
  CandleStep out;
  if (!back_filling_ || answer.outcome != RequestOutcome::ok || answer.interval != base_) {
    return out;
  }
  RG_ASSERT(forming_.has_value());
  const bool covered = !answer.rows.empty() && answer.rows.front().open_time <= next_open_;
  if (!covered && !answer.rows.empty() && rows_wanted() < kRowsMax &&
      ++answers_short_ < kShortAnswersMax) {
    slack_ *= 4; // the oldest rows wanted have left the answer's window: ask for a wider one
    ask(out);
    return out;
  }
  if (!covered && !answer.rows.empty() && answer.rows.front().open_time < forming_->open_time) {
    out.gap = FeedGap{symbol_, GapKind::missing_bars, next_open_, answer.rows.front().open_time};
  }
  bool reached = false;
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    const CandleRow& row = answer.rows[i];
    reached = reached || row.open_time >= forming_->open_time;
    const bool has_later = i + 1 < answer.rows.size();
    if (has_later && row.open_time >= next_open_ && row.open_time < forming_->open_time &&
        acceptable(row)) {
      close(row, out);
    }
  }
  back_filling_ = false;
  suspect_ = false;
  slack_ = kSlack;
  if (next_open_ >= forming_->open_time) {
    answers_short_ = 0;
    return out;
  }
  if (!reached && ++answers_short_ < kShortAnswersMax) {
    ask(out); // the answer is older than the forming row
    return out;
  }
  // The venue has no such rows: they stay missing, and the slots they belong to know it.
  answers_short_ = 0;
  out.gap = FeedGap{symbol_, GapKind::missing_bars, next_open_, forming_->open_time};
  next_open_ = forming_->open_time;
  return out;
}

} // namespace rg
