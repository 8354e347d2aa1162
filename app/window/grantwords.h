// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QString>
#include <QStringList>
#include <QVariantList>

/// Who asks, and what is given to them, as a person reads it. Pure functions.
namespace Window::GrantWords
{

/// "Delete rows".
QString permission(Gateway::Permission permission);

/// "Verified", "Says so itself", "Program on this computer".
QString proofTitle(const Gateway::Asker &asker);
/// The same for a grant's kind.
QString kindTitle(const std::string &kind);
/// How that is known, and what it is worth, in one or two lines.
QString proofText(const Gateway::Asker &asker);
/// True where nothing vouches for a name that is known well enough to be borrowed.
bool isDoubtful(const std::string &agent, const Gateway::Asker &asker);

/// What it asked for beside what it is given: {text, state: "given"|"kept"|"extra"}, the last two
/// for what it asked for and does not get, and what it gets unasked.
QVariantList wishes(const std::string &askedScope, const Gateway::Permissions &given);

/// What a change of a grant would add and take, as "+ delete rows". `seconds`: from now; 0: until
/// revoked; negative: its end stays.
QStringList differences(const Gateway::Grant &before, const Gateway::GrantDraft &after,
                        int seconds);

} // namespace Window::GrantWords
