// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

namespace Gateway
{

/// Builds and checks the flat, plain JSON Schemas of the tools: an object whose properties are
/// strings, integers, booleans or arrays, each described, nothing else allowed.
class InputSchema
{
public:
    InputSchema &text(const char *name, const char *description, bool required = false);
    InputSchema &integer(const char *name, const char *description, long long least, long long most,
                         long long byDefault);
    InputSchema &boolean(const char *name, const char *description);
    InputSchema &array(const char *name, const char *description, const char *itemType);
    /// Values to bind: an array by position; an object by name is taken as well.
    InputSchema &bindings(const char *name, const char *description);

    Base::Json json() const;

private:
    Base::Json m_properties = Base::Json::object();
    Base::Json m_required = Base::Json::array();
};

/// The arguments with aliases resolved, or InvalidArgument with the name of what is wrong. Aliases
/// that agents guess: `database_name` and `name` for `database`, `query` for `sql`, each only where
/// the schema has the real one and not the alias.
Base::Result<Base::Json> checkedArguments(const Base::Json &schema, const Base::Json &arguments);

/// An output schema: `status`, the members of refusals and pending answers, and `own` (name ->
/// schema).
Base::Json outputSchema(Base::Json own);

} // namespace Gateway
