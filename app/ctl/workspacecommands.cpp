// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

#include <charconv>

namespace Ctl
{

using Base::Json;

namespace
{

void ask(Session &session, Json params)
{
    session.ask("workspace.serve", std::move(params), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
        } else if (const auto access = session.decoded(Control::workspaceAccessFrom(result))) {
            if (access->token.empty())
                session.print("The workspace is not served.");
            else
                session.print(
                    facts({{"Platform API", shown(access->served.platformUrl)},
                           {"SQL over HTTP", shown(access->served.sqlUrl)},
                           {"A database's host", "NAME-local." + shown(access->served.hostSuffix)},
                           {"Token", shown(access->token)}})
                    + "\nThe token is shown this once. Keep it like a password: it may do "
                      "everything to the workspace, and nobody is asked.");
        }
        session.finish();
    });
}

} // namespace

void serveWorkspace(Session &session)
{
    Json params = {{"on", true}};
    if (const auto text = session.arguments().value("--port")) {
        std::uint16_t port = 0;
        const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), port);
        if (error != std::errc() || rest != text->data() + text->size())
            return session.fail({Base::ErrorKind::InvalidArgument,
                                 "--port needs a number from 0 to 65535.",
                                 {},
                                 {}});
        params["port"] = port;
    }
    ask(session, std::move(params));
}

void stopServingWorkspace(Session &session)
{
    ask(session, {{"on", false}});
}

} // namespace Ctl
