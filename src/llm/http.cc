#include "llm/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "base/process.h"

namespace groma::llm {
namespace {

constexpr int kTickMilliseconds = 50;  // how long Ctrl-C may go unseen
constexpr long kConnectMilliseconds = 15'000;
constexpr int64_t kLongestHeaders = 256 << 10;

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using HeaderList = std::unique_ptr<curl_slist, FreeList>;
using Url = std::unique_ptr<CURLU, FreeUrl>;

// Where the certificates to trust are: what SSL_CERT_FILE names, else the system's where libcurl
// was built to look, or where other distributions have them. Empty: libcurl's own place.
std::string Certificates() {
  if (const char* named = std::getenv("SSL_CERT_FILE"); named && *named) return named;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
    if (::access(file, R_OK) == 0) return file;
  return "";
}

// A part of a parsed address; empty when it has none.
std::string Part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return "";
  std::string part = text;
  curl_free(text);
  return part;
}

// nullptr when it is no address.
Url ParseUrl(const std::string& text) {
  Url url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    url.reset();
  return url;
}

// The headers in the order in which they are sent; libcurl adds Host before and Content-Length
// after.
std::vector<Header> AllHeaders(const HttpRequest& request, const std::string& key) {
  std::vector<Header> headers = request.headers;
  if (request.key) headers.push_back({request.key_header, request.key_prefix + key});
  return headers;
}

HeaderList ToList(const std::vector<Header>& headers) {
  curl_slist* list = nullptr;
  for (const Header& header : headers)
    list = curl_slist_append(list, fmt::format("{}: {}", header.name, header.value).c_str());
  list = curl_slist_append(list, "Expect:");  // else a long body would wait for an answer to it
  return HeaderList(list);
}

// What arrives, up to its limits.
struct Received {
  std::string body;
  int64_t headers = 0;
  int64_t longest = 0;
  bool too_large = false;
};

size_t TakeBody(char* data, size_t size, size_t count, void* target) {
  auto* received = static_cast<Received*>(target);
  if (static_cast<int64_t>(received->body.size() + size * count) > received->longest) {
    received->too_large = true;
    return 0;
  }
  received->body.append(data, size * count);
  return size * count;
}

size_t TakeHeader(char*, size_t size, size_t count, void* target) {
  auto* received = static_cast<Received*>(target);
  received->headers += static_cast<int64_t>(size * count);
  received->too_large |= received->headers > kLongestHeaders;
  return received->too_large ? 0 : size * count;
}

void SetUp(CURL* easy, const HttpRequest& request, curl_slist* headers, Received* received) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (const std::string file = Certificates(); !file.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, file.c_str());
  if (IsLocal(request.url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   std::max(1L, static_cast<long>(request.timeout_seconds * 1000)));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, received);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, received);
}

// Runs the transfer to its end; CURLE_ABORTED_BY_CALLBACK after Ctrl-C.
CURLcode Transfer(CURLM* multi, CURL* easy) {
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  int running = 1;
  while (running > 0 && Interrupted() == 0) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    if (running > 0) curl_multi_poll(multi, nullptr, 0, kTickMilliseconds, nullptr);
  }
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left))
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  curl_multi_remove_handle(multi, easy);
  return code;
}

bool IsAboutCertificates(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

bool IsBeforeSending(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
         code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_SSL_CONNECT_ERROR;
}

Failure FailureOf(CURLcode code, const HttpRequest& request, const Received& received,
                  const char* detail) {
  const std::string what = *detail != 0 ? detail : curl_easy_strerror(code);
  Failure failure{FailureKind::kConnection};
  failure.may_cost = !IsBeforeSending(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    failure.kind = FailureKind::kCancelled;
    failure.message = "interrupted";
  } else if (received.too_large) {
    failure.kind = FailureKind::kBadReply;
    failure.message = fmt::format("the reply of {} is larger than {}: that is no answer of a model",
                                  request.url, ToString(request.longest_reply));
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    failure.kind = FailureKind::kTimeout;
    failure.message =
        fmt::format("{} gave no whole reply within {:g} s", request.url, request.timeout_seconds);
  } else if (IsAboutCertificates(code)) {
    failure.kind = FailureKind::kRefused;
    failure.may_cost = false;
    failure.message =
        fmt::format("{} is not trusted: {}. For a certificate of your own set SSL_CERT_FILE to it",
                    request.url, what);
  } else if (IsBeforeSending(code)) {
    failure.message = fmt::format(
        "cannot reach {}: {}. Is the server running, and the address right?", request.url, what);
  } else {
    failure.message = fmt::format("the connection to {} broke: {}", request.url, what);
  }
  return failure;
}

}  // namespace

Status CheckUrl(const std::string& text) {
  const Url url = ParseUrl(text);
  const std::string scheme = url ? Part(url, CURLUPART_SCHEME) : "";
  if ((scheme != "http" && scheme != "https") || text.find("://") == std::string::npos)
    return Error{fmt::format("--llm-url {}: write an address such as http://localhost:8080/v1",
                             url ? text : "(not an address)")};
  if (!Part(url, CURLUPART_USER).empty() || !Part(url, CURLUPART_PASSWORD).empty())
    return Error{
        "--llm-url: the address holds a user name or a password, and would be recorded. "
        "Put the key into OPENAI_API_KEY or ANTHROPIC_API_KEY"};
  if (text.find_first_of("?#") != std::string::npos)
    return Error{"--llm-url: the address ends at its path, without ? and #"};
  return Done{};
}

bool IsLocal(const std::string& text) {
  const Url url = ParseUrl(text);
  if (!url) return false;
  const std::string host = Part(url, CURLUPART_HOST);
  const bool numbers = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || (numbers && host.starts_with("127.")) || host == "[::1]";
}

std::string Show(const HttpRequest& request) {
  const Url url = ParseUrl(request.url);
  const std::string port = Part(url, CURLUPART_PORT);
  std::string text =
      fmt::format("To {}\n\nPOST {} HTTP/1.1\nHost: {}{}\n", request.url, Part(url, CURLUPART_PATH),
                  Part(url, CURLUPART_HOST), port.empty() ? "" : ":" + port);
  for (const Header& header : AllHeaders(request, request.key ? "$" + request.key->variable() : ""))
    text += fmt::format("{}: {}\n", header.name, header.value);
  return text + fmt::format("Content-Length: {}\n\n{}\n", request.body.size(), request.body);
}

std::variant<HttpReply, Failure> Post(const HttpRequest& request) {
  static std::once_flag ready;  // libcurl keeps state for the whole process
  std::call_once(ready, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const Easy easy(curl_easy_init());
  const Multi multi(curl_multi_init());
  if (!easy || !multi) return Failure{FailureKind::kConnection, "libcurl cannot start: no memory?"};
  const HeaderList headers =
      ToList(AllHeaders(request, request.key ? request.key->Reveal() : std::string()));
  Received received;
  received.longest = request.longest_reply.count;
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail);
  SetUp(easy.get(), request, headers.get(), &received);
  const CURLcode code = Transfer(multi.get(), easy.get());
  if (code != CURLE_OK) return FailureOf(code, request, received, detail);
  HttpReply reply;
  long status = 0;
  curl_off_t wait = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &wait);
  reply.status = static_cast<int>(status);
  reply.body = std::move(received.body);
  reply.retry_after = std::max(0.0, static_cast<double>(wait));
  char* elsewhere = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &elsewhere);
  if (elsewhere != nullptr) reply.redirect = elsewhere;
  return reply;
}

}  // namespace groma::llm
