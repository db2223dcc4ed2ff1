#include "tests/fuzz/targets.hpp"

#include "infra/config/config_file.hpp"
#include "infra/config/model_file.hpp"
#include "infra/exchange/fault_plan.hpp"
#include "infra/http/query.hpp"
#include "infra/journal/recording.hpp"
#include "infra/market/candle_text.hpp"
#include "infra/market/stored_file.hpp"
#include "infra/net/detail/url.hpp"
#include "tests/unit/weex/wire_reading.hpp"

#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

namespace rg::fuzz {

namespace {

using weex::test::Reader;
using weex::test::Reads;

void require(bool holds, const std::string& what) {
  if (!holds) {
    throw std::logic_error(what);
  }
}

void read_wire(const char* api, Reads what, std::string_view text) {
  static Reader reader;
  const auto reading = reader.read(api, what, text);
  require(reading.sane, "an insane value came of it: " + reading.line);
}

/// The first byte says what was asked; the rest is the answer.
void rest(const char* api, std::string_view bytes) {
  if (bytes.empty()) {
    return;
  }
  constexpr auto kKinds = static_cast<unsigned>(Reads::public_frame);
  const unsigned which = static_cast<unsigned char>(bytes.front()) - unsigned{'a'};
  read_wire(api, static_cast<Reads>(which % kKinds), bytes.substr(1));
}

void config(std::string_view bytes) {
  const auto settings = parse_config(bytes, "fuzz");
  if (settings) {
    const auto again = parse_config(canonical_config(*settings), "canonical");
    require(again.has_value(), "the canonical text of accepted settings is refused");
    require(canonical_config(*again) == canonical_config(*settings), "settings change on the way");
  } else {
    require(!settings.error().text().empty(), "a refusal without words");
  }
}

void candles(std::string_view bytes) {
  using namespace std::chrono_literals;
  const auto bars = parse_candles(bytes, Symbol{}, 1min, "fuzz");
  if (bars) {
    for (std::size_t i = 0; i < bars->size(); ++i) {
      const Bar& b = (*bars)[i];
      require(b.low.is_positive() && b.low <= b.open && b.close <= b.high, "prices out of order");
      require(i == 0 || (*bars)[i - 1].open_time < b.open_time, "times out of order");
    }
  }
  static_cast<void>(parse_funding(bytes, "fuzz"));
}

void packed_candles(std::string_view bytes) {
  const auto text = gunzip(std::string(bytes), "fuzz");
  if (text) {
    candles(*text);
  }
}

void model(std::string_view bytes) {
  const auto parameters = parse_model(bytes, "fuzz");
  if (parameters) {
    const std::string text = model_to_json(*parameters);
    const auto again = parse_model(text, "again");
    require(again.has_value(), "what an accepted model is written as is refused");
    require(model_to_json(*again) == text, "the model changes on the way");
  }
}

void recording(std::string_view bytes) {
  const int fd = ::memfd_create("recording", MFD_CLOEXEC);
  require(fd >= 0, "no memory file");
  const bool written =
      ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  auto reader = RecordingReader::open("/proc/self/fd/" + std::to_string(fd));
  ::close(fd);
  require(written, "the memory file is short");
  if (!reader) {
    return;
  }
  for (std::size_t n = 0; n < 100'000; ++n) {
    const auto record = reader->next();
    if (!record || !*record) {
      return;
    }
  }
}

/// One record of a recording, outside its compressed frame, whose checksum would stop most inputs.
void record(std::string_view bytes) {
  const auto read = decode_input(bytes);
  if (!read) {
    require(!read.error().empty(), "a refusal without words");
    return;
  }
  std::string written, again;
  encode_input(written, *read); // its length first
  const auto same = decode_input(std::string_view(written).substr(4));
  require(same.has_value(), "a record that was read cannot be read once written");
  encode_input(again, *same);
  require(again == written, "the record changes on the way");
}

void fault_plan(std::string_view bytes) {
  static_cast<void>(exchange::FaultPlan::parse(bytes, "fuzz"));
}

/// Query strings of the console and addresses of the configuration.
void request(std::string_view bytes) {
  const std::size_t line = bytes.find('\n');
  const std::string_view query = bytes.substr(0, line);
  static_cast<void>(http::query_value(query, "symbol"));
  const std::size_t count = http::query_count(query, "limit", 20, 500);
  require(count >= 1 && count <= 500, "a count out of its bounds");
  if (line != std::string_view::npos) {
    try {
      const auto url = net::parse_url(std::string(bytes.substr(line + 1)), "https", "http");
      require(!url.host.empty() && url.target.starts_with('/'), "an address without host or path");
    } catch (const std::invalid_argument&) {
      // refused
    }
  }
}

constexpr Target kTargets[] = {
    {"rest_v2", [](std::string_view b) { rest("v2", b); }},
    {"rest_v3", [](std::string_view b) { rest("v3", b); }},
    {"public_v2", [](std::string_view b) { read_wire("v2", Reads::public_frame, b); }},
    {"public_v3", [](std::string_view b) { read_wire("v3", Reads::public_frame, b); }},
    {"private_v2", [](std::string_view b) { read_wire("v2", Reads::private_frame, b); }},
    {"private_v3", [](std::string_view b) { read_wire("v3", Reads::private_frame, b); }},
    {"config", config},
    {"candles", candles},
    {"packed_candles", packed_candles},
    {"model", model},
    {"recording", recording},
    {"record", record},
    {"fault_plan", fault_plan},
    {"request", request},
};

} // namespace

std::span<const Target> targets() {
  return kTargets;
}

} // namespace rg::fuzz
