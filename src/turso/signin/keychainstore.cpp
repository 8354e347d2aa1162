// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/keychainstore.h"

#include "turso/signin/keychain.h"
#include "turso/signin/secretmarks.h"

#include <QObject>

#include <map>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Pending;
using State = KeychainAnswer::State;
using Read = std::shared_ptr<const Base::Secret>;

namespace
{

constexpr char kLocked[] = R"({"keychain":"locked"})";

/// What is the matter with the keychain, up to the comma.
std::string matterOf(const KeychainAnswer &answer)
{
    switch (answer.state) {
    case State::Absent:
        return "No keyring is running on this desktop";
    case State::Locked:
        return "The keyring is locked";
    case State::Silent:
        return "The keyring did not answer in time";
    case State::NotThere:
        return "The keyring does not find it";
    case State::Done:
    case State::Failed:
        break;
    }
    return "The keyring could not do it (" + answer.text + ')';
}

std::string adviceOf(const KeychainAnswer &answer)
{
    if (answer.state == State::Absent)
        return "Start the desktop's keyring (GNOME Keyring or KWallet), then try again; or sign in "
               "again.";
    return "Unlock the desktop's keyring, then try again; or sign in again.";
}

std::pair<std::string, std::string> placeOf(const SecretName &name)
{
    return {name.issuer, name.account};
}

Base::Error noneError(const SecretName &name)
{
    return {ErrorKind::NotFound,
            "There is no token for " + name.account + " at " + name.issuer + '.', "Sign in."};
}

template <typename T>
struct Promised {
    QPromise<Base::Result<T>> promise;

    Promised() { promise.start(); }
    void keep(Base::Result<T> result)
    {
        promise.addResult(std::move(result));
        promise.finish();
    }
};

} // namespace

class KeychainStore::Private : public QObject
{
public:
    explicit Private(const KeychainStoreOptions &options)
        : keychain(QString::fromStdString(options.service), options.timeout)
        , marks(options.folder)
    {
    }

    Kept written(const SecretName &name, const Read &secret, const KeychainAnswer &answer);
    Base::Result<Read> found(const SecretName &name, const KeychainAnswer &answer);
    Base::Result<bool> removed(const SecretName &name, const KeychainAnswer &answer);

    Keychain keychain;
    SecretMarks marks;
    std::map<std::pair<std::string, std::string>, Read>
        memory; ///< what the keychain did not take, or not yet
};

Kept KeychainStore::Private::written(const SecretName &name, const Read &secret,
                                     const KeychainAnswer &answer)
{
    if (answer.state != State::Done)
        return {.why = matterOf(answer)
                    + ", so this is kept in memory until Turso Companion ends, and not beyond."};
    // Not if it has been replaced, or removed, while it was being written.
    if (const auto kept = memory.find(placeOf(name));
        kept != memory.end() && kept->second == secret)
        memory.erase(kept);
    if (const auto marked = marks.set(name, true); !marked)
        return {.inKeychain = true, .why = marked.error().message};
    return {.inKeychain = true};
}

Base::Result<Read> KeychainStore::Private::found(const SecretName &name,
                                                 const KeychainAnswer &answer)
{
    if (answer.state == State::Done)
        return answer.secret;
    const bool isMarked = marks.has(name);
    if (isMarked && answer.state != State::NotThere)
        return Base::fail(ErrorKind::Unauthorized,
                          matterOf(answer) + ", and it holds the token for " + name.account + " at "
                              + name.issuer + '.',
                          adviceOf(answer), kLocked);
    if (isMarked)
        (void)marks.set(name, false); // somebody has removed it there: asked again next time
    return tl::unexpected(noneError(name));
}

Base::Result<bool> KeychainStore::Private::removed(const SecretName &name,
                                                   const KeychainAnswer &answer)
{
    const bool isMarked = marks.has(name);
    if (answer.state == State::Done || answer.state == State::NotThere || !isMarked) {
        if (auto forgotten = marks.set(name, false); !forgotten)
            return tl::unexpected(forgotten.error());
        return true;
    }
    return Base::fail(ErrorKind::UpstreamError,
                      matterOf(answer) + ", so it still holds the token for " + name.account
                          + " at " + name.issuer + '.',
                      "Unlock the keyring and remove it again, or end the token at its server.",
                      kLocked);
}

KeychainStore::KeychainStore(KeychainStoreOptions options)
    : d(std::make_shared<Private>(options))
{
}

KeychainStore::~KeychainStore() = default;

Pending<Kept> KeychainStore::write(SecretName name, Base::Secret secret)
{
    const Read shared = std::make_shared<const Base::Secret>(std::move(secret));
    d->memory[placeOf(name)] = shared;
    const auto key = d->marks.makeKey(name);
    if (!key)
        return Base::readyNow<Kept>(Kept{.why = key.error().message});
    const auto promised = std::make_shared<Promised<Kept>>();
    Base::whenDone(d->keychain.write(QString::fromStdString(*key), shared), d.get(),
                   [store = d.get(), promised, name, shared](const auto &answer) {
                       promised->keep(store->written(name, shared, *answer));
                   });
    return promised->promise.future();
}

Pending<Read> KeychainStore::read(SecretName name)
{
    if (const auto kept = d->memory.find(placeOf(name)); kept != d->memory.end())
        return Base::readyNow<Read>(kept->second);
    const auto key = d->marks.keyOf(name);
    if (!key)
        return Base::readyNow<Read>(tl::unexpected(noneError(name)));
    const auto promised = std::make_shared<Promised<Read>>();
    Base::whenDone(d->keychain.read(QString::fromStdString(*key)), d.get(),
                   [store = d.get(), promised, name](const auto &answer) {
                       promised->keep(store->found(name, *answer));
                   });
    return promised->promise.future();
}

Pending<bool> KeychainStore::remove(SecretName name)
{
    d->memory.erase(placeOf(name));
    const auto key = d->marks.keyOf(name);
    if (!key)
        return Base::readyNow<bool>(true);
    const auto promised = std::make_shared<Promised<bool>>();
    Base::whenDone(d->keychain.remove(QString::fromStdString(*key)), d.get(),
                   [store = d.get(), promised, name](const auto &answer) {
                       promised->keep(store->removed(name, *answer));
                   });
    return promised->promise.future();
}

} // namespace Turso
