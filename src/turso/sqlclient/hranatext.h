// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/types.h"

#include <cstddef>
#include <string>
#include <string_view>

/// Hrana's requests as JSON text. Pure; any thread.
namespace Turso::Remote
{

/// {"sql":...,"args":[...]}
void appendStatement(std::string &out, std::string_view sql, const Arguments &arguments);

std::string executeRequest(std::string_view sql, const Arguments &arguments);
std::string describeRequest(std::string_view sql);

/// The body of a pipeline; `requests` is the text between the brackets.
std::string pipelineBody(const std::string &baton, std::string_view requests);

/// Conditions. `error` is never used: Turso's server takes a skipped step for one.
std::string okOf(std::size_t step);
std::string notOf(const std::string &condition);
std::string orOf(const std::string &one, const std::string &other);
std::string andOf(const std::string &one, const std::string &other);

/// Stands in the statements that this app adds of its own accord: servers count them, and nobody
/// wants them among the figures of what people and agents ask.
inline constexpr std::string_view kOwnMark = "/* turso-companion */";

/// The steps of a batch, one by one.
class BatchText
{
public:
    /// Answers the step's number. `condition` is empty, or one of the above.
    std::size_t add(std::string_view sql, const std::string &condition = {},
                    const Arguments &arguments = std::vector<Value>{});
    /// The same for a statement of this app, with its mark.
    std::size_t addOwn(const std::string &sql, const std::string &condition = {},
                       const Arguments &arguments = std::vector<Value>{});
    std::size_t size() const { return m_size; }
    std::size_t last() const { return m_size - 1; }

    std::string request() const { return "{\"type\":\"batch\",\"batch\":" + batch() + '}'; }
    std::string cursorBody(const std::string &baton) const;

private:
    std::string batch() const { return "{\"steps\":[" + m_steps + "]}"; }

    std::string m_steps;
    std::size_t m_size = 0;
};

} // namespace Turso::Remote
