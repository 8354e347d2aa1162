// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"

#include <string>
#include <string_view>

/// What a browser shows of us: one card, light or dark as the system is, that loads nothing from
/// anywhere, may not be framed and is kept by nobody.
namespace Http
{

struct Page {
    int status = 200;
    std::string title; ///< text; also the heading
    std::string body; ///< HTML below it
    std::string head = {}; ///< HTML
    std::string attributes = {}; ///< HTML, of the card
    std::string script = {}; ///< may ask the page's own server
};

Response pageResponse(const Page &page);

/// Text as HTML.
std::string htmlEscaped(std::string_view text);

} // namespace Http
