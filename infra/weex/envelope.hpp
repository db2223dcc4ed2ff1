#pragma once
// What stands around an answer's payload (weex-api §6): nothing, an ack with a code, or code and
// data. Both generations know all three.

#include "infra/weex/json_reader.hpp"
#include "infra/weex/venue_error.hpp"

namespace rg::weex::wire {

/// The answer's payload behind any of the three envelopes (weex-api §6), or the venue's error.
struct Envelope {
  ParseError problem = ParseError::none;
  VenueError error;
  bool wrapped = false;
};
/// Calls `read(value)` with the payload when the answer is a success; `read` says what it found.
/// A wrapped answer without `data` calls it with nothing: `read` is not called.
template <class Read>
[[nodiscard]] Envelope open_envelope(json::Parser& parser, std::string_view text, Read&& read);

/// A code as text or number; -1 for what is none.
[[nodiscard]] int code_number(std::string_view text);
/// The venue's words to people, cut to a length that logs bear.
[[nodiscard]] std::string message_text(json::Value message);

/// Whether an answer's object has a `code`. Broken syntax ends the document for good: simdjson's
/// iterator is gone then and must not be asked for anything more.
enum class CodeField : std::uint8_t { absent, success, failure, broken };
/// Reads code and message of an answer that is an object.
[[nodiscard]] CodeField read_code(json::Object& root, VenueError& error);

template <class Read>
Envelope open_envelope(json::Parser& parser, std::string_view text, Read&& read) {
  Envelope envelope;
  json::Document document;
  if (!json::open(parser, text, document)) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  simdjson::ondemand::json_type type{};
  if (document.type().get(type) != simdjson::SUCCESS) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  if (type == simdjson::ondemand::json_type::object) {
    json::Object root;
    if (document.get_object().get(root) != simdjson::SUCCESS) {
      envelope.problem = ParseError::malformed;
      return envelope;
    }
    const CodeField code = read_code(root, envelope.error);
    if (code == CodeField::broken) {
      envelope.problem = ParseError::malformed;
      return envelope;
    }
    envelope.wrapped = code != CodeField::absent;
    if (envelope.wrapped) {
      json::Value data;
      if (code == CodeField::success && root.reset().error() == simdjson::SUCCESS &&
          root.find_field_unordered("data").get(data) == simdjson::SUCCESS) {
        envelope.problem = read(data);
      }
      return envelope;
    }
    document.rewind();
  } else if (type != simdjson::ondemand::json_type::array) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  json::Value bare;
  if (document.get_value().get(bare) != simdjson::SUCCESS) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  envelope.problem = read(bare);
  if (envelope.problem == ParseError::none && !json::at_end(document)) {
    envelope.problem = ParseError::malformed;
  }
  return envelope;
}

} // namespace rg::weex::wire
