// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/connector.h"

#include <QString>
#include <QVariantList>
#include <QVariantMap>

#include <string_view>
#include <vector>

/// What the connect library says, as the wizard shows it. Texts from files are shown as they are,
/// with what would hide letters made visible.
namespace Window::ConnectWording
{

/// {id, name, file, state, stateText, tone: "good"|"warn"|"bad"|"quiet", explanation, restartNote,
/// bundle, ours}; `ours`: there is an entry of ours that can be taken out.
QVariantMap agent(const Connect::AgentInfo &agent);

/// {value, text}, in the given order.
QVariantList ways(const std::vector<Connect::Way> &ways);

/// The lines of a unified diff without the names of the files: {text, kind, number}. `number` is
/// the line's in the file as it would be, or for what goes, as it was; 0 where none. Of a line that
/// is too long for eyes, what surrounds the change. Any thread.
QVariantList diff(std::string_view unified);

QVariantMap step(const QString &text, const char *state, const QString &detail);

/// {url, commandLine, json, urlJson}
QVariantMap recipe(const Connect::Recipe &recipe);

} // namespace Window::ConnectWording
