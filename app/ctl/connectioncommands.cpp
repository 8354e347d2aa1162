// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

#include <QFile>

namespace Ctl
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr qint64 kLongestSecret = 16 * 1024;

std::string table(const std::vector<Gateway::ConnectionInfo> &connections)
{
    Table rows({"ID", "KIND", "NAME", "STATE"});
    for (const auto &connection : connections)
        rows.add({connection.id, connection.kind, connection.name, connection.state});
    return rows.isEmpty() ? "No connections." : rows.text();
}

std::string details(const Gateway::ConnectionInfo &connection)
{
    std::vector<std::pair<std::string, std::string>> lines
        = {{"Id", connection.id},      {"Kind", connection.kind},
           {"Name", connection.name},  {"Organization", connection.organization},
           {"URL", connection.url},    {"Admin URL", connection.adminUrl},
           {"API", connection.apiUrl}, {"State", connection.state}};
    if (!connection.sentence.empty())
        lines.emplace_back("", connection.sentence);
    for (const std::string &warning : connection.warnings)
        lines.emplace_back("Warning", warning);
    for (const auto &fact : connection.facts)
        lines.push_back(fact);
    if (!connection.tokenKept.empty())
        lines.emplace_back("Token",
                           "in the " + connection.tokenKept
                               + (connection.tokenNote.empty() ? "" : ". " + connection.tokenNote));
    std::erase_if(lines, [](const auto &line) { return line.second.empty(); });
    for (auto &line : lines)
        line.second = shown(line.second);
    return facts(lines);
}

void showConnection(Session &session, const Json &result)
{
    if (session.printsJson())
        session.printJson(result);
    else if (const auto connection = session.decoded(Control::connectionFrom(result)))
        session.print(details(*connection));
    session.finish();
}

// A secret comes out of a file of the person's own: an argument is seen by every program.
Result<std::string> secretIn(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLongestSecret)
        return Base::fail(ErrorKind::InvalidArgument, "The file " + path + " cannot be read.");
    if (file.permissions() & others)
        return Base::fail(ErrorKind::InvalidArgument,
                          "Other users can read " + path + ", and it holds a secret.",
                          "Make it yours alone: chmod 600 " + path);
    const std::string secret = file.readLine().trimmed().toStdString();
    if (secret.empty())
        return Base::fail(ErrorKind::InvalidArgument, "There is nothing in " + path + ".");
    return secret;
}

Result<void> addSecrets(const Arguments &arguments, Json &params)
{
    for (const auto &[option, key] :
         {std::pair{"--token-file", "token"}, std::pair{"--admin-key-file", "admin_key"}}) {
        const auto path = arguments.value(option);
        if (!path)
            continue;
        auto secret = secretIn(*path);
        if (!secret)
            return tl::unexpected<Base::Error>(secret.error());
        params[key] = std::move(*secret);
    }
    return {};
}

void withId(Session &session, const char *method)
{
    session.ask(method, {{"id", session.operand()}},
                [&session](const Json &result) { showConnection(session, result); });
}

} // namespace

void listConnections(Session &session)
{
    session.ask("connections.list", Json::object(), [&session](const Json &result) {
        if (session.printsJson())
            session.printJson(result);
        else if (const auto all
                 = session.decoded(Control::listFrom(result, Control::connectionFrom)))
            session.print(table(*all));
        session.finish();
    });
}

void showOneConnection(Session &session)
{
    session.ask("connections.list", Json::object(), [&session](const Json &result) {
        for (const Json &one : result) {
            if (Base::stringMember(one, "id") == session.operand())
                return showConnection(session, one);
        }
        session.fail({ErrorKind::NotFound,
                      "There is no connection " + session.operand() + ".",
                      "See: turso-companionctl connections list",
                      {}});
    });
}

void addConnection(Session &session)
{
    const Arguments &arguments = session.arguments();
    if (!arguments.has("--kind"))
        return session.fail({ErrorKind::InvalidArgument,
                             "Say what to add: --kind libsql-server or --kind turso-cloud.",
                             "See: turso-companionctl connections add --help",
                             {}});
    Json params = {{"kind", arguments.value("--kind").value_or(std::string())}};
    for (const auto &[option, key] :
         {std::pair{"--name", "name"}, std::pair{"--url", "url"},
          std::pair{"--admin-url", "admin_url"}, std::pair{"--api-url", "api_url"},
          std::pair{"--organization", "organization"}}) {
        if (const auto value = arguments.value(option))
            params[key] = *value;
    }
    if (arguments.has("--from-cli"))
        params["from_cli"] = true;
    if (arguments.has("--unchecked"))
        params["unchecked"] = true;
    if (auto read = addSecrets(arguments, params); !read)
        return session.fail(read.error());
    session.ask("connections.add", std::move(params),
                [&session](const Json &result) { showConnection(session, result); });
}

void changeConnection(Session &session)
{
    const Arguments &arguments = session.arguments();
    Json params = {{"id", session.operand()}};
    for (const auto &[option, key] :
         {std::pair{"--name", "name"}, std::pair{"--organization", "organization"}}) {
        if (const auto value = arguments.value(option))
            params[key] = *value;
    }
    if (auto read = addSecrets(arguments, params); !read)
        return session.fail(read.error());
    session.ask("connections.change", std::move(params),
                [&session](const Json &result) { showConnection(session, result); });
}

void checkConnection(Session &session)
{
    withId(session, "connections.check");
}

void signOutOfConnection(Session &session)
{
    withId(session, "connections.sign_out");
}

void removeConnection(Session &session)
{
    session.ask("connections.remove", {{"id", session.operand()}}, [&session](const Json &result) {
        if (session.printsJson())
            session.printJson(result);
        else
            session.print("Removed. Its databases stay where they are.");
        session.finish();
    });
}

void signInToConnection(Session &session)
{
    session.ask("connections.sign_in", {{"id", session.operand()}}, [&session](const Json &result) {
        const auto offer = session.decoded(Control::signInOfferFrom(result));
        if (session.printsJson())
            session.printJson(result);
        else if (offer)
            session.print("Sign in here, in a browser on this computer:\n" + shown(offer->url));
        session.finish();
    });
}

namespace
{

/// A page at a time: the first is there while the last is still looked for.
void askForDatabases(Session &session, const std::string &cursor, bool isFirst)
{
    Json params = {{"id", session.operand()}, {"limit", 200}};
    if (!cursor.empty())
        params["cursor"] = cursor;
    session.ask("connections.databases", std::move(params),
                [&session, cursor, isFirst](const Json &result) {
                    const Json &databases = Base::member(result, "databases");
                    for (const Json &one : databases) {
                        const auto text = [&one](const char *key) {
                            return Base::stringMember(one, key).value_or(std::string());
                        };
                        const std::string source = text("parent");
                        if (session.printsJson())
                            session.printJson(one);
                        else
                            session.print(shown(text("name")) + "  " + shown(text("group"))
                                          + (source.empty() ? "" : "  branch of " + shown(source)));
                    }
                    const std::string next = Base::stringMember(result, "next_cursor").value_or("");
                    if (!next.empty() && next != cursor && !databases.empty())
                        return askForDatabases(session, next, false);
                    if (isFirst && databases.empty() && !session.printsJson())
                        session.print("It has no databases.");
                    session.finish();
                });
}

} // namespace

void listItsDatabases(Session &session)
{
    askForDatabases(session, {}, true);
}

void showConnectionAudit(Session &session)
{
    Json params = {{"id", session.operand()}};
    if (const auto page = session.arguments().value("--page"))
        params["page"] = std::atoi(page->c_str());
    session.ask("connections.audit", std::move(params), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
            return session.finish();
        }
        Table rows({"WHEN", "WHAT", "WHO", "FROM", "CODE"});
        for (const Json &one : Base::member(result, "entries")) {
            const auto text = [&one](const char *key) {
                return Base::stringMember(one, key).value_or(std::string());
            };
            rows.add({text("at"), text("message"), text("author"), text("origin"), text("code")});
        }
        session.print(rows.isEmpty() ? "Nothing is in its audit list." : rows.text());
        session.finish();
    });
}

} // namespace Ctl
