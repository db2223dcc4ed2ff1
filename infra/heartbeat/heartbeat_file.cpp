#include "infra/heartbeat/heartbeat_file.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

namespace rg {

namespace {

using Json = nlohmann::ordered_json;

Heartbeat::Held held_of(const Json& json) {
  Heartbeat::Held held;
  held.symbol = Symbol::parse(json.at("symbol").get<std::string>()).value();
  held.side = json.at("side").get<std::string>() == "long" ? PositionSide::long_side
                                                           : PositionSide::short_side;
  held.quantity = Quantity::parse(json.at("quantity").get<std::string>()).value();
  held.stop_price = Price::parse(json.at("stop_price").get<std::string>()).value();
  return held;
}

Heartbeat beat_of(const Json& json) {
  Heartbeat beat;
  beat.run_id = json.at("run_id").get<std::string>();
  beat.pid = json.at("pid").get<std::int64_t>();
  beat.wall = Timestamp::from_ms(json.at("wall_ms").get<std::int64_t>());
  beat.blind_since = Timestamp::from_ms(json.at("blind_since_ms").get<std::int64_t>());
  beat.starting = json.at("starting").get<bool>();
  beat.ended = json.at("ended").get<bool>();
  beat.end_reason = json.at("end_reason").get<std::string>();
  beat.tier = json.at("tier").get<std::string>();
  for (const Json& pair : json.at("pairs")) {
    beat.pairs.push_back(Symbol::parse(pair.get<std::string>()).value());
  }
  for (const Json& held : json.at("held")) {
    beat.held.push_back(held_of(held));
  }
  return beat;
}

} // namespace

Result<bool, InputError> write_heartbeat(const std::string& path, const Heartbeat& beat) {
  Json pairs = Json::array();
  for (const Symbol s : beat.pairs) {
    pairs.push_back(std::string(s.name()));
  }
  Json held = Json::array();
  for (const Heartbeat::Held& h : beat.held) {
    held.push_back(Json{{"symbol", std::string(h.symbol.name())},
                        {"side", to_string(h.side)},
                        {"quantity", h.quantity.text()},
                        {"stop_price", h.stop_price.text()}});
  }
  const Json json{{"run_id", beat.run_id},
                  {"pid", beat.pid},
                  {"wall_ms", beat.wall.ms()},
                  {"blind_since_ms", beat.blind_since.ms()},
                  {"starting", beat.starting},
                  {"ended", beat.ended},
                  {"end_reason", beat.end_reason},
                  {"tier", beat.tier},
                  {"pairs", pairs},
                  {"held", held}};
  const std::filesystem::path target(path);
  std::error_code error;
  if (target.has_parent_path()) {
    std::filesystem::create_directories(target.parent_path(), error); // writing says what is wrong
  }
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".new";
  std::ofstream out(temporary, std::ios::trunc);
  out << json.dump() << '\n';
  out.close();
  if (!out) {
    return fail(InputError{path, 0, "the heartbeat cannot be written"});
  }
  std::filesystem::rename(temporary, target, error);
  if (error) {
    return fail(InputError{path, 0, "the heartbeat cannot be replaced: " + error.message()});
  }
  return true;
}

Result<std::optional<Heartbeat>, InputError> read_heartbeat(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return std::optional<Heartbeat>{};
  }
  std::ostringstream text;
  text << in.rdbuf();
  try {
    return std::optional(beat_of(Json::parse(text.str())));
  } catch (const std::exception&) { // shape, types and numbers alike
    return fail(InputError{path, 0, "is no heartbeat of an engine"});
  }
}

} // namespace rg
