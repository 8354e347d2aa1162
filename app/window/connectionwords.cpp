// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectionwords.h"

#include "window/wording.h"

#include <QCoreApplication>
#include <QStringList>
#include <QUrl>
#include <QVariantList>

#include <algorithm>
#include <utility>

namespace Window::ConnectionWords
{

namespace
{

constexpr qsizetype kNameLetters = 80;
constexpr qsizetype kSentenceLetters = 600;
constexpr std::size_t kMostFacts = 12;

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::ConnectionWords", text);
}

QVariantMap words(const QString &text, const char *glyph, const char *tone)
{
    return {{QStringLiteral("text"), text},
            {QStringLiteral("glyph"), QLatin1StringView(glyph)},
            {QStringLiteral("tone"), QLatin1StringView(tone)}};
}

QVariantMap deed(const char *action, const QString &text, const char *glyph)
{
    return {{QStringLiteral("action"), QLatin1StringView(action)},
            {QStringLiteral("text"), text},
            {QStringLiteral("glyph"), QLatin1StringView(glyph)}};
}

/// In a sentence: "it can <capability>".
QString capability(const std::string &name)
{
    if (name == "groups")
        return tr("group databases");
    if (name == "create_databases")
        return tr("create and delete databases");
    if (name == "branches")
        return tr("make branches");
    if (name == "point_in_time")
        return tr("go back in time");
    if (name == "configuration")
        return tr("change a database's configuration");
    if (name == "analytics")
        return tr("tell query figures");
    if (name == "rolled_back_dry_run")
        return tr("try changes out before they are made");
    if (name == "audit_list")
        return tr("list who changed what");
    return Wording::oneLine(name, kNameLetters);
}

QString capabilities(const Gateway::ConnectionInfo &connection, bool wanted)
{
    // In an order that reads well, whatever the app's is.
    constexpr const char *kOrder[]
        = {"groups",    "create_databases",    "branches",  "point_in_time", "configuration",
           "analytics", "rolled_back_dry_run", "audit_list"};
    QStringList list;
    for (const char *name : kOrder) {
        const auto &all = connection.capabilities;
        if (std::find(all.begin(), all.end(), std::pair(std::string(name), wanted)) != all.end())
            list << capability(name);
    }
    return list.join(QStringLiteral(", "));
}

bool isCloud(const Gateway::ConnectionInfo &connection)
{
    return connection.kind == "turso-cloud";
}

bool isWorkspace(const Gateway::ConnectionInfo &connection)
{
    return connection.kind == "workspace";
}

/// An address without its scheme where that says nothing.
QString address(const std::string &url)
{
    const QUrl parsed(Wording::text(url));
    return parsed.host().isEmpty() ? Wording::oneLine(url, kNameLetters) : parsed.authority();
}

QVariantMap token(const Gateway::ConnectionInfo &connection)
{
    if (isWorkspace(connection))
        return {};
    if (connection.tokenKept.empty())
        return connection.signedInBy.empty() && !isCloud(connection) ? words(
                   tr("No token: the server lets everybody in who can reach it"), "unlock", "quiet")
                                                                     : QVariantMap();
    const QString how = connection.signedInBy == "browser" ? tr("Signed in with the browser")
        : connection.signedInBy == "cli" ? tr("Signed in with the turso CLI's account")
                                         : tr("With a pasted token");
    if (connection.tokenKept == "keychain")
        return words(tr("%1; the token is in the keychain").arg(how), "key", "quiet");
    QVariantMap kept = words(tr("%1; the token is only in memory and goes with the app").arg(how),
                             "key", "warn");
    kept[QStringLiteral("note")] = Wording::oneLine(connection.tokenNote, kSentenceLetters);
    return kept;
}

QVariantList facts(const Gateway::ConnectionInfo &connection)
{
    QVariantList list;
    for (const auto &[name, value] : connection.facts) {
        if (static_cast<std::size_t>(list.size()) == kMostFacts)
            break;
        list << QVariantMap{{QStringLiteral("label"), Wording::oneLine(name, kNameLetters)},
                            {QStringLiteral("value"), Wording::oneLine(value, kNameLetters)}};
    }
    return list;
}

} // namespace

QString glyph(const std::string &kind)
{
    return kind == "turso-cloud"  ? QStringLiteral("cloud")
        : kind == "libsql-server" ? QStringLiteral("server")
                                  : QStringLiteral("database");
}

QString kind(const std::string &kind)
{
    if (kind == "turso-cloud")
        return tr("Turso Cloud");
    if (kind == "libsql-server")
        return tr("libsql-server");
    return kind == "workspace" ? tr("Workspace") : Wording::oneLine(kind, kNameLetters);
}

QString place(const Gateway::ConnectionInfo &connection)
{
    if (isWorkspace(connection))
        return tr("On this computer, without an account");
    const QString what = kind(connection.kind);
    const QString where = isCloud(connection)
        ? Wording::oneLine(connection.organization, kNameLetters)
        : address(connection.url);
    return where.isEmpty() ? what : what + QStringLiteral(" · ") + where;
}

QVariantMap state(const std::string &state)
{
    if (state == "ready")
        return words(tr("Ready"), "state-done", "good");
    if (state == "checking")
        return words(tr("Checking"), "clock", "busy");
    if (state == "unreachable")
        return words(tr("Cannot be reached"), "connection-lost", "bad");
    if (state == "signed-out")
        return words(tr("Signed out"), "sign-out", "warn");
    if (state == "locked")
        return words(tr("Keyring locked"), "lock", "warn");
    if (state == "limited")
        return words(tr("Limited"), "risk-destructive", "warn");
    return words(tr("Unknown"), "risk-change", "warn");
}

bool lacksOrganization(const Gateway::ConnectionInfo &connection)
{
    return isCloud(connection) && connection.organization.empty() && !connection.signedInBy.empty()
        && connection.state != "ready" && connection.state != "checking";
}

QVariantMap mend(const Gateway::ConnectionInfo &connection)
{
    const std::string &state = connection.state;
    if (lacksOrganization(connection))
        return deed("change", tr("Choose the organization…"), "sliders");
    if (state == "unreachable")
        return deed("check", tr("Try again"), "refresh");
    if (state == "locked")
        return deed("check", tr("Unlock keyring and try again"), "unlock");
    const bool again = !connection.signedInBy.empty();
    if (state == "signed-out" && isCloud(connection))
        return deed("sign-in", again ? tr("Sign in again") : tr("Sign in"), "key");
    if (state == "limited" && isCloud(connection))
        return deed("sign-in", tr("Sign in again"), "key");
    if (state == "signed-out" || state == "limited")
        return deed("change", tr("Change…"), "sliders");
    return {};
}

QVariantMap connection(const Gateway::ConnectionInfo &connection)
{
    const QVariantMap shown = state(connection.state);
    QStringList warnings;
    for (const std::string &warning : connection.warnings)
        warnings << Wording::oneLine(warning, kSentenceLetters);
    const auto &can = connection.capabilities;
    const bool audits
        = std::find(can.begin(), can.end(), std::pair(std::string("audit_list"), true))
        != can.end();
    const QString name = Wording::oneLine(connection.name, kNameLetters);
    return {{QStringLiteral("id"), Wording::text(connection.id)},
            {QStringLiteral("name"), name.isEmpty() ? kind(connection.kind) : name},
            {QStringLiteral("kind"), Wording::text(connection.kind)},
            {QStringLiteral("kindText"), kind(connection.kind)},
            {QStringLiteral("glyph"), glyph(connection.kind)},
            {QStringLiteral("place"), place(connection)},
            {QStringLiteral("organization"), Wording::text(connection.organization)},
            {QStringLiteral("url"), Wording::text(connection.url)},
            {QStringLiteral("adminUrl"), Wording::text(connection.adminUrl)},
            {QStringLiteral("stateText"), shown[QStringLiteral("text")]},
            {QStringLiteral("stateGlyph"), shown[QStringLiteral("glyph")]},
            {QStringLiteral("tone"), shown[QStringLiteral("tone")]},
            {QStringLiteral("sentence"), Wording::oneLine(connection.sentence, kSentenceLetters)},
            {QStringLiteral("mend"), mend(connection)},
            {QStringLiteral("warnings"), warnings},
            {QStringLiteral("facts"), facts(connection)},
            {QStringLiteral("can"), capabilities(connection, true)},
            {QStringLiteral("cannot"), capabilities(connection, false)},
            {QStringLiteral("token"), token(connection)},
            {QStringLiteral("signedInBy"), Wording::text(connection.signedInBy)},
            {QStringLiteral("mayAudit"), audits && isCloud(connection)},
            {QStringLiteral("maySignOut"), !connection.tokenKept.empty()},
            {QStringLiteral("mayChange"), !isWorkspace(connection)},
            {QStringLiteral("mayRemove"), !isWorkspace(connection)}};
}

} // namespace Window::ConnectionWords
