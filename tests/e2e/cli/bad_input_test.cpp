// Bad input ends in one clear line and exit code 2: nothing is half done, nothing crashes.

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <zlib.h>

#include <algorithm>
#include <filesystem>

using namespace rg::test;

namespace {

const std::string kHeader = "ts_ms,open,high,low,close,volume\n";
const std::string kCandleName = "BTCUSDT-1m-20240101-20240101.csv";

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// One line on stderr that holds all of `words`; exit code 2; nothing on stdout.
void check_refused(const Finished& run, const std::vector<std::string>& words) {
  INFO("stderr: " << run.err << "\nstdout: " << run.out);
  CHECK(run.exit_code == 2);
  CHECK(lines_of(run.err) == 1);
  CHECK(run.out.empty());
  for (const std::string& word : words) {
    INFO("expected word: " << word);
    CHECK(run.err.find(word) != std::string::npos);
  }
}

std::string gzipped(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Finished backtest_of(const std::string& file_name, const std::string& bytes) {
  const TempDir dir;
  write_file(dir / file_name, bytes);
  return run_engine({"backtest", "--data", dir.path(), "--json"});
}

} // namespace

TEST_CASE("a bad row in a candle file is refused with file and line", "[e2e][cli]") {
  struct Case {
    const char* what;
    std::string row;
  };
  const std::string good = "1704067200000,100,101,99,100.5,12\n";
  const std::vector<Case> cases{
      {"NaN", "1704067260000,nan,101,99,100,1\n"},
      {"negative volume", "1704067260000,100,101,99,100,-1\n"},
      {"high below low", "1704067260000,100,98,99,100,1\n"},
      {"time stands still", "1704067200000,100,101,99,100,1\n"},
      {"time goes back", "1704067140000,100,101,99,100,1\n"},
      {"off the grid", "1704067261000,100,101,99,100,1\n"},
      {"missing column", "1704067260000,100,101,99,100\n"},
      {"zero price", "1704067260000,100,101,0,100,1\n"},
      {"infinite", "1704067260000,100,inf,99,100,1\n"},
      {"words", "1704067260000,a,b,c,d,e\n"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    check_refused(backtest_of(kCandleName, kHeader + good + c.row), {kCandleName + ":3"});
  }
}

TEST_CASE("a wrong header, a truncated gzip and an empty folder are refused", "[e2e][cli]") {
  check_refused(backtest_of(kCandleName, "time,o,h,l,c,v\n1704067200000,1,1,1,1,1\n"),
                {kCandleName + ":1", "header"});
  std::string rows = kHeader;
  for (int i = 0; i < 500; ++i) {
    rows += std::to_string(1704067200000LL + 60'000LL * i) + ",100,101,99,100." +
            std::to_string(i) + ",12\n";
  }
  const std::string packed = gzipped(rows);
  check_refused(backtest_of(kCandleName + ".gz", packed.substr(0, packed.size() / 2)),
                {kCandleName + ".gz"});
  const TempDir empty;
  check_refused(run_engine({"backtest", "--data", empty.path()}), {empty.path()});
  check_refused(run_engine({"backtest", "--data", empty / "absent"}), {"absent"});
}

TEST_CASE("a bad config is refused with file, line and key", "[e2e][cli]") {
  struct Case {
    std::string text;
    std::vector<std::string> words;
  };
  const std::vector<Case> cases{
      {"[portfolio]\nmax_gros_leverage = 2.0\n", {":2", "max_gros_leverage"}},
      {"[portfolio]\nmax_gross_leverage = 25.0\n", {":2", "max_gross_leverage", "20"}},
      {"[portfolio]\nleverage = 25.0\n", {":2", "leverage", "20"}},
      {"[portfolio]\nmax_gross_leverage = -1.0\n", {":2", "max_gross_leverage"}},
      {"[portfolio]\nmax_gross_leverage = nan\n", {":2", "max_gross_leverage"}},
      {"[pairs.cmt_shibusdt]\nenabled = true\n", {"cmt_shibusdt"}},
      {"[portfolio\n", {":1"}},
      {"mode = \"yolo\"\n", {":1", "mode"}},
      {"[exchange]\nrest_url = \"http://api.example.com\"\n", {":2", "rest_url"}},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const TempDir dir;
    write_file(dir / "c.toml", c.text);
    check_refused(run_engine({"check-config", dir / "c.toml"}), c.words);
    // The same line whichever command reads the file.
    check_refused(run_engine({"run", "--config", dir / "c.toml"}, dir.path()), c.words);
    check_refused(run_engine({"backtest", "--data", dir.path(), "--config", dir / "c.toml"}),
                  c.words);
  }
  const TempDir dir;
  check_refused(run_engine({"check-config", dir / "none.toml"}), {"none.toml"});
}

TEST_CASE("a missing or broken model file is refused", "[e2e][cli]") {
  const TempDir dir;
  write_file(dir / kCandleName, kHeader + "1704067200000,100,101,99,100.5,12\n");
  const std::vector<std::string> base{"backtest", "--data", dir.path(), "--model"};
  auto with = [&](const std::string& model) {
    auto arguments = base;
    arguments.push_back(model);
    return run_engine(arguments);
  };
  check_refused(with(dir / "absent.json"), {"absent.json"});
  write_file(dir / "broken.json", "{\"hmm\": {\"initial\": [1, 0,");
  check_refused(with(dir / "broken.json"), {"broken.json"});
  write_file(dir / "empty.json", "");
  check_refused(with(dir / "empty.json"), {"empty.json"});
}

TEST_CASE("bad usage is refused", "[e2e][cli]") {
  check_refused(run_engine({"backtest"}), {"--data"});
  check_refused(run_engine({"backtset"}), {});
  check_refused(run_engine({"backtest", "--data", "x", "--pairs", "SHIB"}), {"SHIB"});
  check_refused(run_engine({"verify", "--journal", "/nonexistent/journal.db"}), {"journal.db"});
  check_refused(run_engine({"explain", "--journal", "/nonexistent/journal.db", "--last", "1"}),
                {"journal.db"});
  check_refused(run_engine({"resume"}), {"--all"});
}

TEST_CASE("a mistyped command or option is named, with the likely one", "[e2e][cli]") {
  check_refused(run_engine({}), {"command"});
  check_refused(run_engine({"docter", "--config", "x.toml"}), {"'docter'", "doctor?"});
  check_refused(run_engine({"doctor", "--cofnig", "x.toml"}), {"--cofnig", "--config?"});
  check_refused(run_engine({"download", "--from", "2025-01-01"}), {"download", "--to"});
  for (const char* n : {"0", "-1"}) {
    const Finished told = run_engine({"explain", "--last", n});
    check_refused(told, {"--last"});
    CHECK(told.err.size() < 100); // no range of three hundred digits
  }
}

TEST_CASE("a console that no command can reach is named, and kill takes its other way",
          "[e2e][cli]") {
  const TempDir dir;
  write_file(dir / "c.toml", "kill_file = \"" + (dir / "KILL") + "\"\n[console]\ntoken_file = \"" +
                                 (dir / "token") + "\"\n");
  write_file(dir / "token", std::string(64, 'a') + "\n");
  std::filesystem::permissions(dir / "token", std::filesystem::perms::owner_read);
  // As an engine writes it that listens on one address of the local network.
  write_file(dir / "engine.json", R"({"console_url":"http://192.0.2.7:8080","pid":0})");
  check_refused(run_engine({"status", "--config", dir / "c.toml"}, dir.path()),
                {"http://192.0.2.7:8080", "0.0.0.0"});
  const Finished killed =
      run_engine({"kill", "--config", dir / "c.toml", "--reason", "by hand"}, dir.path());
  INFO(killed.out << killed.err);
  CHECK(killed.exit_code == 0);
  CHECK(read_file(dir / "KILL").find("by hand") != std::string::npos);
}
