#pragma once
// One byte stream, TLS or plain, behind virtual functions: Beast's templates are then instantiated
// once, for AnyStream, and only stream.cpp sees asio's TLS.

#include "infra/net/detail/io_function.hpp"
#include "infra/net/detail/io_loop_impl.hpp"
#include "infra/net/http_client.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <memory>
#include <span>
#include <string>

namespace rg::net {

/// A connected byte stream. At most one read and one write at a time. Each operation keeps the
/// stream alive until it has completed; close() makes pending ones complete with an error.
class Stream {
public:
  virtual ~Stream() = default;
  virtual void read_some(asio::mutable_buffer into, IoFunction done) = 0;
  virtual void write_some(std::span<const asio::const_buffer> from, IoFunction done) = 0;
  /// TLS handshake as client (name and chain are verified) or as server; plain streams succeed.
  virtual void handshake(bool as_server, IoFunction done) = 0;
  /// Tells the peer that nothing more will be sent.
  virtual void shutdown(IoFunction done) = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual std::size_t bytes_waiting() const = 0; ///< in the socket, unread
  [[nodiscard]] virtual Executor executor() = 0;

  /// Writes all of `bytes`, which must stay valid until `done`. `done` gets the bytes written.
  static void write_all(const std::shared_ptr<Stream>& stream, std::string_view bytes,
                        IoFunction done);
};

class TlsContext; ///< asio::ssl::context; see stream.cpp

/// Throws std::runtime_error when the file cannot be read.
[[nodiscard]] std::shared_ptr<TlsContext> client_tls(const TlsTrust& trust);
/// Throws std::runtime_error when certificate and key do not fit.
[[nodiscard]] std::shared_ptr<TlsContext> server_tls(const std::string& certificate_pem,
                                                     const std::string& private_key_pem);

/// @param tls          null = plain
/// @param verify_name  host name or address that the peer's certificate must carry; empty for
/// servers
[[nodiscard]] std::shared_ptr<Stream> make_stream(Socket socket, std::shared_ptr<TlsContext> tls,
                                                  const std::string& verify_name);

/// The handle that Beast works on (its AsyncStream).
class AnyStream {
public:
  using executor_type = Executor;
  explicit AnyStream(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  [[nodiscard]] executor_type get_executor() const { return stream_->executor(); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [stream = stream_.get()](auto&& h, asio::mutable_buffer into) {
          stream->read_some(into, IoFunction(std::forward<decltype(h)>(h)));
        },
        handler, first(buffers));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [stream = stream_.get()](auto&& h, const Gathered& from) {
          stream->write_some({from.buffers.data(), from.count},
                             IoFunction(std::forward<decltype(h)>(h)));
        },
        handler, gather(buffers));
  }
  void close() const { stream_->close(); }

private:
  struct Gathered {
    std::array<asio::const_buffer, 8> buffers{};
    std::size_t count = 0;
  };
  template <class Buffers> static asio::mutable_buffer first(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers);
         ++it) {
      const asio::mutable_buffer buffer(*it);
      if (buffer.size() > 0) {
        return buffer;
      }
    }
    return {};
  }
  template <class Buffers> static Gathered gather(const Buffers& buffers) {
    Gathered gathered;
    for (auto it = asio::buffer_sequence_begin(buffers);
         it != asio::buffer_sequence_end(buffers) && gathered.count < gathered.buffers.size();
         ++it) {
      const asio::const_buffer buffer(*it);
      if (buffer.size() > 0) {
        gathered.buffers[gathered.count++] = buffer;
      }
    }
    return gathered;
  }
  std::shared_ptr<Stream> stream_;
};

} // namespace rg::net
