// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/placebook.h"

#include "turso/signin/cliaccount.h"

namespace Companion
{

using Base::ErrorKind;
using Base::Result;

namespace
{

std::vector<std::pair<std::string, bool>> namesOf(const Turso::Capabilities &can)
{
    return {{"groups", can.groups},
            {"create_databases", can.createDatabases},
            {"branches", can.branches},
            {"point_in_time", can.pointInTime},
            {"configuration", can.configuration},
            {"analytics", can.analytics},
            {"rolled_back_dry_run", can.rolledBackDryRun},
            {"audit_list", can.auditList}};
}

Gateway::ConnectionInfo infoOf(const Turso::ConnectionView &view)
{
    Gateway::ConnectionInfo info;
    info.id = view.spec.id;
    info.kind = view.spec.kind;
    info.name = view.spec.name;
    info.state = view.state;
    info.sentence = view.sentence;
    info.organization = view.spec.organization;
    info.url = view.spec.url;
    info.adminUrl = view.spec.adminUrl;
    info.apiUrl = view.spec.apiUrl;
    info.warnings = view.health.warnings;
    info.facts = view.health.facts;
    info.capabilities = namesOf(view.capabilities);
    info.signedInBy = view.spec.signedInBy;
    info.tokenKept = view.tokenKept;
    info.tokenNote = view.tokenNote;
    info.checkedAt = view.checkedAt;
    return info;
}

Base::Pending<Gateway::ConnectionInfo> infoOf(const Base::Pending<Turso::ConnectionView> &pending)
{
    return Base::mapped(
        pending, [](const Result<Turso::ConnectionView> &view) -> Result<Gateway::ConnectionInfo> {
            if (!view)
                return tl::unexpected<Base::Error>(view.error());
            return infoOf(*view);
        });
}

} // namespace

PlaceBook::PlaceBook(Turso::Platform &workspace, Turso::ConnectionBook &book)
    : m_workspace(workspace)
    , m_book(book)
{
    connect(&m_book, &Turso::ConnectionBook::changed, this, [this](const QString &id) {
        for (const Turso::ConnectionView &view : m_book.list()) {
            if (view.spec.id == id.toStdString())
                Q_EMIT changed(infoOf(view));
        }
    });
    connect(&m_book, &Turso::ConnectionBook::removed, this, &Gateway::Connections::removed);
}

std::vector<Gateway::ConnectionInfo> PlaceBook::list() const
{
    std::vector<Gateway::ConnectionInfo> all = m_workspace.list();
    all.front().capabilities = namesOf(m_workspace.find(Gateway::kWorkspace)->capabilities());
    for (const Turso::ConnectionView &view : m_book.list())
        all.push_back(infoOf(view));
    return all;
}

bool PlaceBook::has(const std::string &id) const
{
    return m_workspace.has(id) || m_book.has(id);
}

std::shared_ptr<Turso::Platform> PlaceBook::find(const std::string &id) const
{
    return m_workspace.has(id) ? m_workspace.find(id) : m_book.find(id);
}

void PlaceBook::failed(const std::string &id, const Base::Error &)
{
    m_book.failed(id);
}

Base::Pending<Gateway::ConnectionInfo> PlaceBook::add(Gateway::ConnectionDraft draft)
{
    return infoOf(m_book.add({std::move(draft.kind), std::move(draft.name), std::move(draft.url),
                              std::move(draft.adminUrl), std::move(draft.apiUrl),
                              std::move(draft.organization), std::move(draft.token),
                              std::move(draft.adminKey), draft.fromCli, draft.unchecked}));
}

Base::Pending<Gateway::ConnectionInfo> PlaceBook::change(std::string id,
                                                         Gateway::ConnectionChange change)
{
    return infoOf(m_book.change(std::move(id), std::move(change.name),
                                std::move(change.organization), std::move(change.token),
                                std::move(change.adminKey)));
}

Base::Pending<Gateway::ConnectionInfo> PlaceBook::check(std::string id)
{
    if (m_workspace.has(id))
        return Base::readyNow<Gateway::ConnectionInfo>(list().front());
    return infoOf(m_book.check(std::move(id)));
}

Base::Pending<bool> PlaceBook::remove(std::string id)
{
    if (m_workspace.has(id))
        return Base::readyNow<bool>(
            Base::fail(ErrorKind::InvalidArgument, "The workspace is always there."));
    return m_book.remove(std::move(id));
}

Base::Pending<Gateway::SignInOffer> PlaceBook::signIn(std::string id)
{
    return Base::mapped(m_book.signIn(std::move(id)),
                        [](const Result<Turso::SignInPage> &page) -> Result<Gateway::SignInOffer> {
                            if (!page)
                                return tl::unexpected<Base::Error>(page.error());
                            return Gateway::SignInOffer{page->url, page->expiresAt};
                        });
}

Result<void> PlaceBook::cancelSignIn(const std::string &id)
{
    return m_book.cancelSignIn(id);
}

Base::Pending<Gateway::ConnectionInfo> PlaceBook::signOut(std::string id)
{
    return infoOf(m_book.signOut(std::move(id)));
}

tl::unexpected<Base::Error> PlaceBook::unusable(const std::string &id) const
{
    return has(id)
        ? Base::fail(ErrorKind::Unauthorized, "The connection cannot be used at the moment.")
        : Base::fail(ErrorKind::NotFound, "There is no connection " + id + ".");
}

Base::Pending<Turso::DatabasePage> PlaceBook::databases(std::string id, int limit,
                                                        std::string cursor)
{
    const auto platform = find(id);
    if (!platform)
        return Base::readyNow<Turso::DatabasePage>(unusable(id));
    return Base::mapped(platform->databasePage({}, limit, std::move(cursor)),
                        [platform](const Result<Turso::DatabasePage> &answer) { return answer; });
}

Base::Pending<Turso::AuditPage> PlaceBook::auditList(std::string id, int page)
{
    const auto platform = find(id);
    if (!platform)
        return Base::readyNow<Turso::AuditPage>(unusable(id));
    return Base::mapped(platform->auditList(page),
                        [platform](const Result<Turso::AuditPage> &answer) { return answer; });
}

Result<Gateway::CliAccountInfo> PlaceBook::cliAccount() const
{
    const auto account = Turso::CliSettings().account();
    if (!account)
        return tl::unexpected<Base::Error>(account.error());
    return Gateway::CliAccountInfo{account->found, account->username, account->organization,
                                   account->apiUrl};
}

} // namespace Companion
