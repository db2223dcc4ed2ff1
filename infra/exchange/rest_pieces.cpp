#include "infra/exchange/rest_pieces.hpp"

#include "infra/exchange/venue_words.hpp"

#include <charconv>

namespace rg::exchange {

namespace {

/// Elements of an array member as text.
std::vector<std::string> texts_of(const Parameters& in, std::string_view name) {
  std::vector<std::string> out;
  const auto list = in.element(name);
  if (!list) {
    return out;
  }
  simdjson::dom::array array;
  if (list->get(array) != simdjson::SUCCESS) {
    throw in.spelling().invalid(name);
  }
  for (const simdjson::dom::element e : array) {
    std::string_view text;
    std::uint64_t number = 0;
    if (e.get(text) == simdjson::SUCCESS) {
      out.emplace_back(text);
    } else if (e.get(number) == simdjson::SUCCESS) {
      out.push_back(std::to_string(number));
    } else {
      throw in.spelling().invalid(name);
    }
  }
  return out;
}

OrderId order_id_of(std::string_view text) {
  OrderId id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  return problem == std::errc{} && end == text.data() + text.size() ? id : 0;
}

} // namespace

std::vector<NamedOrder> named_orders(const Call& call, std::string_view ids,
                                     std::string_view client_oids) {
  std::vector<NamedOrder> out;
  for (const std::string& text : texts_of(call.in, ids)) {
    out.push_back({order_id_of(text), ""});
  }
  for (std::string& text : texts_of(call.in, client_oids)) {
    const Order* found = call.acc().find_live(text);
    out.push_back({found == nullptr ? 0 : found->id, std::move(text)});
  }
  return out;
}

std::size_t depth_limit(const Call& call) {
  const std::int64_t limit = call.in.integer("limit", 1, 200).value_or(15);
  if (limit != 15 && limit != 200) {
    throw call.in.spelling().invalid("limit");
  }
  return static_cast<std::size_t>(limit);
}

void write_levels(const Call& call, std::string_view name, Symbol s, Side side, std::size_t limit) {
  call.out.key(name).begin_array();
  for (const BookLevel& l : call.core.depth(s, side, limit)) {
    call.out.begin_array()
        .decimal(l.price, price_places(s))
        .decimal(l.size, size_places(s))
        .end_array();
  }
  call.out.end_array();
}

Price index_or_mark(const Call& call, Symbol s) {
  const std::string type = call.in.text("priceType").value_or("INDEX");
  if (type != "INDEX" && type != "MARK") {
    throw call.in.spelling().invalid("priceType");
  }
  return type == "INDEX" ? call.core.quote(s).index : call.core.quote(s).mark;
}

} // namespace rg::exchange
