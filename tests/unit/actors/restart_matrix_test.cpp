// A restart never changes the book: every state of the book at the moment of the kill against every
// state of the journal. Cold: no journal, the position is somebody's whom policy lets us adopt.
// Warm: all that was submitted is there. Stale: the disk kept nothing after the entry's intent,
// which is durable before the entry leaves.

#include "tests/support/core_bench.hpp"

using namespace rg;
using namespace rg::test;

namespace {

enum class Book : std::uint8_t {
  flat,
  long_position,
  short_position,
  working_order,
  half_filled,
  stop_present,
  stop_missing,
  closed_outside,
  liquidated,
};
enum class Journal : std::uint8_t { cold, warm, stale };

EngineSettings adopting() {
  EngineSettings s;
  s.foreign = ForeignPolicy::adopt;
  return s;
}

/// The venue's book as text: two looks at the same book give the same text.
std::string book_text(CoreBench& b) {
  std::string text;
  for (const Position& p : b.venue.positions()) {
    text += std::string(p.symbol.name()) + " " + to_string(p.side) + " " + p.quantity.text() + "\n";
  }
  for (const bool triggers : {false, true}) {
    for (const VenueOrder& o : b.venue.orders(triggers)) {
      text += std::to_string(o.venue_id) + " " + o.quantity.text() + "\n";
    }
  }
  return text;
}

std::string positions_text(CoreBench& b) {
  std::string text;
  for (const Position& p : b.venue.positions()) {
    text += std::string(p.symbol.name()) + " " + to_string(p.side) + " " + p.quantity.text() + "\n";
  }
  return text;
}

/// Records that the disk has after the kill.
std::vector<JournalRecord> left_of(const CoreBench& b, Journal journal) {
  std::vector<JournalRecord> left;
  if (journal == Journal::cold) {
    return left;
  }
  for (const JournalRecord& record : b.journal.records) {
    left.push_back(record);
    const auto* event = std::get_if<OrderEvent>(&record);
    if (journal == Journal::stale && event != nullptr && event->role == OrderRole::entry) {
      return left;
    }
  }
  return left;
}

void cancel_stops(CoreBench& b) {
  b.core.cancel_all(0, std::nullopt, true, b.time.now());
}

/// Brings the running engine's book into the wanted state, as far as the engine takes part.
void prepare(CoreBench& b, Book book) {
  switch (book) {
  case Book::flat:
    b.pass(4);
    return;
  case Book::working_order:
    b.enter(kBtc, Side::buy, "0.5", "990", "950");
    b.wait(3s);
    REQUIRE(b.venue.orders(false).size() == 1);
    return;
  case Book::half_filled:
    b.enter(kBtc, Side::buy, "0.5", "990", "950");
    b.wait(3s);
    b.set_volume("0.6"); // a part of it may fill
    b.set_price(kBtc, "989.9");
    b.step_market();
    b.settle();
    REQUIRE(b.venue.orders(false).size() == 1);
    REQUIRE(b.venue.orders(false).front().filled.is_positive());
    b.set_price(kBtc, "1000");
    b.wait(1s);
    return;
  case Book::short_position:
    b.enter(kBtc, Side::sell, "0.5", "", "1050");
    break;
  default:
    b.enter(kBtc, Side::buy, "0.5", "", "950");
    break;
  }
  b.wait(10s);
  b.pass(2);
  REQUIRE(b.disagreement().empty());
  REQUIRE_FALSE(b.pair(kBtc).position.is_flat());
}

/// What happens while nobody runs.
void meanwhile(CoreBench& b, Book book) {
  if (book == Book::stop_missing) {
    cancel_stops(b);
  } else if (book == Book::closed_outside) {
    REQUIRE(b.core.close_positions(0, kBtc, b.time.now()).size() == 1);
  } else if (book == Book::liquidated) {
    cancel_stops(b);
    b.core.transfer(0, -usd("9920")); // what is left does not carry the fall
    b.set_price(kBtc, "840");
  }
  b.time.set(b.time.now() + 20s);
  b.step_market();
  if (book == Book::liquidated) {
    REQUIRE(b.venue.positions().empty());
    REQUIRE(b.venue.account().fills.back().liquidation);
  }
  b.venue.forget();
}

void check_cell(Book book, Journal journal) {
  CoreBench b(adopting());
  b.start();
  prepare(b, book);
  b.kill();
  meanwhile(b, book);
  const std::string before = positions_text(b);
  const std::size_t entries = b.venue.entries_sent();
  const auto left = left_of(b, journal);
  const std::size_t recorded = b.journal.records.size();

  b.boot(left);
  INFO("stopped: " << b.engine->stop_reason());
  REQUIRE_FALSE(b.engine->stopped());
  b.wait(70s); // searches, write-offs, verifications
  // A position whose stop is gone and of which the journal tells no stop price is closed: nothing
  // protects it.
  const bool unprotected = book == Book::stop_missing && journal == Journal::cold;
  INFO("venue:\n" << book_text(b));
  CHECK(positions_text(b) == (unprotected ? std::string() : before));
  CHECK(b.disagreement() == "");
  CHECK(b.venue.orders(false).empty());     // a missed entry is no loss
  CHECK(b.venue.entries_sent() == entries); // nothing twice
  CHECK(b.venue.account().repeated_client_oids == 0);
  // Without a journal nobody knows whose a resting trigger order is: adopted orders stay.
  if (b.venue.positions().empty() && journal != Journal::cold) {
    CHECK(b.venue.orders(true).empty()); // stops go with their position
  }
  std::set<VenueFillId> booked; // no fill lost that was ours, none twice
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (const auto* fill = std::get_if<Fill>(&left[i])) {
      CHECK(booked.insert(fill->venue_fill_id).second);
    }
  }
  for (std::size_t i = recorded; i < b.journal.records.size(); ++i) {
    if (const auto* fill = std::get_if<Fill>(&b.journal.records[i])) {
      CHECK(booked.insert(fill->venue_fill_id).second);
    }
  }
  if (journal == Journal::warm || (journal == Journal::stale && book != Book::flat)) {
    for (const exchange::FillRow& row : b.venue.account().fills) {
      CHECK(booked.contains(row.id));
    }
  }

  // Reconciling again, and again, changes nothing.
  const std::string settled = book_text(b);
  const std::size_t sent = b.venue.sent.size();
  const std::uint64_t differences = b.engine->status().reconcile_differences;
  const std::uint64_t looks = b.engine->status().reconciliations;
  b.wait(3 * b.settings.reconcile.every);
  CHECK(b.engine->status().reconciliations >= looks + 2);
  CHECK(b.engine->status().reconcile_differences == differences);
  CHECK(b.venue.sent.size() == sent);
  CHECK(book_text(b) == settled);
  CHECK(b.disagreement() == "");
}

} // namespace

#define RG_RESTART_CELLS(book)                                                                     \
  TEST_CASE("restart matrix: " #book " x cold journal", "[unit][matrix]") {                        \
    check_cell(Book::book, Journal::cold);                                                         \
  }                                                                                                \
  TEST_CASE("restart matrix: " #book " x warm journal", "[unit][matrix]") {                        \
    check_cell(Book::book, Journal::warm);                                                         \
  }                                                                                                \
  TEST_CASE("restart matrix: " #book " x stale journal", "[unit][matrix]") {                       \
    check_cell(Book::book, Journal::stale);                                                        \
  }

RG_RESTART_CELLS(flat)
RG_RESTART_CELLS(long_position)
RG_RESTART_CELLS(short_position)
RG_RESTART_CELLS(working_order)
RG_RESTART_CELLS(half_filled)
RG_RESTART_CELLS(stop_present)
RG_RESTART_CELLS(stop_missing)
RG_RESTART_CELLS(closed_outside)
RG_RESTART_CELLS(liquidated)
