// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "turso/platform.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace Turso
{

struct CloudOptions {
    std::string apiUrl = "https://api.turso.tech"; ///< see checkApiUrl()
    std::string organization; ///< slug
    std::string organizationName = {}; ///< empty: the slug
    std::string group = {}; ///< of a token that is for one group, or empty
    /// The connection's token now, or null while it is signed out. The same object for as long as
    /// it is the same token.
    std::function<std::shared_ptr<const Base::Secret>()> token;
    /// Turso did not take the token (401). True: there is another one now, and what was refused is
    /// sent once more. False: there is none. An error is told, and nobody is signed out by it. May
    /// be empty.
    std::function<Base::Pending<bool>()> renew = {};
    /// Turso did not take the token, and there is no other: with a sentence that says what to do.
    /// May be empty.
    std::function<void(const std::string &sentence)> signedOut = {};
    std::string folder = {}; ///< own figures and what was learned; made if missing; empty: nothing
                             ///< is kept
    const Base::Clock *clock = nullptr; ///< must outlive it; null: the machine's
    /// How long a new database may be missing from what Turso answers.
    std::chrono::milliseconds patience{3'000};
};

/// One organization of Turso Cloud, or what speaks like it: the Platform API with the person's own
/// token, and SQL over HTTP with short-lived tokens that Turso makes for it. Holds no privilege of
/// its own. Called on the gateway thread.
///
/// Beyond Platform's words: nothing that changes something is ever sent twice; where the answer is
/// lost, the error's details say {"outcome":"unknown"}. Refusals come in Turso's words with a hint
/// that says where to mend it (Unauthorized: sign-in, scope or role; LimitExceeded: plan).
/// `Configured::note` says what Turso did not take as it was asked. Figures come from Turso
/// ("turso-cloud") and from what this app ran ("turso-companion"), and are not added up.
class Cloud final : public Platform
{
public:
    explicit Cloud(CloudOptions options);
    ~Cloud() override;

    Capabilities capabilities() const override;
    Organization organization() const override;
    Base::Pending<std::vector<Group>> groups() override;
    Base::Pending<std::vector<Database>> databases(std::string group) override;
    Base::Pending<DatabasePage> databasePage(std::string group, int limit,
                                             std::string cursor) override;
    Base::Pending<Database> database(std::string name) override;
    Base::Pending<Database> createDatabase(NewDatabase database) override;
    Base::Pending<std::string> deleteDatabase(std::string name) override;
    Base::Pending<Configured> configureDatabase(std::string name,
                                                ConfigurationChange change) override;
    Base::Pending<Group> createGroup(std::string name) override;
    Base::Pending<Group> deleteGroup(std::string name) override;
    Base::Pending<Group> protectGroup(std::string name, bool isProtected) override;
    Base::Pending<Database> createBranch(NewBranch branch) override;
    Base::Pending<std::vector<Database>> branches(std::string database) override;
    Base::Pending<Analytics> analytics(std::string database, Base::Millis from,
                                       Base::Millis to) override;
    /// Facts: Plan, Databases, Branch quota, Point in time, Token scope, Token expires, each where
    /// Turso tells. A token that is not for one organization or one group is SignedOut.
    Base::Pending<Health> check() override;
    Base::Pending<AuditPage> auditList(int page) override;
    /// May outlive the connection; its scripts are then Cancelled.
    std::unique_ptr<Session> openSession(std::string database, Privilege privilege) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Turso
