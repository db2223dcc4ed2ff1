#include "infra/market/candle_file.hpp"
#include "infra/market/stored_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_folder.hpp"

#include <zlib.h>

using namespace rg;
using rg::test::TempFolder;

namespace {

constexpr const char* kHeader = "ts_ms,open,high,low,close,volume\n";
constexpr const char* kName = "BTCUSDT-1m-20250101-20250101.csv";

std::string gzip(const std::string& text) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, static_cast<uLong>(text.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

std::string two_rows() {
  return std::string(kHeader) + "1735689600000,100,101.5,99.25,100.5,12.5\n"
                                "1735689660000,100.5,100.6,100.4,100.45,0\n";
}

InputError error_of(const std::string& body, const std::string& name = kName) {
  const TempFolder folder;
  const auto series = load_candles(folder.write(name, body));
  REQUIRE_FALSE(series.has_value());
  return series.error();
}

} // namespace

TEST_CASE("a candle file gives its pair, bar length, exact prices and hash", "[unit][market]") {
  const TempFolder folder;
  const std::string path = folder.write(kName, two_rows());
  const auto series = load_candles(path);
  REQUIRE(series.has_value());
  CHECK(series->symbol.name() == "cmt_btcusdt");
  CHECK(series->interval == Duration{std::chrono::minutes{1}});
  REQUIRE(series->bars.size() == 2);
  const Bar& first = series->bars[0];
  CHECK(first.open_time.ms() == 1735689600000);
  CHECK(first.close_time().ms() == 1735689660000);
  CHECK(first.open.text() == "100");
  CHECK(first.high.text() == "101.5");
  CHECK(first.low.text() == "99.25");
  CHECK(first.close.text() == "100.5");
  CHECK(first.volume.text() == "12.5");
  CHECK(series->sha256 == sha256_hex(test::read_whole(path)));
}

TEST_CASE("gzip and plain text give the same bars", "[unit][market]") {
  const TempFolder folder;
  const auto plain = load_candles(folder.write(kName, two_rows()));
  const auto packed = load_candles(folder.write(std::string(kName) + ".gz", gzip(two_rows())));
  REQUIRE(plain.has_value());
  REQUIRE(packed.has_value());
  REQUIRE(packed->bars.size() == plain->bars.size());
  for (std::size_t i = 0; i < plain->bars.size(); ++i) {
    CHECK(packed->bars[i].close == plain->bars[i].close);
    CHECK(packed->bars[i].open_time == plain->bars[i].open_time);
  }
  CHECK(packed->sha256 != plain->sha256);
}

TEST_CASE("a gzip of two members reads as one text", "[unit][market]") {
  const TempFolder folder;
  const std::string tail = "1735689720000,100,101,99,100,1\n";
  const auto series =
      load_candles(folder.write(std::string(kName) + ".gz", gzip(two_rows()) + gzip(tail)));
  REQUIRE(series.has_value());
  CHECK(series->bars.size() == 3);
}

TEST_CASE("volume beyond eight decimals is cut, a price beyond them is refused", "[unit][market]") {
  const TempFolder folder;
  const auto series = load_candles(
      folder.write(kName, std::string(kHeader) +
                              "1735689600000,0.06215091,0.07,0.06,0.0650000000,1.123456789123\n"));
  REQUIRE(series.has_value());
  CHECK(series->bars[0].volume.text() == "1.12345678");
  CHECK(series->bars[0].open.raw() == 6215091);
  const InputError error = error_of(std::string(kHeader) + "1735689600000,1.123456781,2,1,1.5,1\n");
  CHECK(error.line == 2);
  CHECK(error.what.find("eight decimals") != std::string::npos);
}

TEST_CASE("a last line without its newline and CRLF line ends are read", "[unit][market]") {
  const TempFolder folder;
  const auto series =
      load_candles(folder.write(kName, "ts_ms,open,high,low,close,volume\r\n1735689600000,1,2,1,1."
                                       "5,3\r\n1735689660000,1,2,1,1.5,4"));
  REQUIRE(series.has_value());
  CHECK(series->bars[1].volume.text() == "4");
}

TEST_CASE("each bad row is refused with file, line and reason", "[unit][market]") {
  struct Case {
    const char* name;
    const char* second_row; // below one good row
    const char* reason;
  };
  const Case cases[] = {
      {"NaN", "1735689660000,nan,2,1,1.5,1", "open is not a plain number"},
      {"infinite", "1735689660000,1,inf,1,1.5,1", "high is not a plain number"},
      {"exponent", "1735689660000,1,2,1e0,1.5,1", "low is not a plain number"},
      {"negative volume", "1735689660000,1,2,1,1.5,-1", "volume is not a plain number"},
      {"negative price", "1735689660000,1,2,-1,1.5,1", "low is not a plain number"},
      {"zero price", "1735689660000,0,2,0,1.5,1", "prices must be above zero"},
      {"high below low", "1735689660000,1,1,2,1,1", "high is below low"},
      {"open above high", "1735689660000,3,2,1,1.5,1", "open lies outside"},
      {"open below low", "1735689660000,0.5,2,1,1.5,1", "open lies outside"},
      {"close above high", "1735689660000,1,2,1,2.5,1", "close lies outside"},
      {"close below low", "1735689660000,1,2,1,0.5,1", "close lies outside"},
      {"same time", "1735689600000,1,2,1,1.5,1", "does not increase"},
      {"earlier time", "1735689540000,1,2,1,1.5,1", "does not increase"},
      {"off the grid", "1735689661000,1,2,1,1.5,1", "not on the grid"},
      {"time is no number", "x,1,2,1,1.5,1", "ts_ms is not"},
      {"time too large", "99999999999999999999,1,2,1,1.5,1", "ts_ms is not"},
      {"price too large", "1735689660000,1,99999999999999,1,1.5,1", "high is not"},
      {"five fields", "1735689660000,1,2,1,1.5", "close is not"},
      {"seven fields", "1735689660000,1,2,1,1.5,1,1", "volume is not"},
      {"empty field", "1735689660000,1,,1,1.5,1", "high is not"},
      {"empty line", "", "ts_ms is not"},
      {"a lone point", "1735689660000,.,2,1,1.5,1", "open is not"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const InputError error =
        error_of(std::string(kHeader) + "1735689600000,1,2,1,1.5,1\n" + c.second_row + "\n");
    CHECK(error.line == 3);
    CHECK(error.where.find(kName) != std::string::npos);
    CHECK(error.what.find(c.reason) != std::string::npos);
    CHECK(error.text().find('\n') == std::string::npos);
  }
}

TEST_CASE("a wrong header, an empty file and a file without rows are refused", "[unit][market]") {
  CHECK(error_of("time,open,high,low,close,volume\n1,1,1,1,1,1\n").line == 1);
  CHECK(error_of("").what.find("empty") != std::string::npos);
  CHECK(error_of(kHeader).what.find("no row") != std::string::npos);
}

TEST_CASE("a truncated or damaged gzip is refused", "[unit][market]") {
  std::string text = kHeader;
  for (int i = 0; i < 5000; ++i) {
    text += std::to_string(1735689600000 + i * 60000LL) + ",1," + std::to_string(2 + i % 7) +
            ",1,1.5," + std::to_string(i) + "\n";
  }
  const std::string good = gzip(text);
  const std::string name = std::string(kName) + ".gz";
  for (const std::size_t keep :
       {std::size_t{0}, std::size_t{5}, good.size() / 2, good.size() - 9, good.size() - 1}) {
    INFO("bytes kept: " << keep);
    const InputError error = error_of(good.substr(0, keep), name);
    CHECK(error.what.find("gzip") != std::string::npos);
  }
  std::string damaged = good;
  damaged[good.size() / 2] = static_cast<char>(damaged[good.size() / 2] ^ 0x55);
  CHECK_FALSE(error_of(damaged, name).what.empty());
  std::string checksum = good;
  checksum[good.size() - 6] = static_cast<char>(checksum[good.size() - 6] ^ 0x01);
  CHECK(error_of(checksum, name).what.find("gzip") != std::string::npos);
  CHECK(error_of(two_rows(), name).what.find("gzip") != std::string::npos);
}

TEST_CASE("a file whose name does not tell pair and bar is refused", "[unit][market]") {
  for (const char* name :
       {"candles.csv", "BTCUSDT-2m-20250101-20250101.csv", "PEPEUSDT-1m-20250101-20250101.csv",
        "BTCUSDT-1m-2025-20250101.csv", "BTCUSDT-1m-20250101-20250101.txt"}) {
    INFO(name);
    CHECK(error_of(two_rows(), name).what.find("named") != std::string::npos);
  }
  CHECK_FALSE(load_candles("/nonexistent/BTCUSDT-1m-20250101-20250101.csv").has_value());
}

TEST_CASE("a folder gives its pairs by symbol id and notes what it left out", "[unit][market]") {
  const TempFolder folder;
  folder.write("span/ETHUSDT-5m-20250101-20250101.csv",
               std::string(kHeader) + "1735689600000,1,2,1,1.5,1\n");
  folder.write("span/BTCUSDT-1m-20250101-20250101.csv.gz", gzip(two_rows()));
  folder.write("span/README.md", "x");
  const auto all = load_candle_folder(folder.file("span/"), {});
  REQUIRE(all.has_value());
  CHECK(all->name == "span");
  REQUIRE(all->series.size() == 2);
  CHECK(all->series[0].symbol.base_coin() == "BTC");
  CHECK(all->series[1].symbol.base_coin() == "ETH");
  CHECK(all->series[1].interval == Duration{std::chrono::minutes{5}});
  CHECK(all->notes.size() == 7); // README and six absent pairs

  const auto eth =
      load_candle_folder(folder.file("span"), {*Symbol::parse("ETH"), *Symbol::parse("SOL")});
  REQUIRE(eth.has_value());
  REQUIRE(eth->series.size() == 1);
  CHECK(eth->series[0].symbol.base_coin() == "ETH");
}

TEST_CASE("empty, absent and ambiguous folders are refused", "[unit][market]") {
  const TempFolder folder;
  CHECK_FALSE(load_candle_folder(folder.path().string(), {}).has_value());
  CHECK_FALSE(load_candle_folder(folder.file("absent"), {}).has_value());
  folder.write(kName, two_rows());
  CHECK_FALSE(load_candle_folder(folder.path().string(), {*Symbol::parse("SOL")}).has_value());
  folder.write("BTCUSDT-5m-20250101-20250101.csv",
               std::string(kHeader) + "1735689900000,1,2,1,1.5,1\n");
  const auto two = load_candle_folder(folder.path().string(), {});
  REQUIRE_FALSE(two.has_value());
  CHECK(two.error().what.find("bar length") != std::string::npos);
}

TEST_CASE("several files of one pair are one series unless they overlap", "[unit][market]") {
  const TempFolder folder;
  folder.write(kName, two_rows());
  folder.write("BTCUSDT-1m-20250102-20250102.csv",
               std::string(kHeader) + "1735776000000,1,2,1,1.5,1\n");
  const auto joined = load_candle_folder(folder.path().string(), {*Symbol::parse("BTC")});
  REQUIRE(joined.has_value());
  REQUIRE(joined->series.size() == 1);
  CHECK(joined->series[0].bars.size() == 3);
  CHECK(joined->series[0].sha256.size() == 64);
  folder.write("BTCUSDT-1m-20250103-20250103.csv", two_rows());
  const auto overlap = load_candle_folder(folder.path().string(), {});
  REQUIRE_FALSE(overlap.has_value());
  CHECK(overlap.error().what.find("overlaps") != std::string::npos);
}

TEST_CASE("funding files are read for their pair, absent ones give no points", "[unit][market]") {
  const TempFolder folder;
  folder.write("BTCUSDT-funding-20250101-20250102.csv.gz",
               gzip("ts_ms,funding_rate\n1735689600000,0.0001\n1735718400000,-0.00025\n"));
  folder.write("BTCUSDT-funding-20250103-20250104.csv",
               "ts_ms,funding_rate\n1735862400000,1e-05\n");
  const auto btc = load_funding(folder.path().string(), *Symbol::parse("BTC"));
  REQUIRE(btc.has_value());
  REQUIRE(btc->size() == 3);
  CHECK((*btc)[1].time.ms() == 1735718400000);
  CHECK((*btc)[1].rate == -0.00025);
  CHECK((*btc)[2].rate == 1e-05);
  const auto eth = load_funding(folder.path().string(), *Symbol::parse("ETH"));
  REQUIRE(eth.has_value());
  CHECK(eth->empty());
  CHECK_FALSE(load_funding(folder.file("absent"), *Symbol::parse("BTC")).has_value());
}

TEST_CASE("bad funding rows are refused with their line", "[unit][market]") {
  for (const char* row : {"1735718400000,nan", "1735718400000,", "1735718400000,0.9", "x,0.1",
                          "1735689600000,0.0001", "1735718400000,0.0001,1"}) {
    INFO(row);
    const TempFolder folder;
    folder.write("BTCUSDT-funding-20250101-20250102.csv",
                 std::string("ts_ms,funding_rate\n1735689600000,0.0001\n") + row + "\n");
    const auto points = load_funding(folder.path().string(), *Symbol::parse("BTC"));
    REQUIRE_FALSE(points.has_value());
    CHECK(points.error().line == 3);
  }
}
