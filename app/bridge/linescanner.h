// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Bridge
{

/// What the bridge must know of a JSON-RPC message. The views point into the line.
struct LineFacts {
    bool isObject = false;
    bool isAnswer = false; ///< has "result" or "error"
    std::string_view id; ///< the raw token of a string or an integer, or empty
    std::string method; ///< decoded, or empty
    std::string_view cancelled; ///< params.requestId of notifications/cancelled, raw, or empty

    bool isRequest() const { return !method.empty() && !id.empty(); }
};

/// Finds them without parsing the rest: strings, escapes and nesting are respected, but the text
/// between them is not checked. For an answer it stops at the payload if the id came before it. Any
/// bytes are safe; what ends too early yields the facts found so far.
LineFacts factsOf(std::string_view line);

/// Two spellings of one id have one key: strings are decoded ("\u0061" is "a"), numbers stay as
/// they are.
std::string idKey(std::string_view rawId);

/// `text` as a JSON string with its quotes; bytes of UTF-8 are passed on.
std::string quoted(std::string_view text);

} // namespace Bridge
