// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The address of a libsql-server, as a person types it. Pure functions.
namespace Window::ServerAddress
{

/// A sentence on what is wrong with it, or empty. What is still being typed is not complained about
/// before it is clear that it goes astray.
QString problem(const QString &typed);

/// True for what can be asked: http, https or libsql, a host, and no secret in it.
bool isGood(const QString &typed);

/// What is no problem and should be known, or empty: that others can read along.
QString note(const QString &typed);

} // namespace Window::ServerAddress
