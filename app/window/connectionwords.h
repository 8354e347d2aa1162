// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QString>
#include <QVariantMap>

/// A connection as a person reads it. Pure functions. Tones are "good", "warn", "bad", "busy" and
/// "quiet".
namespace Window::ConnectionWords
{

/// The glyph of a kind of connection.
QString glyph(const std::string &kind);
/// "Turso Cloud".
QString kind(const std::string &kind);
/// "Turso Cloud · acme-corp", "libsql-server · db.example.org:8080", "On this computer".
QString place(const Gateway::ConnectionInfo &connection);
/// {text, glyph, tone}
QVariantMap state(const std::string &state);
/// What mends it: {action: "check"|"sign-in"|"change", text, glyph}, or empty where nothing is
/// wrong. "change" asks for what is missing: a token, an organization, an address's key.
QVariantMap mend(const Gateway::ConnectionInfo &connection);

/// Signed in to Turso Cloud with a token that does not tell which organization it is for.
bool lacksOrganization(const Gateway::ConnectionInfo &connection);

/// All that does not depend on the clock or on grants: {id, name, kind, kindText, glyph, place,
/// organization, url, adminUrl, stateText, stateGlyph, tone, sentence, mend, warnings: [text],
/// facts: [{label, value}], can, cannot: one line each, token: {text, note, glyph, tone} or empty,
/// signedInBy, mayAudit, maySignOut, mayChange, mayRemove}
QVariantMap connection(const Gateway::ConnectionInfo &connection);

} // namespace Window::ConnectionWords
