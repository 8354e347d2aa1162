// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/connections.h"
#include "gateway/connectionsdoor.h"
#include "turso/connections/connectionbook.h"

namespace Companion
{

/// The workspace and the book of connections as the gateway and the person know them: values in
/// other words, and nothing else.
class PlaceBook final : public Gateway::Connections, public Gateway::ConnectionsDoor
{
    Q_OBJECT
public:
    /// Both must outlive it.
    PlaceBook(Turso::Platform &workspace, Turso::ConnectionBook &book);

    std::vector<Gateway::ConnectionInfo> list() const override;
    bool has(const std::string &id) const override;
    std::shared_ptr<Turso::Platform> find(const std::string &id) const override;
    void failed(const std::string &id, const Base::Error &error) override;

    Base::Pending<Gateway::ConnectionInfo> add(Gateway::ConnectionDraft draft) override;
    Base::Pending<Gateway::ConnectionInfo> change(std::string id,
                                                  Gateway::ConnectionChange change) override;
    Base::Pending<Gateway::ConnectionInfo> check(std::string id) override;
    Base::Pending<bool> remove(std::string id) override;
    Base::Pending<Gateway::SignInOffer> signIn(std::string id) override;
    Base::Result<void> cancelSignIn(const std::string &id) override;
    Base::Pending<Gateway::ConnectionInfo> signOut(std::string id) override;
    Base::Pending<Turso::DatabasePage> databases(std::string id, int limit,
                                                 std::string cursor) override;
    Base::Pending<Turso::AuditPage> auditList(std::string id, int page) override;
    Base::Result<Gateway::CliAccountInfo> cliAccount() const override;

private:
    tl::unexpected<Base::Error> unusable(const std::string &id) const;
    Gateway::OneConnection m_workspace;
    Turso::ConnectionBook &m_book;
};

} // namespace Companion
