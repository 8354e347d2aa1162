// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Mcp
{

/// What resources/list says of one resource. `uri` and `name` must not be empty.
struct ResourceDescription {
    std::string uri;
    std::string name;
    std::string title = {};
    std::string description = {};
    std::string mimeType = {};
    std::optional<std::int64_t> size = {}; ///< bytes
    Base::Json icons = nullptr; ///< Icon[] with data: URIs, or null
};

/// What resources/templates/list says; `uriTemplate` is RFC 6570.
struct ResourceTemplate {
    std::string uriTemplate;
    std::string name;
    std::string title = {};
    std::string description = {};
    std::string mimeType = {};
    Base::Json icons = nullptr; ///< Icon[] with data: URIs, or null
};

/// One of the contents of a resource: `text`, or `blob` (base64) if `isBlob`.
struct ResourceContents {
    std::string uri;
    std::string mimeType = {};
    std::string text = {};
    bool isBlob = false;
};

/// What resources/read answers; never empty. What does not exist is resourceNotFound().
struct ResourceResult {
    std::vector<ResourceContents> contents;
};

/// All resources, in a stable order; the server cuts them into pages.
struct ResourceList {
    std::vector<ResourceDescription> resources;
};

/// What completion/complete answers. At most 100 values are sent.
struct Completion {
    std::vector<std::string> values = {};
    std::optional<std::int64_t> total = {}; ///< of all that fit
};

} // namespace Mcp
