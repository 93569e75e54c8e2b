// What HTTP services of language models want to be told and answer: pure functions, no network.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "llm/http.h"
#include "llm/provider.h"

namespace groma::llm {

/// One kind of HTTP interface.
struct Dialect {
  std::string_view name;      // as in --llm
  std::string_view home;      // the provider's own address, without the rest of the path
  std::string_view version;   // of the path, when the address has no path: "/v1"
  std::string_view endpoint;  // the rest of the path: "/chat/completions"
  std::string_view variable;  // that holds the key
  std::string_view key_header, key_prefix;
  std::vector<Header> headers;
  /// The body of a request, JSON. `home`: it goes to the provider's own address.
  std::string (*body)(const std::string& model, const Request& request, bool home);
  /// What a reply of status 200 says, whatever its bytes are.
  Answer (*read)(const std::string& body);
};

/// OpenAI's chat completions, which llama.cpp, Ollama and vLLM speak too
/// (platform.openai.com/docs/api-reference/chat).
const Dialect& OpenAi();

/// Anthropic's messages, version 2023-06-01 (docs.anthropic.com/en/api/messages).
const Dialect& Anthropic();

/// The whole address for calls: `url` is a server ("http://localhost:8080"), the place of its
/// interface
/// ("…/v1"), or the whole; empty: the dialect's home.
std::string CallAddress(const Dialect& dialect, const std::string& url);

/// The server's own words in the body of a failed call: the message in its JSON, else the body.
std::string ServerMessage(const std::string& body);

}  // namespace groma::llm
