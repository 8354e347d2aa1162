// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Http
{

/// The parameters of an OAuth request: a query or an application/x-www-form-urlencoded body.
/// OAuth 2.1 section 3.1: a parameter may not be there twice (`resource` may, RFC 8707 section 2),
/// and one without a value counts as left out.
class Form
{
public:
    /// Nothing if it cannot be read: broken percent-encoding, text that is not UTF-8, control
    /// characters, more than 50 parameters or one parameter twice.
    static std::optional<Form> parse(std::string_view text);

    /// Empty if it is not there.
    const std::string &operator[](std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> m_fields;
};

} // namespace Http
