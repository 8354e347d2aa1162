// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace Base
{

/// The wall around nlohmann/json: no exception of it leaves this file's functions.
using Json = nlohmann::json;

/// Deepest nesting accepted from outside. nlohmann parses deeper but overflows the stack when such
/// a value is copied or printed.
inline constexpr int kMaxJsonDepth = 64;

/// Strict UTF-8 JSON text -> value. Deeper than kMaxJsonDepth, trailing bytes, invalid UTF-8 ->
/// InvalidArgument.
Result<Json> parseJson(std::string_view text);

/// Compact text on one line. Invalid UTF-8 in strings becomes U+FFFD, so this never fails.
std::string dumpJson(const Json &value);

/// `text` as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD.
std::string quoteJson(std::string_view text);

/// Appends quoteJson(text) to `out` without a temporary.
void appendQuoted(std::string &out, std::string_view text);

/// The member if it is there and has that type; nothing otherwise. `object` may be any JSON value.
std::optional<std::string> stringMember(const Json &object, const char *key);
std::optional<bool> boolMember(const Json &object, const char *key);
std::optional<long long> integerMember(const Json &object, const char *key);

/// The member or a null value; `object` may be any JSON value.
const Json &member(const Json &object, const char *key);

} // namespace Base
