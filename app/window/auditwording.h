// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

/// The entries of an organization's own audit list, as a person reads them. Pure functions.
namespace Window::AuditWording
{

struct Deed {
    QString text; ///< "Database created"
    QString glyph;
    QString tone; ///< "bad" for what has gone, "warn" for who may do what, "quiet"
};

/// By the entry's code; a code that is not known is shown as it is.
Deed deed(const std::string &code);

/// Where it was done: "with the turso CLI", "on the web".
QString origin(const std::string &origin);

} // namespace Window::AuditWording
