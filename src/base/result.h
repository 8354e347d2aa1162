// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace Base
{

/// A value, or the reason why there is none. Nothing in this project throws across a function
/// boundary.
template <typename T>
using Result = tl::expected<T, Error>;

/// The failing half of a Result: `return fail(ErrorKind::NotFound, "There is no database named
/// x.");`
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {},
                                  std::string details = {})
{
    return tl::unexpected<Error>(
        Error{kind, std::move(message), std::move(hint), std::move(details)});
}

} // namespace Base
