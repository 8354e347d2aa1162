// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "turso/connections/connection.h"
#include "turso/platform.h"
#include "turso/signin/secretstore.h"
#include "turso/signin/signin.h"

#include <QObject>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace Turso
{

struct ConnectionBookOptions {
    std::string folder; ///< the profile's: connections.json and connections/ID/ are in it
    SecretStore *secrets = nullptr; ///< must outlive the book
    const Base::Clock *clock = nullptr; ///< the same
};

/// Where somebody signs in, until when.
struct SignInPage {
    std::string url;
    Base::Millis expiresAt = 0;
};

/// The connections beside the workspace: what they are (connections.json), their secrets (in the
/// SecretStore and nowhere else), how they are, and the platforms that speak to them. A connection
/// is asked how it is when it is added, when the app starts, when somebody looks, and after a call
/// that it could not answer; never by a clock. Errors: NotFound where there is no connection of
/// that id. The gateway thread.
class ConnectionBook : public QObject
{
    Q_OBJECT
public:
    explicit ConnectionBook(ConnectionBookOptions options, QObject *parent = nullptr);
    ~ConnectionBook() override;

    /// Reads the file, and begins to fetch secrets. A damaged file is an error; then nothing can be
    /// added or changed, so that it is not overwritten.
    Base::Result<void> open();

    std::vector<ConnectionView> list() const;
    bool has(const std::string &id) const { return m_entries.contains(id); }
    /// Null while its secrets are not there.
    std::shared_ptr<Platform> find(const std::string &id) const;
    /// It did not answer as it should.
    void failed(const std::string &id);

    /// InvalidArgument (details {"argument"}), AlreadyExists (the name), Unauthorized (the token),
    /// UpstreamError (nobody answers; not with `unchecked`).
    Base::Pending<ConnectionView> add(ConnectionWish wish);
    Base::Pending<ConnectionView> change(std::string id, std::optional<std::string> name,
                                         std::optional<std::string> organization,
                                         std::shared_ptr<const Base::Secret> token,
                                         std::shared_ptr<const Base::Secret> adminKey);
    Base::Pending<ConnectionView> check(std::string id);
    Base::Pending<bool> remove(std::string id);
    Base::Pending<SignInPage> signIn(std::string id);
    Base::Result<void> cancelSignIn(const std::string &id);
    Base::Pending<ConnectionView> signOut(std::string id);

Q_SIGNALS:
    void changed(const QString &id);
    void removed(const QString &id);

private:
    struct Entry;
    using EntryPtr = std::shared_ptr<Entry>;
    template <typename T>
    struct Task;

    Entry *entryOf(const std::string &id) const;
    EntryPtr newEntry(ConnectionSpec spec) const;
    std::string folderOf(const std::string &id) const;
    Base::Result<std::string> freeName(const std::string &wanted, const std::string &usual,
                                       const std::string &exceptId = {}) const;
    Base::Result<void> save() const;
    std::shared_ptr<Platform> shared(const Entry &entry, std::unique_ptr<Platform> platform) const;
    Base::Result<void> makePlatform(const EntryPtr &entry);
    void setState(Entry &entry, std::string state, std::string sentence = {});
    void take(Entry &entry, const Health &health);
    void loadSecrets(const EntryPtr &entry);
    void loadAdminKey(const EntryPtr &entry);
    void secretsAreThere(const EntryPtr &entry);
    void keep(const EntryPtr &entry, const char *what,
              const std::shared_ptr<const Base::Secret> &secret);
    void forgetSecrets(const Entry &entry);
    void remember(const EntryPtr &entry, const SignedIn &signedIn);
    void prepareRenewal(Entry &entry);
    Base::Pending<bool> renew(const std::string &id);
    void cannotRenew(Entry &entry);
    void endAtServer(const EntryPtr &entry, const std::shared_ptr<const Base::Secret> &token);
    void mayGoOn(const std::string &id, const std::string &why);
    void ask(const EntryPtr &entry);
    void addServer(ConnectionWish wish, const std::shared_ptr<Task<ConnectionView>> &task);
    void addCloud(ConnectionWish wish, const std::shared_ptr<Task<ConnectionView>> &task);
    void addFromCli(ConnectionWish wish, const std::shared_ptr<Task<ConnectionView>> &task);
    void takeToken(const EntryPtr &entry, std::shared_ptr<const Base::Secret> token,
                   const std::string &by, const std::shared_ptr<Task<ConnectionView>> &task);
    void signedIn(const EntryPtr &entry, const Base::Result<SignedIn> &outcome);
    void insert(const EntryPtr &entry, const std::shared_ptr<Task<ConnectionView>> &task);

    ConnectionBookOptions m_options;
    std::map<std::string, EntryPtr> m_entries; // by id, which begins with the time
    std::string m_problem; // the file is damaged
};

} // namespace Turso
