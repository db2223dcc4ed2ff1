#include "infra/journal/head_file.hpp"
#include "infra/journal/recording.hpp"
#include "infra/ports/journal_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_inputs.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <algorithm>
#include <fstream>
#include <random>
#include <thread>

using namespace rg;
using rg::testing::SampleInputs;
using rg::testing::ScratchFolder;

namespace {

std::string bytes_of(const RecordedInput& input) {
  std::string bytes;
  encode_input(bytes, input);
  return bytes;
}

std::vector<RecordedInput> write_some(const std::string& path, std::size_t count,
                                      std::uint64_t seed) {
  SampleInputs samples(seed);
  std::vector<RecordedInput> written;
  RecordingWriter writer(path, "run-7");
  for (std::size_t i = 0; i < count; ++i) {
    written.push_back({i, samples.stamp(), samples.any()});
    writer.append(written.back());
    if (i % 50 == 49) {
      writer.flush(); // several frames
    }
  }
  CHECK(writer.count() == count);
  CHECK_FALSE(writer.failed());
  return written;
}

struct Read {
  std::vector<RecordedInput> records;
  bool complete = false, torn = false;
  std::string problem;
};
Read read_all(const std::string& path) {
  Read read;
  auto reader = RecordingReader::open(path);
  if (!reader) {
    read.problem = reader.error().text();
    return read;
  }
  for (;;) {
    auto record = reader->next();
    if (!record) {
      read.problem = record.error().text();
      break;
    }
    if (!*record) {
      break;
    }
    read.records.push_back(**record);
  }
  read.complete = reader->complete();
  read.torn = reader->torn();
  return read;
}

void check_prefix(const std::vector<RecordedInput>& read,
                  const std::vector<RecordedInput>& written) {
  REQUIRE(read.size() <= written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    REQUIRE(bytes_of(read[i]) == bytes_of(written[i]));
  }
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

} // namespace

// A field added to a message must be added to infra/journal/input_fields.hpp too (and the version
// raised). These sizes are those of the fields that the format carries.
static_assert(sizeof(Tick) == 88 && sizeof(CandleRow) == 56 && sizeof(FeedGap) == 24 &&
              sizeof(LinkEvent) == 16);
static_assert(sizeof(ChangeAnswer) == 72 && sizeof(Query) == 16 && sizeof(VenueOrder) == 96);
static_assert(sizeof(Fill) == 120 && sizeof(AccountSnapshot) == 40 && sizeof(Position) == 32);
static_assert(sizeof(CashFlow) == 32 && sizeof(CandleAnswer) == 80 && sizeof(JournalAck) == 48);
static_assert(sizeof(OperatorCommand) == 72 && sizeof(GroupRestart) == 8 &&
              sizeof(ServerTime) == 24);
static_assert(sizeof(LeverageSetting) == 12 && sizeof(ContractRules) == 96 &&
              sizeof(QueryAnswer) == 112 && sizeof(RefitNews) == 40);
static_assert(sizeof(SettingsChange) == 96 && sizeof(ConditionNews) == 40);
static_assert(sizeof(AiLogNews) == 136);

TEST_CASE("every alternative of every input survives the recording", "[unit][journal]") {
  SampleInputs samples(31);
  std::array<std::size_t, std::variant_size_v<EngineInput>> seen{};
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const RecordedInput input{i, samples.stamp(), samples.any()};
    ++seen[input.input.index()];
    const std::string bytes = bytes_of(input);
    const auto back = decode_input(std::string_view(bytes).substr(4));
    REQUIRE(back.has_value());
    CHECK(back->sequence == i);
    CHECK(back->input.index() == input.input.index());
    REQUIRE(bytes_of(*back) == bytes);
  }
  CHECK(std::all_of(seen.begin(), seen.end(), [](std::size_t n) { return n > 50; }));
}

TEST_CASE("a tick's fields keep their places", "[unit][journal]") {
  Tick tick;
  tick.symbol = *Symbol::parse("SOL");
  tick.exchange_time = Timestamp::from_ns(11);
  tick.receive_time = Timestamp::from_ns(12);
  tick.last = Price::from_raw(13);
  tick.mark = Price::from_raw(14);
  tick.index = Price::from_raw(15);
  tick.best_bid = Price::from_raw(16);
  tick.best_ask = Price::from_raw(17);
  tick.bid_depth = Quantity::from_raw(18);
  tick.ask_depth = Quantity::from_raw(19);
  tick.traded = Quantity::from_raw(20);
  const std::string bytes = bytes_of({5, Timestamp::from_ns(6), tick});
  const Tick back = std::get<Tick>(decode_input(std::string_view(bytes).substr(4))->input);
  CHECK(back.symbol == tick.symbol);
  CHECK(back.exchange_time.ns() == 11);
  CHECK(back.receive_time.ns() == 12);
  CHECK((back.last.raw() == 13 && back.mark.raw() == 14 && back.index.raw() == 15));
  CHECK((back.best_bid.raw() == 16 && back.best_ask.raw() == 17));
  CHECK((back.bid_depth.raw() == 18 && back.ask_depth.raw() == 19 && back.traded.raw() == 20));
  CHECK(bytes.size() ==
        4 + 8 + 8 + 1 + 1 + 10 * 8); // length, sequence, wall time, alternative, symbol, numbers
}

TEST_CASE("a closed recording is complete and gives everything back in order", "[unit][journal]") {
  const ScratchFolder folder;
  const auto written = write_some(folder / "r.rec", 330, 1);
  const Read read = read_all(folder / "r.rec");
  CHECK(read.problem.empty());
  CHECK(read.complete);
  CHECK_FALSE(read.torn);
  CHECK(read.records.size() == written.size());
  check_prefix(read.records, written);
  CHECK(RecordingReader::open(folder / "r.rec")->run_id() == "run-7");
}

TEST_CASE("what was appended reaches the file without a flush", "[unit][journal]") {
  const ScratchFolder folder;
  SampleInputs samples(2);
  RecordingWriter writer(folder / "r.rec", "x");
  const RecordedInput one{1, samples.stamp(), samples.any()};
  writer.append(one);
  // Wait for the event, not for a time: the file grows beyond the header's frame.
  const std::uint64_t header = writer.bytes_written();
  while (writer.bytes_written() == header) {
    std::this_thread::yield();
  }
  const Read read = read_all(folder / "r.rec");
  CHECK(read.records.size() == 1);
  CHECK_FALSE(read.complete);
  CHECK_FALSE(read.torn);
}

TEST_CASE("a recording cut anywhere gives its whole frames and says that it is torn",
          "[unit][journal]") {
  const ScratchFolder folder;
  const auto written = write_some(folder / "r.rec", 200, 3);
  const std::string whole = *journal::read_file(folder / "r.rec");
  std::size_t last = 0;
  for (std::size_t keep = 0; keep < whole.size(); keep += keep < 64 ? 1 : 37) {
    write_text(folder / "cut.rec", whole.substr(0, keep));
    const Read read = read_all(folder / "cut.rec");
    INFO("cut at " << keep << " of " << whole.size());
    if (read.records.empty() && !read.problem.empty()) {
      CHECK(read.problem.find("cut.rec: is no") != std::string::npos); // inside the header
      continue;
    }
    CHECK(read.problem.empty());
    CHECK_FALSE(read.complete);
    check_prefix(read.records, written);
    CHECK(read.records.size() >= last);
    last = read.records.size();
  }
  CHECK(last >= 150);

  write_text(folder / "zeros.rec", whole.substr(0, whole.size() - 30) + std::string(30, '\0'));
  CHECK(read_all(folder / "zeros.rec").torn);
  write_text(folder / "padded.rec", whole.substr(0, whole.size() / 2) + std::string(4096, '\0'));
  check_prefix(read_all(folder / "padded.rec").records, written);
}

TEST_CASE("a changed byte is noticed or changes nothing", "[unit][journal]") {
  const ScratchFolder folder;
  const auto written = write_some(folder / "r.rec", 200, 4);
  const std::string whole = *journal::read_file(folder / "r.rec");
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < whole.size(); at += 11) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    write_text(folder / "bad.rec", changed);
    const Read read = read_all(folder / "bad.rec");
    INFO("byte " << at);
    check_prefix(read.records, written); // never a wrong record
    noticed += read.problem.empty() && !read.torn && read.complete ? 0 : 1;
  }
  CHECK(noticed + 20 > whole.size() / 11); // all but bits that zstd does not use
}

TEST_CASE("random bytes are refused, never read as a record and never out of bounds",
          "[unit][journal]") {
  std::mt19937_64 random(5);
  SampleInputs samples(6);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = bytes_of({1, samples.stamp(), samples.any()}).substr(4);
    const std::size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(random());
    bytes.resize(bytes.size() - random() % std::min<std::size_t>(bytes.size(), 9));
    const auto result =
        decode_input(bytes); // malformed or another valid record: no crash, no overrun
    if (result) {
      CHECK(bytes_of(*result).size() == bytes.size() + 4);
    }
  }
}

TEST_CASE("recordings are never overwritten, and bad paths are said", "[unit][journal]") {
  const ScratchFolder folder;
  write_some(folder / "r.rec", 1, 7);
  CHECK_THROWS_WITH(RecordingWriter(folder / "r.rec", "x"),
                    Catch::Contains("r.rec: cannot make the recording (File exists)"));
  CHECK(read_all(folder / "none.rec").problem.find("cannot read the recording (No such file") !=
        std::string::npos);
  write_text(folder / "text.rec", "not a recording");
  CHECK(read_all(folder / "text.rec").problem.find("no frame begins here") != std::string::npos);
  write_text(folder / "empty.rec", "");
  CHECK_FALSE(read_all(folder / "empty.rec").problem.empty());
}
