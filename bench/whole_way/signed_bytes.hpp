#pragma once

#include "infra/weex/codec.hpp"
#include "infra/weex/signer.hpp"
#include "messages/venue/requests.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rg::bench {

/// Request → the signed bytes that would go onto the connection, in a reused buffer.
class SignedBytes {
public:
  SignedBytes()
      : codec_(weex::make_codec("v2")), signer_(weex::Secret("bench-secret-0123456789abcdef")) {}

  [[nodiscard]] const std::string& build(const ChangeRequest& request, Timestamp wall) {
    const weex::WireRequest wire = codec_->encode(request);
    const weex::TimestampText stamp(wall);
    const weex::Signature signature =
        signer_.sign(stamp.text(), wire.method, wire.target, wire.body);
    out_.clear();
    out_.append(wire.method)
        .append(" ")
        .append(wire.target)
        .append(" HTTP/1.1\r\nHost: api\r\nACCESS-SIGN: ");
    out_.append(signature.text()).append("\r\nACCESS-TIMESTAMP: ").append(stamp.text());
    out_.append("\r\nContent-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(wire.body.size()));
    out_.append("\r\n\r\n").append(wire.body);
    for (const char c : out_) {
      checksum_ = checksum_ * 1099511628211ULL + static_cast<unsigned char>(c);
    }
    return out_;
  }
  [[nodiscard]] std::uint64_t checksum() const { return checksum_; }

private:
  std::unique_ptr<weex::Codec> codec_;
  weex::Signer signer_;
  std::string out_;
  std::uint64_t checksum_ = 14695981039346656037ULL;
};

} // namespace rg::bench
