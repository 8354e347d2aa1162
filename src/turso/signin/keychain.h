// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/secret.h"

#include <QObject>
#include <QString>

#include <chrono>
#include <memory>

namespace Turso
{

/// What one job with the keychain has come to.
struct KeychainAnswer {
    enum class State {
        Done,
        NotThere, ///< it says so; a locked one does as well
        Absent, ///< no keychain runs
        Locked,
        Silent, ///< no answer in time
        Failed,
    };
    State state = State::Failed;
    std::shared_ptr<const Base::Secret> secret = {}; ///< of a read that is Done
    std::string text = {}; ///< of one that has Failed: the keychain's own words
};

/// Jobs with the keychain, one after the other, on the application's main thread; the answers come
/// through futures.
class Keychain
{
public:
    Keychain(QString service, std::chrono::milliseconds timeout);
    ~Keychain();
    Keychain(const Keychain &) = delete;
    Keychain &operator=(const Keychain &) = delete;

    using Answer = Base::Pending<KeychainAnswer>;
    Answer write(const QString &key, std::shared_ptr<const Base::Secret> secret);
    Answer read(const QString &key);
    Answer remove(const QString &key);

private:
    enum class Kind { Write, Read, Remove };
    Answer run(Kind kind, const QString &key, std::shared_ptr<const Base::Secret> secret);

    const QString m_service;
    const std::chrono::milliseconds m_timeout;
    const std::unique_ptr<QObject> m_timers; ///< of the calling thread
};

} // namespace Turso
