// Key, secret and pass phrase are nowhere in what a whole session writes or shows.

#include "infra/journal/recording.hpp"
#include "tests/e2e/cli/venue_house.hpp"

#include <openssl/evp.h>

#include <algorithm>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                reinterpret_cast<const unsigned char*>(text.data()),
                                static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(n));
  // In the middle of a longer text the padding and the last digit before it may differ.
  while (!out.empty() && out.back() == '=') {
    out.pop_back();
  }
  out.pop_back();
  return out;
}

std::string hex(const std::string& text, const char* digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
  return out;
}

struct Needle {
  std::string what, text;
};

std::vector<Needle> needles(const exchange::Credentials& keys) {
  std::vector<Needle> all;
  for (const auto& [name, text] :
       {std::pair{"api key", keys.api_key}, std::pair{"secret key", keys.secret_key},
        std::pair{"pass phrase", keys.passphrase}}) {
    all.push_back({std::string(name) + " plain", text});
    all.push_back({std::string(name) + " base64", base64(text)});
    all.push_back({std::string(name) + " hex", hex(text, "0123456789abcdef")});
    all.push_back({std::string(name) + " HEX", hex(text, "0123456789ABCDEF")});
  }
  return all;
}

/// The bytes of a file; a recording unpacked.
std::string contents(const std::filesystem::path& path) {
  if (path.extension() != ".rec") {
    return read_file(path.string());
  }
  auto reader = RecordingReader::open(path.string());
  REQUIRE(reader);
  std::string bytes;
  for (;;) {
    auto next = reader->next();
    if (!next || !*next) {
      return bytes;
    }
    encode_input(bytes, **next);
  }
}

} // namespace

TEST_CASE("no secret is in anything that a session writes, prints or answers", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 4.0});
  const auto wanted = needles(house.keys());
  const std::string config =
      house.config(dir, "sim", "[ai_log]\noutbox = \"" + (dir / "outbox.db") + "\"\n");
  auto keep = [&, n = 0](const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment = {}) mutable {
    const Finished told = house.run(dir, arguments, environment);
    write_file(dir / ("kept" + std::to_string(++n) + ".txt"), told.out + told.err);
    return told;
  };

  CHECK(keep({"doctor", "--config", config}).exit_code == 0);
  CHECK(keep({"api-test", "--config", config, "--json"}).exit_code == 0);
  for (const char* command : {"balance", "positions", "orders", "fills"}) {
    CHECK(keep({command, "--config", config, "--json"}).exit_code == 0);
  }
  { // errors provoked: each part of the credentials wrong or missing in turn
    for (std::size_t part = 0; part < 3; ++part) {
      for (const char* value : {"", "wrong", "has a space in it"}) {
        auto environment = house.environment();
        environment[part] = environment[part].substr(0, environment[part].find('=') + 1) + value;
        CHECK(keep({"balance", "--config", config}, environment).exit_code != 0);
        CHECK(keep({"doctor", "--config", config, "--json"}, environment).exit_code == 1);
      }
    }
    // A file of credentials that anybody may read.
    write_file(dir / "open.keys", "API_KEY=a\n");
    std::filesystem::permissions(dir / "open.keys", std::filesystem::perms(0644));
    write_file(dir / "file.toml",
               "[exchange]\ncredentials = \"file:" + (dir / "open.keys") + "\"\n");
    const Finished open = keep({"balance", "--config", dir / "file.toml"});
    CHECK(open.exit_code == 2);
    CHECK(open.err.find("600") != std::string::npos);
  }
  std::string command_line;
  { // an engine at work, its console asked, killed while it runs
    Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run.err",
                   dir.path(), house.environment());
    const bool up = wait_for(
        [&] {
          const Finished status = house.run(dir, {"status", "--config", config, "--json"});
          return status.exit_code == 0 && Json::parse(status.out).at("reconciled").get<bool>();
        },
        30s);
    INFO(read_file(dir / "run.err"));
    REQUIRE(up);
    keep({"status", "--config", config});
    keep({"status", "--config", config, "--json"});
    command_line = read_file("/proc/" + std::to_string(engine.pid()) + "/cmdline");
    house.server().stop();               // the venue goes away: transport errors
    std::this_thread::sleep_for(1500ms); // a few failed requests; nothing waits for them
    keep({"balance", "--config", config});
    engine.signal(SIGTERM);
    engine.wait();
  }
  keep({"explain", "--last", "9", "--journal", dir / "sim.db"});
  keep({"explain", "--last", "9", "--journal", dir / "sim.db", "--json"});

  CHECK_FALSE(command_line.empty());
  std::size_t files = 0, bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path())) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const std::string text = contents(entry.path());
    ++files;
    bytes += text.size();
    for (const Needle& needle : wanted) {
      INFO(needle.what << " in " << entry.path());
      CHECK(text.find(needle.text) == std::string::npos);
    }
  }
  for (const Needle& needle : wanted) {
    INFO(needle.what << " in the command line");
    CHECK(command_line.find(needle.text) == std::string::npos);
  }
  CHECK(files > 20);
  CHECK(bytes > 10'000);
  // The search itself finds what is there.
  write_file(dir / "planted", "x" + base64("abc" + house.keys().secret_key) + "y");
  CHECK(contents(dir / "planted").find(base64(house.keys().secret_key)) != std::string::npos);
}
