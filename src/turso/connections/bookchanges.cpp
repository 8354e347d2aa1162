// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/apiclient/apiclient.h"
#include "turso/cloud/tokencheck.h"
#include "turso/connections/bookentry.h"
#include "turso/signin/cliaccount.h"

#include <QDir>
#include <QSysInfo>
#include <QUrl>

// How connections come, change and go.

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

template <typename T>
tl::unexpected<Base::Error> same(const Result<T> &failed)
{
    return tl::unexpected<Base::Error>(failed.error());
}

std::string hostOf(const std::string &url)
{
    return QUrl(QString::fromStdString(url)).authority().toStdString();
}

} // namespace

Base::Pending<ConnectionView> ConnectionBook::add(ConnectionWish wish)
{
    const auto task = std::make_shared<Task<ConnectionView>>();
    if (!m_problem.empty())
        task->give(fail(ErrorKind::Internal, m_problem));
    else if (wish.kind == kLibsqlServer)
        addServer(std::move(wish), task);
    else if (wish.kind != kTursoCloud)
        task->give(fail(ErrorKind::InvalidArgument,
                        "\"" + wish.kind + "\" is no kind of connection that can be added.",
                        "The kinds are libsql-server and turso-cloud.", R"({"argument":"kind"})"));
    else if (wish.fromCli)
        addFromCli(std::move(wish), task);
    else
        addCloud(std::move(wish), task);
    return task->pending();
}

void ConnectionBook::insert(const EntryPtr &entry,
                            const std::shared_ptr<Task<ConnectionView>> &task)
{
    m_entries.emplace(entry->spec.id, entry);
    if (auto saved = save(); !saved) {
        m_entries.erase(entry->spec.id);
        entry->platform.reset();
        QDir(QString::fromStdString(folderOf(entry->spec.id))).removeRecursively();
        return task->give(same(saved));
    }
    keep(entry, "token of ", entry->token);
    keep(entry, "admin key of ", entry->adminKey);
    Q_EMIT changed(QString::fromStdString(entry->spec.id));
    task->give(entry->view());
}

void ConnectionBook::addServer(ConnectionWish wish,
                               const std::shared_ptr<Task<ConnectionView>> &task)
{
    const auto url = checkedServerUrl(wish.url, "url");
    if (!url)
        return task->give(same(url));
    const auto adminUrl = wish.adminUrl.empty() ? Result<std::string>(std::string())
                                                : checkedServerUrl(wish.adminUrl, "admin_url");
    if (!adminUrl)
        return task->give(same(adminUrl));
    const auto name = freeName(wish.name, hostOf(*url));
    if (!name)
        return task->give(same(name));
    const EntryPtr entry = newEntry({{}, kLibsqlServer, *name, *url, *adminUrl});
    entry->spec.organization = wish.organization.empty() ? "self-hosted" : wish.organization;
    entry->spec.signedInBy = wish.token ? "token" : "";
    entry->spec.hasAdminKey = wish.adminKey != nullptr;
    entry->token = wish.token;
    entry->adminKey = wish.adminKey;
    if (auto made = makePlatform(entry); !made)
        return task->give(same(made));
    Base::whenDone(
        entry->platform->check(), this,
        [this, entry, task, unchecked = wish.unchecked](const Result<Health> &asked) {
            const Health health
                = asked ? *asked : Health{Health::State::Unreachable, asked.error().message};
            const bool isUnreachable = health.state == Health::State::Unreachable;
            const bool isRefused = health.state == Health::State::SignedOut;
            take(*entry, health);
            if ((!isUnreachable && !isRefused) || unchecked)
                return insert(entry, task);
            entry->platform.reset();
            QDir(QString::fromStdString(folderOf(entry->spec.id))).removeRecursively();
            task->give(fail(isRefused ? ErrorKind::Unauthorized : ErrorKind::UpstreamError,
                            health.sentence, "Nothing was added.",
                            isRefused ? R"({"argument":"token"})" : R"({"outcome":"not_run"})"));
        });
}

void ConnectionBook::addCloud(ConnectionWish wish,
                              const std::shared_ptr<Task<ConnectionView>> &task)
{
    const std::string apiUrl = wish.apiUrl.empty() ? kTursoApi : wish.apiUrl;
    if (auto right = checkApiUrl(apiUrl); !right)
        return task->give(same(right));
    const std::string usual = wish.organization.empty() ? "Turso Cloud" : wish.organization;
    const auto name = freeName(wish.name, usual);
    if (!name)
        return task->give(same(name));
    const EntryPtr entry = newEntry({{}, kTursoCloud, *name, {}, {}, apiUrl, wish.organization});
    if (!wish.token) {
        if (auto made = makePlatform(entry); !made)
            return task->give(same(made));
        entry->state = "signed-out";
        entry->sentence = "Sign in to use it.";
        return insert(entry, task);
    }
    const auto checked = std::make_shared<Task<ConnectionView>>();
    takeToken(entry, wish.token, wish.fromCli ? "cli" : "token", checked);
    Base::whenDone(
        checked->pending(), this,
        [this, entry, task, isNamed = !wish.name.empty()](const Result<ConnectionView> &done) {
            if (!done)
                return task->give(same(done));
            if (const auto better = freeName({}, entry->spec.organization); better && !isNamed)
                entry->spec.name = *better;
            insert(entry, task);
            ask(entry);
        });
}

void ConnectionBook::addFromCli(ConnectionWish wish,
                                const std::shared_ptr<Task<ConnectionView>> &task)
{
    const CliSettings settings;
    const auto account = settings.account();
    const auto session = settings.token();
    if (!account || !session)
        return task->give(account ? same(session) : same(account));
    wish.apiUrl = account->apiUrl;
    if (wish.organization.empty())
        wish.organization
            = account->organization.empty() ? account->username : account->organization;
    auto *client = new ApiClient(account->apiUrl, this);
    ApiTokenWish minted;
    minted.organization = wish.organization;
    minted.name = "turso-companion-" + QSysInfo::machineHostName().left(20).toStdString() + '-'
        + Base::randomToken(4);
    Base::whenDone(mintApiToken(*client, *session, std::move(minted)), this,
                   [this, wish, task, client](const Result<ApiToken> &token) mutable {
                       client->deleteLater();
                       if (!token)
                           return task->give(same(token));
                       wish.token = token->token;
                       addCloud(std::move(wish), task);
                   });
}

// What a token reaches is asked before it is kept.
void ConnectionBook::takeToken(const EntryPtr &entry, std::shared_ptr<const Base::Secret> token,
                               const std::string &by,
                               const std::shared_ptr<Task<ConnectionView>> &task)
{
    TokenQuestion question{entry->spec.apiUrl, token, entry->spec.organization, by == "cli"};
    Base::whenDone(checkToken(std::move(question)), this,
                   [this, entry, token, by, task](const Result<TokenReach> &reach) {
                       if (!reach)
                           return task->give(same(reach));
                       if (by != "browser")
                           endAtServer(entry,
                                       entry->token); // another token takes the place of that one
                       entry->token = token;
                       entry->spec.organization = reach->organization;
                       entry->spec.group = reach->isForGroup ? reach->group : std::string();
                       entry->spec.signedInBy = by;
                       if (auto made = makePlatform(entry); !made)
                           return task->give(same(made));
                       entry->state = "checking";
                       entry->sentence.clear();
                       task->give(entry->view());
                   });
}

Base::Pending<ConnectionView> ConnectionBook::change(std::string id,
                                                     std::optional<std::string> name,
                                                     std::optional<std::string> organization,
                                                     std::shared_ptr<const Base::Secret> token,
                                                     std::shared_ptr<const Base::Secret> adminKey)
{
    const auto task = std::make_shared<Task<ConnectionView>>();
    const auto it = m_entries.find(id);
    if (it == m_entries.end()) {
        task->give(fail(ErrorKind::NotFound, "There is no connection " + id + "."));
        return task->pending();
    }
    const EntryPtr entry = it->second;
    const auto wanted = freeName(name.value_or(std::string()), entry->spec.name, id);
    if (!wanted) {
        task->give(same(wanted));
        return task->pending();
    }
    entry->spec.name = *wanted;
    if (organization)
        entry->spec.organization = *organization;
    const auto done = [this, entry, token, adminKey](const auto &answer) {
        const auto saved = save();
        keep(entry, "token of ", token);
        keep(entry, "admin key of ", adminKey);
        Q_EMIT changed(QString::fromStdString(entry->spec.id));
        if (saved)
            answer->give(entry->view());
        else
            answer->give(same(saved));
        if (entry->platform && (entry->spec.kind != kTursoCloud || entry->token))
            ask(entry);
    };
    const auto current = token ? token : entry->token;
    if (entry->spec.kind == kTursoCloud && current && (token || organization)) {
        const auto checked = std::make_shared<Task<ConnectionView>>();
        takeToken(entry, current, token ? "token" : entry->spec.signedInBy, checked);
        Base::whenDone(checked->pending(), this, [done, task](const Result<ConnectionView> &taken) {
            if (taken)
                done(task);
            else
                task->give(same(taken));
        });
        return task->pending();
    }
    if (token) {
        entry->token = token;
        entry->spec.signedInBy = "token";
    }
    if (adminKey) {
        entry->adminKey = adminKey;
        entry->spec.hasAdminKey = true;
    }
    const auto made = token || adminKey ? makePlatform(entry) : Result<void>();
    if (made)
        done(task);
    else
        task->give(same(made));
    return task->pending();
}

Base::Pending<bool> ConnectionBook::remove(std::string id)
{
    const auto task = std::make_shared<Task<bool>>();
    const auto it = m_entries.find(id);
    if (it == m_entries.end()) {
        task->give(fail(ErrorKind::NotFound, "There is no connection " + id + "."));
        return task->pending();
    }
    const EntryPtr entry = it->second;
    m_entries.erase(it);
    if (auto saved = save(); !saved) {
        m_entries.emplace(id, entry);
        task->give(same(saved));
        return task->pending();
    }
    if (entry->signIn)
        entry->signIn->cancel();
    endAtServer(entry, entry->token);
    forgetSecrets(*entry);
    Q_EMIT removed(QString::fromStdString(id));
    *entry->isRemoved = true;
    if (!entry->platform)
        QDir(QString::fromStdString(folderOf(id))).removeRecursively();
    entry->platform.reset(); // who still works on it keeps it, and its folder
    task->give(true);
    return task->pending();
}

} // namespace Turso
