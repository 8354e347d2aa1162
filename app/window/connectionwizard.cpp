// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectionwizard.h"

#include "control/codec.h"
#include "window/connectionwords.h"
#include "window/desklink.h"
#include "window/serveraddress.h"
#include "window/wording.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace Window
{

using Base::Json;

namespace
{

constexpr int kSecondMs = 1000;
constexpr const char *kCloud = "turso-cloud";

/// What was pasted, without the line ends and spaces around it.
std::string pasted(const QString &text)
{
    return text.trimmed().toStdString();
}

void put(Json &params, const char *key, const std::string &text)
{
    if (!text.empty())
        params[key] = text;
}

bool isChecking(const Gateway::ConnectionInfo &connection)
{
    return connection.state == "checking";
}

bool hasSpace(const std::string &token)
{
    return token.find_first_of(" \t\r\n") != std::string::npos;
}

} // namespace

ConnectionWizard::ConnectionWizard(DeskLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
{
    m_seconds.setInterval(kSecondMs);
    connect(&m_seconds, &QTimer::timeout, this, &ConnectionWizard::ticked);
    connect(&link, &DeskLink::connectionChanged, this, &ConnectionWizard::takeChange);
    connect(&link, &DeskLink::connectionRemoved, this, [this](const QString &gone) {
        if (!m_connection || gone.toStdString() != m_connection->id)
            return;
        m_connection.reset();
        begin(Stage::Choosing);
        Q_EMIT finished();
    });
    connect(&link, &DeskLink::lost, this, [this] { begin(Stage::Choosing); });
}

bool ConnectionWizard::lacksOrganization() const
{
    return m_connection && ConnectionWords::lacksOrganization(*m_connection);
}

QVariantMap ConnectionWizard::connection() const
{
    return m_connection ? ConnectionWords::connection(*m_connection) : QVariantMap();
}

int ConnectionWizard::secondsLeft() const
{
    const auto left = m_waitsUntil - QDateTime::currentMSecsSinceEpoch();
    return static_cast<int>(std::max<Base::Millis>(0, (left + kSecondMs - 1) / kSecondMs));
}

double ConnectionWizard::shareLeft() const
{
    const auto all = m_waitsUntil - m_waitsSince;
    const auto left = m_waitsUntil - QDateTime::currentMSecsSinceEpoch();
    return all <= 0 ? 0
                    : std::clamp(static_cast<double>(left) / static_cast<double>(all), 0.0, 1.0);
}

void ConnectionWizard::setUrl(const QString &url)
{
    if (url == m_url)
        return;
    m_url = url;
    Q_EMIT addressChanged();
}

void ConnectionWizard::setAdminUrl(const QString &url)
{
    if (url == m_adminUrl)
        return;
    m_adminUrl = url;
    Q_EMIT addressChanged();
}

QString ConnectionWizard::urlProblem() const
{
    return ServerAddress::problem(m_url);
}

QString ConnectionWizard::urlNote() const
{
    return ServerAddress::note(m_url);
}

QString ConnectionWizard::adminUrlProblem() const
{
    return ServerAddress::problem(m_adminUrl);
}

bool ConnectionWizard::areAddressesGood() const
{
    return ServerAddress::isGood(m_url)
        && (m_adminUrl.trimmed().isEmpty() || ServerAddress::isGood(m_adminUrl));
}

/// Forgets what was asked and said in the stage before.
void ConnectionWizard::begin(Stage stage)
{
    ++m_turn;
    m_stage = stage;
    m_busy = false;
    m_settling = false;
    m_unreached = false;
    m_problem.clear();
    endWaiting();
    Q_EMIT changed();
}

void ConnectionWizard::open()
{
    m_connection.reset();
    m_existing = false;
    m_cli.clear();
    setUrl({});
    setAdminUrl({});
    begin(Stage::Choosing);
    m_link.call("connections.cli_account", Json::object(), this,
                [this, turn = m_turn](const Base::Result<Json> &answer) {
                    if (!answer || turn != m_turn
                        || !Base::boolMember(*answer, "found").value_or(false))
                        return;
                    for (const char *key : {"username", "organization"})
                        m_cli[QLatin1StringView(key)]
                            = Wording::oneLine(Base::stringMember(*answer, key).value_or(""), 60);
                    Q_EMIT changed();
                });
}

bool ConnectionWizard::start(const ConnectionsModel *connections, const QString &id)
{
    const Gateway::ConnectionInfo *found = connections ? connections->find(id) : nullptr;
    if (!found)
        return false;
    open();
    m_connection = *found;
    m_existing = true;
    return true;
}

bool ConnectionWizard::signIn(ConnectionsModel *connections, const QString &id)
{
    if (!start(connections, id))
        return false;
    const bool pastes = m_connection->signedInBy == "token" || m_connection->signedInBy == "cli";
    begin(pastes ? Stage::Token : Stage::Browser);
    if (!pastes)
        askBrowser();
    return true;
}

bool ConnectionWizard::change(ConnectionsModel *connections, const QString &id)
{
    if (!start(connections, id))
        return false;
    begin(Stage::Change);
    return true;
}

void ConnectionWizard::send(const char *method, Json params, Then then)
{
    m_busy = true;
    m_problem.clear();
    Q_EMIT changed();
    m_link.call(method, std::move(params), this,
                [this, turn = m_turn, then = std::move(then)](const Base::Result<Json> &answer) {
                    if (turn != m_turn)
                        return;
                    if (!answer)
                        return fail(answer.error());
                    m_busy = false;
                    then(*answer);
                });
}

void ConnectionWizard::fail(const Base::Error &error)
{
    fail(Wording::oneLine(error.message + " " + error.hint, 800));
}

void ConnectionWizard::fail(const QString &sentence)
{
    m_busy = false;
    endWaiting();
    m_problem = sentence;
    Q_EMIT changed();
}

/// Adds one. What is added after the person has gone elsewhere is taken away again.
void ConnectionWizard::add(Json params, bool unchecked)
{
    if (unchecked)
        params["unchecked"] = true;
    m_busy = true;
    m_unreached = false;
    m_problem.clear();
    Q_EMIT changed();
    m_link.call("connections.add", std::move(params), this,
                [this, unchecked, turn = m_turn](const Base::Result<Json> &answer) {
                    if (turn == m_turn && !answer) {
                        m_unreached = answer.error().kind == Base::ErrorKind::UpstreamError;
                        return fail(answer.error());
                    }
                    if (turn == m_turn) {
                        takeAdded(*answer);
                        return unchecked && m_stage == Stage::Result ? keep({}) : void();
                    }
                    if (!answer)
                        return;
                    if (const auto late = Base::stringMember(*answer, "id"))
                        m_link.call("connections.remove", {{"id", *late}}, this,
                                    [](const Base::Result<Json> &) {});
                });
}

void ConnectionWizard::takeAdded(const Json &answer)
{
    auto connection = Control::connectionFrom(answer);
    if (!connection)
        return fail(connection.error());
    m_connection = std::move(*connection);
    if (m_stage == Stage::Browser)
        return askBrowser();
    m_settling = isChecking(*m_connection); // what it comes to is told by a change
    if (!m_settling)
        showResult();
}

void ConnectionWizard::showResult()
{
    begin(Stage::Result);
}

void ConnectionWizard::takeChange(const Gateway::ConnectionInfo &connection)
{
    if (!m_connection || connection.id != m_connection->id)
        return;
    m_connection = connection;
    if (isChecking(connection) || !(m_waiting || m_settling)) {
        Q_EMIT changed();
        return;
    }
    if (!m_waiting)
        return showResult();
    Q_EMIT attentionWanted();
    if (connection.state == "signed-out" && !lacksOrganization())
        return fail(Wording::oneLine(connection.sentence, 800));
    showResult();
}

void ConnectionWizard::chooseBrowser()
{
    if (m_busy)
        return;
    begin(Stage::Browser);
    if (m_connection)
        askBrowser();
    else
        add({{"kind", kCloud}}, false);
}

void ConnectionWizard::askBrowser()
{
    send("connections.sign_in", {{"id", id()}}, [this](const Json &answer) {
        m_signInUrl = Wording::text(Base::stringMember(answer, "url").value_or(""));
        m_waitsSince = QDateTime::currentMSecsSinceEpoch();
        const auto until
            = Base::parseRfc3339(Base::stringMember(answer, "expires_at").value_or(""));
        m_waitsUntil = until ? *until : m_waitsSince;
        m_waiting = true;
        m_seconds.start();
        m_browserOpen = openBrowser();
        Q_EMIT ticked();
        Q_EMIT changed();
    });
}

void ConnectionWizard::endWaiting()
{
    m_waiting = false;
    m_seconds.stop();
    m_signInUrl.clear();
}

void ConnectionWizard::chooseToken()
{
    if (!m_busy)
        begin(Stage::Token);
}

void ConnectionWizard::chooseCli()
{
    if (!m_busy && !m_cli.isEmpty())
        begin(Stage::Cli);
}

void ConnectionWizard::chooseServer()
{
    if (!m_busy)
        begin(Stage::Server);
}

void ConnectionWizard::submitToken(const QString &token, const QString &organization,
                                   bool unchecked)
{
    if (m_busy || m_stage != Stage::Token)
        return;
    const std::string text = pasted(token);
    if (text.empty())
        return fail(tr("Paste a token first."));
    if (hasSpace(text))
        return fail(tr("A token is one word. This has spaces or line ends in it."));
    Json params = {{"token", text}};
    put(params, "organization", pasted(organization));
    if (m_connection) {
        params["id"] = id();
        return send("connections.change", std::move(params), [this](const Json &answer) {
            m_busy = true;
            takeAdded(answer);
        });
    }
    params["kind"] = kCloud;
    add(std::move(params), unchecked);
}

void ConnectionWizard::submitCli()
{
    if (m_busy || m_stage != Stage::Cli)
        return;
    add({{"kind", kCloud}, {"from_cli", true}}, false);
}

void ConnectionWizard::submitServer(const QString &token, const QString &adminKey, bool unchecked)
{
    if (m_busy || m_stage != Stage::Server || !areAddressesGood())
        return;
    Json params = {{"kind", "libsql-server"}, {"url", pasted(m_url)}};
    put(params, "admin_url", pasted(m_adminUrl));
    put(params, "token", pasted(token));
    put(params, "admin_key", pasted(adminKey));
    add(std::move(params), unchecked);
}

void ConnectionWizard::submitChange(const QString &name, const QString &organization,
                                    const QString &token, const QString &adminKey)
{
    if (m_busy || m_stage != Stage::Change || !m_connection)
        return;
    Json params = {{"id", id()}};
    const std::string newOrganization = pasted(organization);
    put(params, "name", nameToSend(name));
    if (newOrganization != m_connection->organization)
        put(params, "organization", newOrganization);
    put(params, "token", pasted(token));
    put(params, "admin_key", pasted(adminKey));
    if (params.size() == 1) {
        Q_EMIT finished();
        return;
    }
    send("connections.change", std::move(params), [this](const Json &answer) {
        if (auto connection = Control::connectionFrom(answer))
            m_connection = std::move(*connection);
        if (!isReady() && !isChecking(*m_connection))
            return fail(Wording::oneLine(m_connection->sentence, 800));
        Q_EMIT changed();
        Q_EMIT finished();
    });
}

void ConnectionWizard::submitOrganization(const QString &organization)
{
    const std::string slug = pasted(organization);
    if (m_busy || !m_connection || slug.empty())
        return;
    send("connections.change", {{"id", id()}, {"organization", slug}}, [this](const Json &answer) {
        if (auto connection = Control::connectionFrom(answer))
            m_connection = std::move(*connection);
        Q_EMIT changed();
    });
}

void ConnectionWizard::checkAgain()
{
    if (m_busy || !m_connection)
        return;
    send("connections.check", {{"id", id()}}, [this](const Json &answer) {
        if (auto connection = Control::connectionFrom(answer))
            m_connection = std::move(*connection);
        Q_EMIT changed();
    });
}

void ConnectionWizard::keep(const QString &name)
{
    if (m_busy || !m_connection)
        return;
    const std::string newName = nameToSend(name);
    const auto done = [this] {
        m_connection.reset();
        begin(Stage::Choosing);
        Q_EMIT finished();
    };
    if (newName.empty())
        return done();
    send("connections.change", {{"id", id()}, {"name", newName}}, [done](const Json &) { done(); });
}

/// Empty where it is what stands there: a long name is shown cut, and none by the kind.
std::string ConnectionWizard::nameToSend(const QString &name) const
{
    const std::string text = pasted(name);
    const bool same = text == m_connection->name
        || name == ConnectionWords::connection(*m_connection)[QStringLiteral("name")].toString();
    return same ? std::string() : text;
}

bool ConnectionWizard::openBrowser()
{
    const QUrl url(m_signInUrl, QUrl::StrictMode);
    const bool web
        = url.scheme() == QStringLiteral("https") || url.scheme() == QStringLiteral("http");
    return web && !url.host().isEmpty() && QDesktopServices::openUrl(url);
}

bool ConnectionWizard::back()
{
    if (m_stage == Stage::Choosing)
        return false;
    if (m_waiting || (m_stage == Stage::Browser && m_busy && m_connection))
        m_link.call("connections.sign_in_cancel", {{"id", id()}}, this,
                    [](const Base::Result<Json> &) {});
    if (m_existing || isReady()) { // it is there, as it was or as it is now
        m_connection.reset();
        begin(Stage::Choosing);
        Q_EMIT finished();
        return true;
    }
    discard();
    begin(Stage::Choosing);
    return true;
}

void ConnectionWizard::leave()
{
    back();
}

void ConnectionWizard::discard()
{
    if (!m_connection)
        return;
    m_link.call("connections.remove", {{"id", id()}}, this, [](const Base::Result<Json> &) {});
    m_connection.reset();
}

} // namespace Window
