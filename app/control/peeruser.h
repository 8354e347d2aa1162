// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace Control
{

/// True if the process at the other end of that connected local socket runs as this process's user.
/// What the system cannot tell is false.
bool isPeerOfThisUser(qintptr descriptor);

/// True if somebody accepts connections on that local socket now.
bool isAnswered(const char *path);

} // namespace Control
