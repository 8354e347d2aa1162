// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectionvalue.h"

namespace Window
{

using Base::Json;

namespace
{

std::string textOf(const Json &json, const char *key)
{
    return Base::stringMember(json, key).value_or("");
}

constexpr const char *kCapabilities[]
    = {"groups",    "create_databases",    "branches",  "point_in_time", "configuration",
       "analytics", "rolled_back_dry_run", "audit_list"};

void readLists(const Json &json, ConnectionValue &value)
{
    for (const Json &warning : Base::member(json, "warnings")) {
        if (warning.is_string())
            value.warnings.push_back(warning.get<std::string>());
    }
    for (const Json &fact : Base::member(json, "facts"))
        value.facts.emplace_back(textOf(fact, "name"), textOf(fact, "value"));
    const Json &capabilities = Base::member(json, "capabilities");
    for (const char *name : kCapabilities) {
        if (const auto can = Base::boolMember(capabilities, name))
            (*can ? value.can : value.cannot).emplace_back(name);
    }
}

} // namespace

bool ConnectionValue::lacksOrganization() const
{
    return isCloud() && organization.empty() && !signedInBy.empty() && !isReady() && !isChecking();
}

Base::Result<ConnectionValue> ConnectionValue::from(const Json &json)
{
    ConnectionValue value;
    value.id = textOf(json, "id");
    if (value.id.empty())
        return Base::fail(Base::ErrorKind::InvalidArgument, "A connection has no id.");
    value.kind = textOf(json, "kind");
    value.name = textOf(json, "name");
    value.organization = textOf(json, "organization");
    value.url = textOf(json, "url");
    value.adminUrl = textOf(json, "admin_url");
    value.apiUrl = textOf(json, "api_url");
    value.state = textOf(json, "state");
    value.sentence = textOf(json, "sentence");
    value.signedInBy = textOf(json, "signed_in_by");
    value.tokenKept = textOf(json, "token_kept");
    value.tokenNote = textOf(json, "token_note");
    if (const auto at = Base::parseRfc3339(textOf(json, "checked_at")))
        value.checkedAt = *at;
    readLists(json, value);
    return value;
}

Base::Result<std::vector<ConnectionValue>> ConnectionValue::listFrom(const Json &json)
{
    if (!json.is_array())
        return Base::fail(Base::ErrorKind::InvalidArgument, "Expected a list.");
    std::vector<ConnectionValue> values;
    for (const Json &item : json) {
        auto value = from(item);
        if (!value)
            return tl::unexpected<Base::Error>(value.error());
        values.push_back(std::move(*value));
    }
    return values;
}

} // namespace Window
