// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/keychain.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QTimer>
#include <qt6keychain/keychain.h>

#include <atomic>
#include <functional>
#include <utility>

namespace Turso
{

namespace
{

using State = KeychainAnswer::State;

constexpr int kLockedTimeoutMs = 1'500;

/// A promise that two threads may want to keep: the keychain's, and the one whose patience ends.
class Call
{
public:
    Call() { m_promise.start(); }
    Keychain::Answer future() { return m_promise.future(); }
    void answer(KeychainAnswer answer)
    {
        if (m_isAnswered.exchange(true))
            return;
        m_promise.addResult(std::move(answer));
        m_promise.finish();
    }
    bool isAnswered() const { return m_isAnswered; }

private:
    std::atomic_bool m_isAnswered = false;
    QPromise<Base::Result<KeychainAnswer>> m_promise;
};

// QtKeychain says "not found" and "something else" for a locked keychain. The Secret Service itself
// knows better; KWallet's own words are good enough. On the main thread.
void explain(KeychainAnswer answer, const std::shared_ptr<Call> &call)
{
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        answer.state = State::Absent;
        return call->answer(std::move(answer));
    }
    auto ask = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.secrets"),
        QStringLiteral("/org/freedesktop/secrets/aliases/default"),
        QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    ask << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
    ask.setAutoStartService(false);
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(ask, kLockedTimeoutMs));
    QObject::connect(
        watcher, &QDBusPendingCallWatcher::finished, watcher, [watcher, answer, call]() mutable {
            watcher->deleteLater();
            const QDBusPendingReply<QDBusVariant> reply = *watcher;
            const bool isSilent = reply.isError()
                && (reply.error().type() == QDBusError::ServiceUnknown
                    || reply.error().name() == u"org.freedesktop.DBus.Error.NameHasNoOwner");
            if (!reply.isError() && reply.value().variant().toBool())
                answer.state = State::Locked;
            else if (isSilent && answer.state == State::Failed)
                answer.state = State::Absent;
            else if (reply.isError() && answer.state == State::NotThere)
                answer.state = isSilent ? State::Absent : State::Locked; // no better than that
            call->answer(std::move(answer));
        });
}

void finish(QKeychain::Job *job, const std::shared_ptr<Call> &call)
{
    if (call->isAnswered())
        return;
    KeychainAnswer answer{.text = job->errorString().toStdString()};
    switch (job->error()) {
    case QKeychain::NoError:
        answer.state = State::Done;
        if (const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(job))
            answer.secret = std::make_shared<Base::Secret>(read->binaryData().toStdString());
        if (qobject_cast<QKeychain::DeletePasswordJob *>(job) != nullptr)
            break; // a locked one says so as well
        return call->answer(std::move(answer));
    case QKeychain::EntryNotFound:
        answer.state = State::NotThere;
        break;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        answer.state = State::Locked;
        return call->answer(std::move(answer));
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        answer.state = State::Absent;
        return call->answer(std::move(answer));
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        answer.state = State::Failed;
        break;
    }
    explain(std::move(answer), call);
}

} // namespace

Keychain::Keychain(QString service, std::chrono::milliseconds timeout)
    : m_service(std::move(service))
    , m_timeout(timeout)
    , m_timers(std::make_unique<QObject>())
{
}

Keychain::~Keychain() = default;

Keychain::Answer Keychain::write(const QString &key, std::shared_ptr<const Base::Secret> secret)
{
    return run(Kind::Write, key, std::move(secret));
}

Keychain::Answer Keychain::read(const QString &key)
{
    return run(Kind::Read, key, nullptr);
}

Keychain::Answer Keychain::remove(const QString &key)
{
    return run(Kind::Remove, key, nullptr);
}

Keychain::Answer Keychain::run(Kind kind, const QString &key,
                               std::shared_ptr<const Base::Secret> secret)
{
    const auto call = std::make_shared<Call>();
    auto *main = QCoreApplication::instance();
    if (main == nullptr) {
        call->answer({.state = State::Absent});
        return call->future();
    }
    QTimer::singleShot(m_timeout, m_timers.get(),
                       [call] { call->answer({.state = State::Silent}); });
    QMetaObject::invokeMethod(
        main,
        [kind, key, secret = std::move(secret), call, service = m_service] {
            QKeychain::Job *job = nullptr;
            if (kind == Kind::Write) {
                auto *write = new QKeychain::WritePasswordJob(service);
                write->setBinaryData(QByteArray::fromStdString(secret->revealForUse()));
                job = write;
            } else if (kind == Kind::Read) {
                job = new QKeychain::ReadPasswordJob(service);
            } else {
                job = new QKeychain::DeletePasswordJob(service);
            }
            job->setKey(key);
            job->setInsecureFallback(false);
            QObject::connect(job, &QKeychain::Job::finished, job,
                             [call](QKeychain::Job *done) { finish(done, call); });
            job->start();
        },
        Qt::QueuedConnection);
    return call->future();
}

} // namespace Turso
