// The door to HTTP: one POST at a time, over libcurl.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/quantities.h"
#include "base/result.h"
#include "llm/keys.h"
#include "llm/provider.h"

namespace groma::llm {

struct Header {
  std::string name, value;
};

/// One POST.
struct HttpRequest {
  std::string url;  // as CheckUrl allows
  std::vector<Header> headers;
  std::optional<Key> key;  // goes into `key_header`, after `key_prefix`
  std::string key_header, key_prefix;
  std::string body;
  double timeout_seconds = 120;  // from the call to the reply's last byte
  Bytes longest_reply{8 << 20};
};

struct HttpReply {
  int status = 0;
  std::string body;
  double retry_after = 0;  // seconds; 0 when the server named none
  std::string redirect;    // where a redirect leads
};

/// What is an address for a provider: http or https, a host, no user name or password in it, no
/// query. An error says what to do.
Status CheckUrl(const std::string& url);

/// The address is of this computer: localhost, 127.…, ::1.
bool IsLocal(const std::string& url);

/// The request as it goes over the line, the key shown as $VARIABLE.
std::string Show(const HttpRequest& request);

/// Sends it. Certificates are verified; redirects are not followed, they are replies. A Failure of
/// kind kConnection, kTimeout, kRefused (certificate), kBadReply (too large) or kCancelled. Proxies
/// are taken from the environment as libcurl does, but not for this computer. SSL_CERT_FILE names
/// other certificates to trust than the system's.
std::variant<HttpReply, Failure> Post(const HttpRequest& request);

}  // namespace groma::llm
