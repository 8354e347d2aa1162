// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/core.h"
#include "turso/libsqlserver/serverwords.h"

#include <QHostAddress>
#include <QNetworkInterface>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Pending;
using Base::readyNow;
using Base::Result;
using namespace SelfHosted;

namespace
{

constexpr char kFunctions[]
    = "SELECT DISTINCT name FROM pragma_function_list WHERE name IN ('readfile', 'writefile', "
      "'fsdir', 'edit') ORDER BY name";

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

Health unreachable(const Base::Error &error)
{
    return {Health::State::Unreachable,
            error.message + (error.hint.empty() ? "" : " " + error.hint)};
}

} // namespace

/// What a check finds out, step by step.
struct LibsqlServer::Core::Checking {
    std::string version;
    std::optional<Base::Error> admin = {}; ///< why there is none
    std::string sample = {}; ///< a database to try things on; empty: there is none
    std::optional<Base::Error> sql = {}; ///< why the sample's SQL does not work
    bool asksForToken = false;
    bool mayWrite = true; ///< as the server says
    std::vector<std::string> fileFunctions = {};
    std::string openAt = {}; ///< an address of the network at which it takes anybody
};

Pending<bool> LibsqlServer::Core::askAdmin(const std::shared_ptr<Checking> &check)
{
    m_adminAnswers = false;
    return whatever<bool>(admin("configuration"), this, [check](const Result<bool> &answers) {
        if (!answers)
            check->admin = answers.error();
        return readyNow<bool>(true);
    });
}

/// The databases that can be found without their names being known.
Pending<bool> LibsqlServer::Core::discover(const std::shared_ptr<Checking> &check)
{
    const auto sample = [this, check](const Result<bool> &) {
        const std::vector<std::string> all = names();
        const bool hasDefault = std::find(all.begin(), all.end(), "default") != all.end();
        check->sample = hasDefault ? "default" : all.empty() ? "" : all.front();
        if (m_claims.onlyDatabase && m_hasNamespaces.value_or(false))
            check->sample = *m_claims.onlyDatabase;
        return readyNow<bool>(true);
    };
    const auto first = whatever<bool>(find("default"), this,
                                      [](const Result<Entry> &) { return readyNow<bool>(true); });
    return whatever<bool>(first, this, [this, sample](const Result<bool> &done) {
        if (!m_adminAnswers || !m_hasNamespaces.value_or(false))
            return sample(done);
        return whatever<bool>(
            m_admin->active(), this, [this, sample](const Result<std::vector<std::string>> &names) {
                std::vector<std::string> unknown = names.value_or(std::vector<std::string>());
                std::erase_if(unknown, [this](const std::string &name) {
                    const auto known = m_entries.find(name);
                    return known != m_entries.end() && !known->second.isGone;
                });
                return whatever<bool>(
                    reconciled(unknown), this,
                    [sample](const Result<std::vector<Database>> &) { return sample(true); });
            });
    });
}

/// One read with the token, one without: whether the server asks for one, and takes ours.
Pending<bool> LibsqlServer::Core::trySql(const std::shared_ptr<Checking> &check)
{
    if (check->sample.empty())
        return readyNow<bool>(true);
    const std::string name = m_hasNamespaces.value_or(true) ? check->sample : std::string();
    const auto with = whatever<bool>(m_sql.run(name, {kFunctions}), this,
                                     [check](const Result<std::vector<Rows>> &found) {
                                         if (!found) {
                                             check->sql = found.error();
                                             return readyNow<bool>(true);
                                         }
                                         for (const auto &row : found->front()) {
                                             if (!row.empty())
                                                 check->fileFunctions.push_back(row.front());
                                         }
                                         return readyNow<bool>(true);
                                     });
    return whatever<bool>(with, this, [this, check, name](const Result<bool> &) {
        return whatever<bool>(m_sql.run(name, {"SELECT 1"}, false), this,
                              [check](const Result<std::vector<Rows>> &found) {
                                  check->asksForToken
                                      = !found && found.error().kind == ErrorKind::Unauthorized;
                                  return readyNow<bool>(true);
                              });
    });
}

/// A pragma that only looks, but which sqld counts as a write: it tells what the token may.
Pending<bool> LibsqlServer::Core::tryRights(const std::shared_ptr<Checking> &check)
{
    check->mayWrite = m_claims.mayWrite;
    if (check->sample.empty() || check->sql || !check->asksForToken)
        return readyNow<bool>(true);
    const std::string name = m_hasNamespaces.value_or(true) ? check->sample : std::string();
    return whatever<bool>(m_sql.run(name, {"PRAGMA user_version"}), this,
                          [this, check](const Result<std::vector<Rows>> &found) {
                              if (!found && found.error().kind == ErrorKind::Unauthorized) {
                                  check->mayWrite = false;
                                  m_claims.mayWrite = false;
                              }
                              return readyNow<bool>(true);
                          });
}

/// `turso dev` listens on all addresses: whoever shares the network can then do everything.
Pending<bool> LibsqlServer::Core::tryOpenness(const std::shared_ptr<Checking> &check)
{
    if (check->asksForToken || check->sample.empty())
        return readyNow<bool>(true);
    QUrl url(QString::fromStdString(m_options.url));
    if (!isLoopback(hostOf(m_options.url))) {
        check->openAt = hostOf(m_options.url);
        return readyNow<bool>(true);
    }
    const QList<QHostAddress> addresses = QNetworkInterface::allAddresses();
    const auto other = std::find_if(addresses.begin(), addresses.end(), [](const auto &address) {
        return !address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol;
    });
    if (other == addresses.end())
        return readyNow<bool>(true);
    url.setHost(other->toString());
    auto there = std::make_shared<ServerSql>(url.toString().toStdString(), nullptr);
    return whatever<bool>(
        there->exists(check->sample), this,
        [check, there, host = other->toString().toStdString()](const Result<bool> &answers) {
            if (answers && *answers)
                check->openAt = host;
            return readyNow<bool>(true);
        });
}

/// No request tells whether there are backups but the one that uses them. Its instant is before
/// all databases, its name nobody's; what it makes all the same is removed.
Pending<bool> LibsqlServer::Core::tryBackups(const std::shared_ptr<Checking> &check)
{
    if (m_keepsBackups || !m_adminAnswers || !m_hasNamespaces.value_or(false)
        || check->sample.empty())
        return readyNow<bool>(true);
    const std::string copy = "zz-" + Base::sha256Hex(Base::randomToken()).substr(0, 24);
    return whatever<bool>(
        m_admin->fork(check->sample, copy, 0), this, [this, copy](const Result<bool> &done) {
            const bool lacks = !done && done.error().kind == ErrorKind::Unsupported;
            const bool isKnown
                = done || lacks || done.error().message.find("ackup") != std::string::npos;
            if (isKnown)
                m_keepsBackups = !lacks;
            if (lacks || (!done && done.error().kind == ErrorKind::NotFound))
                return readyNow<bool>(true);
            return m_admin->remove(copy);
        });
}

Health LibsqlServer::Core::health(const Checking &check) const
{
    Health health;
    const bool many = m_hasNamespaces.value_or(false);
    const std::string token = !m_options.token ? "none"
        : !check.mayWrite                      ? "may read only"
                                               : "may read and write";
    health.facts
        = {{"Server", check.version},
           {"Namespaces", many ? "on" : "off: the one database is default"},
           {"Admin API", check.admin ? "not available" : "available"},
           {"Point in time", capabilities().pointInTime ? "as far as its backups go" : "no"},
           {"Token", check.asksForToken || !m_options.token ? token : token + ", not asked for"}};
    if (check.sql && check.sql->kind == ErrorKind::Unauthorized) {
        health.state = Health::State::SignedOut;
        health.sentence = m_options.token
            ? check.sql->message + " Give one that it takes in the connection's settings."
            : "The server asks for a token: give one in the connection's settings.";
    } else if (check.admin) {
        health.state = Health::State::Limited;
        health.sentence = check.admin->message
            + " SQL works; databases cannot be created, "
              "branched, configured or deleted. "
            + check.admin->hint;
    } else if (!check.mayWrite) {
        health.state = Health::State::Limited;
        health.sentence = "The token may read, and nothing else: give one that may write in the "
                          "connection's settings if agents are to write.";
    }
    if (!check.openAt.empty())
        health.warnings.push_back(
            "The server asks nobody for a token and answers at " + check.openAt
            + ": whoever can reach it can read and change everything. Start it with "
              "--auth-jwt-key-file, or let it listen on 127.0.0.1 only.");
    if (!check.fileFunctions.empty())
        health.warnings.push_back(
            "The server's SQL can reach files of its machine (" + joined(check.fileFunctions)
            + "), also with a token that only reads. Agents of this app cannot use these "
              "functions; others who reach the server can.");
    const auto isPlain = [](const std::string &url) {
        return url.starts_with("http://") && !isLoopback(hostOf(url));
    };
    if (isPlain(m_options.url) || isPlain(m_options.adminUrl))
        health.warnings.push_back("The connection to the server is not encrypted (http): tokens, "
                                  "keys and data can be read on the way. Use https.");
    return health;
}

Pending<Health> LibsqlServer::Core::check()
{
    auto check = std::make_shared<Checking>();
    m_refusals.clear();
    m_hasNamespaces.reset();
    if (m_options.token)
        m_claims = claimsOf(m_options.token->revealForUse());
    auto steps = after<bool>(m_sql.version(), this, [this, check](const std::string &version) {
        check->version = version;
        return namespaces();
    });
    using Step = Pending<bool> (Core::*)(const std::shared_ptr<Checking> &);
    for (const Step step : {&Core::askAdmin, &Core::discover, &Core::trySql, &Core::tryRights,
                            &Core::tryOpenness, &Core::tryBackups})
        steps
            = after<bool>(steps, this, [this, check, step](bool) { return (this->*step)(check); });
    return whatever<Health>(steps, this, [this, check](const Result<bool> &done) {
        // A step that failed after these two found nothing that matters.
        if (m_hasNamespaces && !check->version.empty())
            return readyNow<Health>(health(*check));
        return readyNow<Health>(unreachable(done.error()));
    });
}

} // namespace Turso
