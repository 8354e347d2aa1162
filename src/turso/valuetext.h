// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// SQL values as JSON text in the encoding of the tools' API (see Turso::StatementOutcome),
/// wherever they come from.
namespace Turso
{

/// As a string beyond what a JavaScript number can hold exactly.
void appendInteger(std::string &out, std::int64_t value);

/// NaN is null, as in SQL; infinity is a string. 3.0 stays recognisable as a REAL.
void appendReal(std::string &out, double value);

/// Standard alphabet with padding (RFC 4648 section 4).
void appendBase64(std::string &out, std::string_view bytes);

} // namespace Turso
