// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/fields.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace Control
{

using Base::Json;

Fields::Fields(const Json &object, std::string what)
    : m_object(object)
    , m_what(std::move(what))
{
    if (!object.is_object())
        m_error = "Expected " + m_what + " as a JSON object.";
}

void Fields::reject(std::string message)
{
    if (!m_error)
        m_error = std::move(message);
}

void Fields::wrongType(const char *key, std::string_view expected)
{
    reject("In " + m_what + ", \"" + key + "\" must be " + std::string(expected) + ".");
}

tl::unexpected<Base::Error> Fields::failure() const
{
    return Base::fail(Base::ErrorKind::InvalidArgument, m_error.value_or(std::string()));
}

bool Fields::has(const char *key) const
{
    return !Base::member(m_object, key).is_null();
}

const Json *Fields::present(const char *key)
{
    if (m_error)
        return nullptr;
    const auto it = m_object.find(key);
    if (it == m_object.end()) {
        reject("In " + m_what + ", \"" + key + "\" is missing.");
        return nullptr;
    }
    return &*it;
}

std::string Fields::text(const char *key)
{
    const Json *value = present(key);
    if (!value)
        return {};
    if (value->is_string())
        return value->get<std::string>();
    wrongType(key, "a text");
    return {};
}

bool Fields::boolean(const char *key)
{
    const Json *value = present(key);
    if (!value)
        return false;
    if (value->is_boolean())
        return value->get<bool>();
    wrongType(key, "true or false");
    return false;
}

std::int64_t Fields::integer(const char *key)
{
    if (!present(key))
        return 0;
    const auto value = Base::integerMember(m_object, key);
    if (!value)
        wrongType(key, "a whole number");
    return value.value_or(0);
}

double Fields::number(const char *key)
{
    const Json *value = present(key);
    if (!value)
        return 0;
    if (value->is_number())
        return value->get<double>();
    wrongType(key, "a number");
    return 0;
}

Base::Millis Fields::time(const char *key)
{
    const std::string written = text(key);
    if (m_error)
        return 0;
    const auto value = fromRfc3339(written);
    if (!value)
        wrongType(key, "a time such as 2026-11-22T15:39:35.123Z");
    return value.value_or(0);
}

std::vector<std::string> Fields::texts(const char *key)
{
    std::vector<std::string> result;
    for (const Json &item : array(key)) {
        if (!item.is_string()) {
            wrongType(key, "a list of texts");
            return {};
        }
        result.push_back(item.get<std::string>());
    }
    return result;
}

std::string Fields::objectText(const char *key)
{
    const Json *value = present(key);
    if (!value || value->is_null())
        return {};
    if (value->is_object())
        return Base::dumpJson(*value);
    wrongType(key, "an object or null");
    return {};
}

const Json &Fields::array(const char *key)
{
    static const Json kEmpty = Json::array();
    const Json *value = present(key);
    if (!value)
        return kEmpty;
    if (value->is_array())
        return *value;
    wrongType(key, "a list");
    return kEmpty;
}

const Json &Fields::object(const char *key)
{
    static const Json kEmpty = Json::object();
    const Json *value = present(key);
    if (!value)
        return kEmpty;
    if (value->is_object())
        return *value;
    wrongType(key, "an object");
    return kEmpty;
}

std::optional<std::string> Fields::optionalText(const char *key)
{
    if (!has(key))
        return std::nullopt;
    return text(key);
}

std::optional<std::int64_t> Fields::optionalInteger(const char *key)
{
    if (!has(key))
        return std::nullopt;
    return integer(key);
}

std::optional<Base::Millis> Fields::optionalTime(const char *key)
{
    if (!has(key))
        return std::nullopt;
    return time(key);
}

void Fields::allowOnly(std::initializer_list<std::string_view> keys)
{
    if (m_error)
        return;
    for (const auto &item : m_object.items()) {
        if (std::find(keys.begin(), keys.end(), item.key()) == keys.end())
            return reject("There is no \"" + item.key() + "\" in " + m_what + ".");
    }
}

std::optional<Base::Millis> fromRfc3339(std::string_view text)
{
    const auto time = Base::parseRfc3339(text);
    return time && text.ends_with('Z') ? std::optional<Base::Millis>(*time) : std::nullopt;
}

} // namespace Control
