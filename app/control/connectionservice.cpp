// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/connectionservice.h"

#include "control/codec.h"
#include "control/fields.h"

#include <utility>

namespace Control
{

using Base::Json;
using Base::Result;
using namespace Gateway;

namespace
{

Json jsonOf(bool)
{
    return Json::object();
}

template <typename T>
Json jsonOf(const T &value)
{
    return toJson(value);
}

template <typename T>
void later(const Base::Pending<T> &pending, QObject *client, Service::Reply reply)
{
    Base::whenDone(pending, client, [reply = std::move(reply)](const Result<T> &result) {
        if (result)
            reply(jsonOf(*result));
        else
            reply(tl::unexpected<Base::Error>(result.error()));
    });
}

} // namespace

void ConnectionService::perform(std::string_view method, const Json &params, QObject *client,
                                Service::Reply reply) const
{
    ConnectionsDoor *door = m_desk.connections();
    if (!door)
        return reply(Base::fail(Base::ErrorKind::Unsupported, "Connections cannot be changed."));
    if (method == "connections.add") {
        auto draft = connectionDraftFrom(params);
        if (!draft)
            return reply(tl::unexpected<Base::Error>(draft.error()));
        return later(door->add(std::move(*draft)), client, std::move(reply));
    }
    if (method == "connections.cli_account") {
        Fields fields(params, "the parameters");
        fields.allowOnly({});
        if (!fields.isValid())
            return reply(fields.failure());
        const auto account = door->cliAccount();
        if (!account)
            return reply(tl::unexpected<Base::Error>(account.error()));
        return reply(toJson(*account));
    }
    Fields fields(params, "the parameters");
    if (method == "connections.audit")
        fields.allowOnly({"id", "page"});
    else if (method == "connections.databases")
        fields.allowOnly({"id", "limit", "cursor"});
    else if (method != "connections.change")
        fields.allowOnly({"id"});
    const std::string id = fields.text("id");
    const std::int64_t page = fields.optionalInteger("page").value_or(1);
    if (page < 1 || page > 1'000'000)
        fields.reject("Pages count from 1.");
    const std::int64_t limit = fields.optionalInteger("limit").value_or(100);
    if (limit < 1 || limit > 1'000)
        fields.reject("A page has 1 to 1000 databases.");
    const std::string cursor = fields.optionalText("cursor").value_or(std::string());
    if (!fields.isValid())
        return reply(fields.failure());
    if (method == "connections.change") {
        auto change = connectionChangeFrom(params);
        if (!change)
            return reply(tl::unexpected<Base::Error>(change.error()));
        return later(door->change(id, std::move(*change)), client, std::move(reply));
    }
    if (method == "connections.check")
        return later(door->check(id), client, std::move(reply));
    if (method == "connections.remove")
        return later(door->remove(id), client, std::move(reply));
    if (method == "connections.sign_in")
        return later(door->signIn(id), client, std::move(reply));
    if (method == "connections.sign_out")
        return later(door->signOut(id), client, std::move(reply));
    if (method == "connections.databases")
        return later(door->databases(id, static_cast<int>(limit), cursor), client,
                     std::move(reply));
    if (method == "connections.audit")
        return later(door->auditList(id, static_cast<int>(page)), client, std::move(reply));
    const auto done = door->cancelSignIn(id); // connections.sign_in_cancel
    if (!done)
        return reply(tl::unexpected<Base::Error>(done.error()));
    reply(Json::object());
}

} // namespace Control
