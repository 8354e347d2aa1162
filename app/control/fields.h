// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Control
{

/// Reads the members of one JSON object strictly and remembers the first thing that is wrong, so
/// that a decoder is a list of members and one question at its end. After a failure every read
/// gives an empty value. Keeps a reference to the object, which must outlive it.
class Fields
{
public:
    /// `what` names the object in error messages: "a call", "the parameters".
    Fields(const Base::Json &object, std::string what);

    std::string text(const char *key);
    bool boolean(const char *key);
    std::int64_t integer(const char *key);
    double number(const char *key);
    Base::Millis time(const char *key); ///< RFC 3339 UTC
    std::vector<std::string> texts(const char *key);
    /// The compact text of an object, or "" for null.
    std::string objectText(const char *key);
    const Base::Json &array(const char *key);
    const Base::Json &object(const char *key);

    std::optional<std::string> optionalText(const char *key); ///< absent or null: nothing
    std::optional<std::int64_t> optionalInteger(const char *key);
    std::optional<Base::Millis> optionalTime(const char *key);

    bool has(const char *key) const;
    /// For objects from outside: refuses by name what has not been listed here.
    void allowOnly(std::initializer_list<std::string_view> keys);
    void reject(std::string message);

    bool isValid() const { return !m_error; }
    tl::unexpected<Base::Error> failure() const;

private:
    const Base::Json *present(const char *key);
    void wrongType(const char *key, std::string_view expected);

    const Base::Json &m_object;
    std::string m_what;
    std::optional<std::string> m_error;
};

/// The inverse of Base::toRfc3339: "2026-11-22T15:39:35.123Z" (fraction optional), or nothing.
std::optional<Base::Millis> fromRfc3339(std::string_view text);

} // namespace Control
