// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "connect/agents.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Connect
{

/// The UTF-8 byte order mark at the beginning of `text`, or an empty view.
std::string_view byteOrderMark(std::string_view text);

/// "line 3, column 7", counted in characters from 1.
std::string positionText(std::string_view text, std::size_t offset);

struct JsonMember;

/// A value in a text: from `begin` to before `end`, both byte offsets.
struct JsonNode {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool isObject = false;
    std::vector<JsonMember> members; ///< of an object, in order, duplicates included

    /// The member that parsers take: the last one with that key. Null if there is none.
    const JsonMember *find(std::string_view key) const;
};

struct JsonMember {
    std::string key; ///< unescaped
    std::size_t begin = 0; ///< of the key's quote
    JsonNode value;
    std::optional<std::size_t> comma; ///< where the comma behind it is
};

/// A text that was understood.
struct JsonText {
    std::optional<JsonNode> root; ///< nothing: only blanks and comments
    std::string plain; ///< the same text, same length, with blanks for comments and spare commas
    std::vector<std::pair<std::size_t, std::size_t>> comments; ///< begin and end, in order

    /// Where the line ends on which `offset` is, if nothing but blanks and whole comments stands
    /// between; before the "\r" of a "\r\n". Nothing otherwise, and at the end of the text.
    std::optional<std::size_t> lineEndBehind(std::size_t offset) const;
};

/// Where everything in a JSON text is. The dialect says whether comments and trailing commas are
/// allowed. InvalidArgument with line and column where it is broken; nested more than
/// Base::kMaxJsonDepth counts as broken. Source: RFC 8259, and for the rest what VS Code accepts.
Base::Result<JsonText> scanJson(std::string_view text, Dialect dialect);

} // namespace Connect
