// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/connections/connectionbook.h"
#include "turso/signin/tokenrenewal.h"

#include <QPromise>

namespace Turso
{

/// One connection as the book holds it.
struct ConnectionBook::Entry {
    ConnectionSpec spec;
    std::string state = "checking";
    std::string sentence = {};
    Health health = {};
    std::optional<Base::Millis> checkedAt = {};
    std::shared_ptr<const Base::Secret> token = {};
    std::shared_ptr<const Base::Secret> adminKey = {};
    Kept kept = {};
    std::shared_ptr<Platform> platform = {};
    /// Its folder goes when nobody works on the platform any more.
    std::shared_ptr<bool> isRemoved = std::make_shared<bool>(false);
    SignIn *signIn = nullptr; ///< while it is open; a child of the book
    std::unique_ptr<TokenRenewal> renewal = {}; ///< where there is a refresh token
    bool isAsked = false; ///< a check is on its way

    ConnectionView view() const
    {
        ConnectionView view{spec, state, sentence, health, {}, {}, {}, checkedAt};
        if (platform)
            view.capabilities = platform->capabilities();
        if (token) {
            view.tokenKept = kept.inKeychain ? "keychain" : "memory";
            view.tokenNote = kept.inKeychain ? std::string() : kept.why;
        }
        return view;
    }
};

/// An answer that is given once.
template <typename T>
struct ConnectionBook::Task {
    QPromise<Base::Result<T>> promise;

    Task() { promise.start(); }
    ~Task()
    {
        if (!isDone)
            give(Base::fail(Base::ErrorKind::Cancelled, "It was given up."));
    }
    Task(const Task &) = delete;
    Task &operator=(const Task &) = delete;

    void give(Base::Result<T> result)
    {
        if (std::exchange(isDone, true))
            return;
        promise.addResult(std::move(result));
        promise.finish();
    }
    Base::Pending<T> pending() { return promise.future(); }

    bool isDone = false;
};

} // namespace Turso
