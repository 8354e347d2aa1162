// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/call.h"

#include <algorithm>

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::Json;

namespace
{

constexpr std::size_t kMostListed = 10'000;

bool sameInAnyCase(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

int statusOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::NotFound:
        return 404;
    case ErrorKind::AlreadyExists:
        return 409;
    case ErrorKind::InvalidArgument:
        return 400;
    case ErrorKind::Protected:
    case ErrorKind::NotGranted:
    case ErrorKind::Denied:
    case ErrorKind::ReadOnlyMode:
        return 403;
    case ErrorKind::LimitExceeded:
        return 429;
    case ErrorKind::Unsupported:
        return 501;
    default:
        return 500;
    }
}

} // namespace

const std::string &Call::parameter(std::string_view name) const
{
    static const std::string kNone;
    const auto found = parameters.find(name);
    return found == parameters.end() ? kNone : found->second;
}

const Json &Call::field(std::string_view name) const
{
    static const Json kNull;
    if (const auto exact = body.find(name); exact != body.end())
        return *exact;
    for (const auto &[key, value] : body.items()) {
        if (sameInAnyCase(key, name))
            return value;
    }
    return kNull;
}

std::optional<std::string> Call::textField(std::string_view name, bool &isRight) const
{
    const Json &value = field(name);
    if (value.is_string())
        return value.get<std::string>();
    if (!value.is_null() && isRight) {
        isRight = false;
        refuse(400, std::string(name) + " must be a string");
    }
    return std::nullopt;
}

std::optional<bool> Call::flagField(std::string_view name, bool &isRight) const
{
    const Json &value = field(name);
    if (value.is_boolean())
        return value.get<bool>();
    if (!value.is_null() && isRight) {
        isRight = false;
        refuse(400, std::string(name) + " must be a boolean");
    }
    return std::nullopt;
}

std::optional<std::vector<std::string>> Call::listField(std::string_view name, bool &isRight) const
{
    const Json &value = field(name);
    if (value.is_null())
        return std::nullopt;
    std::vector<std::string> list;
    bool isList = value.is_array() && value.size() <= kMostListed;
    for (std::size_t i = 0; isList && i < value.size(); ++i) {
        isList = value[i].is_string();
        if (isList)
            list.push_back(value[i].get<std::string>());
    }
    if (isList)
        return list;
    if (isRight)
        refuse(400, std::string(name) + " must be an array of strings");
    isRight = false;
    return std::nullopt;
}

void Call::answer(const Json &json) const
{
    reply({200, Base::dumpJson(json)});
}

void Call::refuse(int status, std::string_view sentence) const
{
    reply({status, "{\"error\":" + Base::quoteJson(sentence) + "}"});
}

void Call::reply(Answer answer) const
{
    if (observer)
        observer(answer);
    m_reply(std::move(answer));
}

void Call::refuse(const Base::Error &error) const
{
    refuse(statusOf(error.kind), error.message);
}

bool Call::mayReach(const std::string &name) const
{
    return groupNamed(name) != nullptr;
}

const Group *Call::groupNamed(std::string_view name) const
{
    for (const Group &one : groups) {
        if (one.name == name && (!caller.isGroupScoped() || one.id == caller.groupId))
            return &one;
    }
    return nullptr;
}

std::string Call::groupName(const std::string &id) const
{
    for (const Group &one : groups) {
        if (one.id == id)
            return one.name;
    }
    return {};
}

} // namespace Turso::PlatformApi
