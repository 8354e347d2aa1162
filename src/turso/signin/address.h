// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>

#include <optional>
#include <string>
#include <string_view>

/// What a server's words may be like before they are used or shown.
namespace Turso
{

/// An http or https address as it was written: absolute, with a host, without user or fragment.
std::optional<QUrl> addressOf(std::string_view text);
bool isLoopback(const QUrl &url);
/// True if secrets may be sent there, by somebody who means `resource`: https, or plain http on
/// this machine where the resource is on it as well.
bool isFit(const QUrl &url, const QUrl &resource);

/// Text of others for a sentence: one line, no control characters, at most 200 bytes of it.
std::string plainWords(std::string_view text);
/// What may stand behind "Bearer " (RFC 6750 section 2.1, and a little more): visible ASCII.
bool isTokenText(std::string_view text);

} // namespace Turso
