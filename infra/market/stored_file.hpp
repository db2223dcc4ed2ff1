#pragma once
// The bytes of a file as stored, their SHA-256, and the text inside a gzip.

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>

namespace rg {

/// Whole file into memory. Fails when it cannot be opened or read.
[[nodiscard]] Result<std::string, InputError> read_stored_file(const std::string& path);

/// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256_hex(const std::string& bytes);

/// Text inside a gzip of one or more members. A gzip that ends too early or whose checksum does not
/// match is refused whole: half a file is not data.
/// @param where  the file's name, for the error.
[[nodiscard]] Result<std::string, InputError> gunzip(const std::string& bytes,
                                                     const std::string& where);

/// The file's text: gunzipped when the name ends in ".gz".
[[nodiscard]] Result<std::string, InputError> stored_text(const std::string& bytes,
                                                          const std::string& path);

} // namespace rg
