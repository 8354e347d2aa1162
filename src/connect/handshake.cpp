// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/handshake.h"

#include "base/json.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QProcess>
#include <QTimer>
#include <QUrl>

#include <memory>

namespace Connect
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr qsizetype kMostBytes = 8 * 1024 * 1024; ///< of an answer; ours has some 30 KB
constexpr qsizetype kMostComplaint = 300; ///< characters of stderr that are passed on
constexpr int kGoodbye = 2000; ///< milliseconds for a program to end by itself
constexpr const char *kRevision = "2025-11-25"; ///< what most agents speak

// Not an agent, and named so: no grant is ever given to it.
Json clientInfo()
{
    return {{"name", "turso-companion-connect"}, {"version", "1"}};
}

Json request(int id, const char *method, Json params)
{
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

Json initialize()
{
    return request(1, "initialize",
                   {{"protocolVersion", kRevision},
                    {"capabilities", Json::object()},
                    {"clientInfo", clientInfo()}});
}

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

std::string named(const Handshake &found)
{
    return found.server.empty() ? "A server" : found.server + ' ' + found.version;
}

// One handshake; deletes itself when it is over.
class Shake : public QObject
{
    Q_OBJECT
public:
    explicit Shake(int milliseconds)
        : m_limit(milliseconds)
    {
        m_promise.start();
        m_time.start();
        QTimer::singleShot(milliseconds, this, [this] {
            fail("It did not answer within " + std::to_string((m_limit + 999) / 1000)
                 + " seconds.");
        });
    }

    Base::Pending<Handshake> future() { return m_promise.future(); }

protected:
    bool isOver() const { return m_isOver; }
    long long elapsed() const { return m_time.elapsed(); }

    void finish(Result<Handshake> result)
    {
        if (std::exchange(m_isOver, true))
            return;
        m_promise.addResult(std::move(result));
        m_promise.finish();
        goodbye();
    }
    void fail(const std::string &sentence, const std::string &hint = {})
    {
        finish(Base::fail(ErrorKind::UpstreamError, sentence, hint));
    }
    virtual void goodbye() { deleteLater(); }

private:
    const int m_limit;
    bool m_isOver = false;
    QElapsedTimer m_time;
    QPromise<Result<Handshake>> m_promise;
};

class ProcessShake final : public Shake
{
    Q_OBJECT
public:
    ProcessShake(const Command &command, int milliseconds)
        : Shake(milliseconds)
        , m_program(command.program)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const auto &[name, value] : command.environment)
            environment.insert(text(name), text(value));
        m_process.setProcessEnvironment(environment);
        if (!command.folder.empty())
            m_process.setWorkingDirectory(text(command.folder));
        connect(&m_process, &QProcess::readyReadStandardOutput, this, &ProcessShake::read);
        connect(&m_process, &QProcess::readyReadStandardError, this, [this] {
            m_complaint += m_process.readAllStandardError();
            m_complaint.truncate(4 * kMostComplaint);
        });
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart)
                return; // finished() tells the rest
            fail(m_program + " cannot be started: " + m_process.errorString().toStdString() + '.',
                 "Connect again, so that the entry names the right program.");
            deleteLater();
        });
        connect(&m_process, &QProcess::finished, this, &ProcessShake::ended);
        QStringList arguments;
        for (const std::string &each : command.arguments)
            arguments.append(text(each));
        connect(&m_process, &QProcess::started, this, [this] { say(initialize()); });
        m_process.start(text(command.program), arguments);
    }

private:
    void say(const Json &message)
    {
        m_process.write(QByteArray::fromStdString(Base::dumpJson(message) + '\n'));
    }

    void read()
    {
        m_output += m_process.readAllStandardOutput();
        for (auto end = m_output.indexOf('\n'); end >= 0 && !isOver();
             end = m_output.indexOf('\n')) {
            const std::string line = m_output.left(end).toStdString();
            m_output.remove(0, end + 1);
            const auto message = Base::parseJson(line);
            if (!message || !message->is_object())
                return fail(m_program + " said something that is not MCP.");
            take(*message);
        }
        if (m_output.size() > kMostBytes)
            fail(m_program + " said too much.");
    }

    void take(const Json &message)
    {
        const auto id = Base::integerMember(message, "id");
        if (!id || message.contains("method"))
            return; // a notification, or a question to us
        if (message.contains("error"))
            return fail(m_program + " refused: "
                        + Base::stringMember(message["error"], "message").value_or("?"));
        const Json &result = Base::member(message, "result");
        if (*id == 1) {
            const Json &server = Base::member(result, "serverInfo");
            m_found.server = Base::stringMember(server, "title")
                                 .value_or(Base::stringMember(server, "name").value_or(""));
            m_found.version = Base::stringMember(server, "version").value_or("");
            say({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
            return say(request(2, "tools/list", Json::object()));
        }
        const Json &tools = Base::member(result, "tools");
        if (!tools.is_array())
            return fail(m_program + " did not list its tools.");
        for (const Json &tool : tools)
            m_found.tools.push_back(Base::stringMember(tool, "name").value_or(""));
        m_found.milliseconds = elapsed();
        m_found.sentence = named(m_found) + " answered in " + std::to_string(m_found.milliseconds)
            + " ms with " + std::to_string(m_found.tools.size()) + " tools.";
        finish(m_found);
    }

    void ended()
    {
        const std::string said
            = QString::fromUtf8(m_complaint).simplified().left(kMostComplaint).toStdString();
        fail(m_program + " ended before it answered" + (said.empty() ? "." : ": " + said));
        deleteLater();
    }

    // As an agent takes leave: closes stdin; insists after a while.
    void goodbye() override
    {
        if (m_process.state() == QProcess::NotRunning)
            return deleteLater();
        m_process.closeWriteChannel();
        QTimer::singleShot(kGoodbye, this, [this] { m_process.kill(); });
    }

    const std::string m_program;
    QProcess m_process;
    QByteArray m_output;
    QByteArray m_complaint;
    Handshake m_found;
};

class UrlShake final : public Shake
{
    Q_OBJECT
public:
    UrlShake(const std::string &url, int milliseconds)
        : Shake(milliseconds)
        , m_url(url)
    {
        m_network.setProxy(QNetworkProxy::NoProxy);
        m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        QNetworkRequest request(QUrl(text(url)));
        request.setHeader(QNetworkRequest::ContentTypeHeader,
                          QByteArrayLiteral("application/json"));
        request.setRawHeader("Accept", "application/json, text/event-stream");
        // Its headers may hold somebody's token: only the address is tried.
        watch(m_network.post(request, QByteArray::fromStdString(Base::dumpJson(initialize()))),
              [this](QNetworkReply *reply) { greeted(reply); });
    }

private:
    template <typename Fn>
    void watch(QNetworkReply *reply, Fn then)
    {
        reply->setParent(this);
        reply->setReadBufferSize(kMostBytes);
        connect(reply, &QNetworkReply::finished, this, [this, reply, then] {
            if (!isOver())
                then(reply);
        });
    }

    static int statusOf(QNetworkReply *reply)
    {
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    void greeted(QNetworkReply *reply)
    {
        const int status = statusOf(reply);
        if (status == 0)
            return fail("Nothing answers at " + m_url + '.', "Is Turso Companion running?");
        const QByteArray challenge = reply->rawHeader("WWW-Authenticate");
        if (status != 401 || !challenge.startsWith("Bearer"))
            return fail(m_url + " is not Turso Companion's: it answered with status "
                        + std::to_string(status) + '.');
        const auto begin = challenge.indexOf("resource_metadata=\"");
        const auto from = begin + qsizetype(std::char_traits<char>::length("resource_metadata=\""));
        const QUrl where(
            QString::fromLatin1(challenge.mid(from, challenge.indexOf('"', from) - from)));
        // Only to where we came from: a stranger's server must not send us elsewhere.
        if (begin < 0 || where.authority() != QUrl(text(m_url)).authority())
            return fail(m_url + " does not say how to sign in.");
        watch(m_network.get(QNetworkRequest(where)),
              [this](QNetworkReply *answer) { described(answer); });
    }

    void described(QNetworkReply *reply)
    {
        const auto metadata = Base::parseJson(reply->readAll().toStdString());
        if (statusOf(reply) != 200 || !metadata
            || !Base::member(*metadata, "authorization_servers").is_array())
            return fail(m_url + " does not say how to sign in.");
        Handshake found;
        found.server = Base::stringMember(*metadata, "resource_name").value_or("Turso Companion");
        found.milliseconds = elapsed();
        found.sentence = found.server + " answered in " + std::to_string(found.milliseconds)
            + " ms; the agent signs in when it first connects.";
        finish(std::move(found));
    }

    const std::string m_url;
    QNetworkAccessManager m_network;
};

} // namespace

Base::Pending<Handshake> shakeHands(const Command &command, int milliseconds)
{
    return (new ProcessShake(command, milliseconds))->future();
}

Base::Pending<Handshake> shakeHands(const std::string &url, int milliseconds)
{
    return (new UrlShake(url, milliseconds))->future();
}

} // namespace Connect

#include "handshake.moc"
