// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixtureresources.h"

#include "content.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace Conformance
{

namespace
{

struct Fixture {
    std::string_view uri;
    std::string_view name;
    std::string_view mimeType;
    std::string_view contents;
    bool isBlob = false;
};

constexpr std::array kFixtures{
    Fixture{"test://static-text", "Static text", "text/plain",
            "This is the content of the static text resource."},
    Fixture{"test://static-binary", "Static image", "image/png", kPng, true},
    Fixture{"test://watched-resource", "Watched resource", "text/plain",
            "This resource can be watched."},
};

constexpr char kTemplate[] = "test://template/{id}/data";
constexpr std::string_view kBeforeId = "test://template/";
constexpr std::string_view kAfterId = "/data";

const Fixture *find(std::string_view uri)
{
    const auto *found = std::find_if(kFixtures.begin(), kFixtures.end(),
                                     [uri](const Fixture &one) { return one.uri == uri; });
    return found == kFixtures.end() ? nullptr : &*found;
}

/// What stands for {id} in an address of the template.
std::optional<std::string> idOf(std::string_view uri)
{
    if (!uri.starts_with(kBeforeId) || !uri.ends_with(kAfterId)
        || uri.size() <= kBeforeId.size() + kAfterId.size())
        return std::nullopt;
    uri.remove_prefix(kBeforeId.size());
    uri.remove_suffix(kAfterId.size());
    return std::string(uri);
}

Mcp::Outcome contentsOf(const std::string &uri)
{
    if (const Fixture *one = find(uri))
        return Mcp::ResourceResult{
            {{uri, std::string(one->mimeType), std::string(one->contents), one->isBlob}}};
    if (const auto id = idOf(uri)) {
        const Json data = {{"id", *id}, {"templateTest", true}, {"data", "Data for ID: " + *id}};
        return Mcp::ResourceResult{{{uri, "application/json", Base::dumpJson(data)}}};
    }
    return Mcp::resourceNotFound(uri);
}

} // namespace

Mcp::Responder::CallId FixtureResources::list(const Mcp::Caller &, Reply reply)
{
    Mcp::ResourceList list;
    for (const Fixture &one : kFixtures)
        list.resources.push_back({.uri = std::string(one.uri),
                                  .name = std::string(one.name),
                                  .description = "A fixture of the suite",
                                  .mimeType = std::string(one.mimeType)});
    reply(std::move(list));
    return ++m_last;
}

std::vector<Mcp::ResourceTemplate> FixtureResources::templates(const Mcp::Principal &) const
{
    return {{.uriTemplate = kTemplate,
             .name = "Template",
             .description = "Any id will do",
             .mimeType = "application/json"}};
}

Mcp::Responder::CallId FixtureResources::read(Mcp::ResourceRead read, Reply reply, Report)
{
    reply(contentsOf(read.uri));
    return ++m_last;
}

Mcp::Responder::CallId FixtureResources::complete(Mcp::CompletionQuery query, Reply reply)
{
    Mcp::Completion completion;
    if (query.ref == kTemplate && query.argument == "id"
        && std::string("123").starts_with(query.value))
        completion.values.emplace_back("123");
    completion.total = static_cast<std::int64_t>(completion.values.size());
    reply(std::move(completion));
    return ++m_last;
}

bool FixtureResources::maySubscribe(const Mcp::Principal &, const std::string &uri) const
{
    return find(uri) != nullptr;
}

} // namespace Conformance
