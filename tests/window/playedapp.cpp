// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/playedapp.h"

#include "control/codec.h"

#include <QDateTime>

#include <algorithm>
#include <sys/socket.h>
#include <unistd.h>

namespace Played
{

using Base::Json;

PlayedApp::PlayedApp()
{
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        qFatal("no socket pair");
    m_socket.setSocketDescriptor(ends[0]);
    m_otherEnd = ends[1];
    connect(&m_socket, &QLocalSocket::readyRead, this, &PlayedApp::read);
    status.endpoint = "http://127.0.0.1:6275/mcp";
    status.version = "0.1.0";
    status.connections = {{"workspace", "workspace", "Workspace", "ready"}};
}

PlayedApp::~PlayedApp()
{
    if (m_otherEnd >= 0)
        ::close(m_otherEnd);
}

int PlayedApp::takeDescriptor()
{
    return std::exchange(m_otherEnd, -1);
}

std::unique_ptr<Control::Client> PlayedApp::client()
{
    return Control::Client::onDescriptor(takeDescriptor());
}

void PlayedApp::notify(const std::string &method, const Json &params)
{
    const Json message = {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
    m_socket.write(QByteArray::fromStdString(Base::dumpJson(message) + '\n'));
}

void PlayedApp::tell(const std::vector<Gateway::Approval> &changed)
{
    notify("approvals.changed", {{"approvals", Control::toJsonList(changed)}});
}

void PlayedApp::tell(const std::vector<Gateway::CallRecord> &changed)
{
    notify("calls.changed", {{"calls", Control::toJsonList(changed)}});
}

void PlayedApp::tellStatus()
{
    notify("status.changed", {{"status", Control::toJson(status)}});
}

void PlayedApp::hangUp()
{
    m_socket.abort();
}

std::vector<Json> PlayedApp::asked(const std::string &method) const
{
    std::vector<Json> found;
    for (const auto &[name, params] : m_asked) {
        if (name == method)
            found.push_back(params);
    }
    return found;
}

void PlayedApp::read()
{
    m_input += m_socket.readAll();
    for (qsizetype end = m_input.indexOf('\n'); end >= 0; end = m_input.indexOf('\n')) {
        const auto message
            = Base::parseJson(std::string_view(m_input.constData(), std::size_t(end)));
        m_input.remove(0, end + 1);
        if (!message)
            qFatal("the window sent something that is no JSON");
        const std::string method = Base::stringMember(*message, "method").value_or("");
        const Json params = Base::member(*message, "params");
        m_asked.emplace_back(method, params);
        const auto found = m_answers.find(method);
        const auto result
            = found == m_answers.end() ? reply(method, params) : found->second(params);
        Json answer = {{"jsonrpc", "2.0"}, {"id", Base::member(*message, "id")}};
        if (result)
            answer["result"] = *result;
        else
            answer["error"] = {{"code", -32000},
                               {"message", result.error().message},
                               {"data",
                                {{"code", std::string(Control::errorCode(result.error().kind))},
                                 {"message", result.error().message},
                                 {"hint", ""}}}};
        m_socket.write(QByteArray::fromStdString(Base::dumpJson(answer) + '\n'));
        if (method == "subscribe") { // all open ones first
            std::vector<Gateway::Approval> open;
            std::copy_if(approvals.begin(), approvals.end(), std::back_inserter(open),
                         [](const auto &a) { return a.state == Gateway::ApprovalState::Open; });
            tell(open);
        }
    }
}

Base::Result<Json> PlayedApp::reply(const std::string &method, const Json &params)
{
    const std::string id = Base::stringMember(params, "id").value_or("");
    if (method == "hello")
        return Json{{"version", status.version}, {"profile", status.profile}, {"may_decide", true}};
    if (method == "status")
        return Control::toJson(status);
    if (method == "subscribe")
        return Json::object();
    if (connections.knows(method))
        return connections.reply(method, params);
    if (method == "agents.list")
        return Control::toJsonList(agents);
    if (method == "grants.list")
        return Control::toJsonList(grants);
    if (method == "scopes.list")
        return Control::toJsonList(scopes);
    if (method == "tokens.create") {
        Gateway::Grant grant;
        grant.agent = Base::stringMember(params, "agent").value_or("");
        grant.permissions = Gateway::Permissions::readOnly();
        return Control::toJson(Gateway::MintedToken{"tc_played_token_0123456789abcdef", grant});
    }
    if (method == "calls.list")
        return Control::toJsonList(calls);
    if (method == "calls.show") {
        for (const Gateway::CallDetail &detail : details) {
            if (detail.record.id == Base::stringMember(params, "call_id"))
                return Control::toJson(detail);
        }
        return Base::fail(Base::ErrorKind::NotFound, "There is no such call.");
    }
    if (method == "read_only.set") {
        status.readOnly = Base::boolMember(params, "on").value_or(false);
        return Control::toJson(status);
    }
    if (method == "grants.revoke") {
        std::erase_if(grants, [&id](const auto &grant) { return grant.id == id; });
        return Json::object();
    }
    if (method == "grants.change") {
        Json rest = params;
        rest.erase("id");
        const auto change = Control::changeFrom(rest, QDateTime::currentMSecsSinceEpoch());
        for (Gateway::Grant &grant : grants) {
            if (change && grant.id == id)
                return Control::toJson(grant = Gateway::changed(grant, *change));
        }
        return Base::fail(Base::ErrorKind::NotFound, "There is no such grant.");
    }
    if (method == "approvals.approve")
        return decide(params, Gateway::ApprovalState::Approved);
    if (method == "approvals.deny")
        return decide(params, Gateway::ApprovalState::Denied);
    if (method == "approvals.extend")
        return decide(params, Gateway::ApprovalState::Open);
    return Base::fail(Base::ErrorKind::Unsupported, "Not played: " + method);
}

Base::Result<Json> PlayedApp::decide(const Json &params, Gateway::ApprovalState state)
{
    for (Gateway::Approval &approval : approvals) {
        if (approval.id != Base::stringMember(params, "id"))
            continue;
        if (approval.state != Gateway::ApprovalState::Open)
            return Base::fail(Base::ErrorKind::Denied, "It has been answered already.");
        approval.state = state;
        if (state == Gateway::ApprovalState::Open)
            approval.expiresAt
                = std::max(approval.expiresAt, QDateTime::currentMSecsSinceEpoch() + 60'000);
        tell({approval});
        return Control::toJson(approval);
    }
    return Base::fail(Base::ErrorKind::NotFound, "There is no such question.");
}

} // namespace Played
