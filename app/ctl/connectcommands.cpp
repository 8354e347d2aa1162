// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/socketpath.h"
#include "connect/connector.h"
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

#include <memory>

namespace Ctl
{

using Base::Json;
using Connect::AgentState;

namespace
{

constexpr std::string_view kOther = "other";

const Base::Clock &systemClock()
{
    static const Base::SystemClock clock;
    return clock;
}

std::string stateText(const Connect::AgentInfo &info)
{
    switch (info.state) {
    case AgentState::NotInstalled:
        return "not installed";
    case AgentState::Installed:
        return "not connected";
    case AgentState::Connected:
        return info.way == Connect::Way::Http ? "connected by URL" : "connected";
    case AgentState::ConnectedDifferently:
        return "connected differently";
    case AgentState::FileBroken:
        break;
    }
    return "file broken";
}

Json toJson(const Connect::AgentInfo &info)
{
    Json ways = Json::array();
    for (const Connect::Way way : info.ways)
        ways.push_back(Connect::wayName(way));
    return {{"id", info.id},
            {"name", info.name},
            {"file", info.file},
            {"state", Connect::stateName(info.state)},
            {"explanation", info.explanation},
            {"way", info.way ? Json(Connect::wayName(*info.way)) : Json()},
            {"ways", std::move(ways)},
            {"can_undo", info.canUndo},
            {"restart_note", info.restartNote},
            {"bundle", info.bundle}};
}

Json previewJson(const Connect::Preview &preview)
{
    return {{"agent", preview.agent},
            {"file", preview.file},
            {"existed", preview.existed},
            {"changes", !preview.diff.empty()},
            {"removes_file", preview.removesFile},
            {"diff", preview.diff},
            {"notes", preview.notes}};
}

std::string lines(const std::vector<std::string> &sentences)
{
    std::string text;
    for (const std::string &sentence : sentences)
        text += shown(sentence) + '\n';
    return text;
}

void listAll(Session &session, const Connect::Connector &connector)
{
    const auto agents = connector.list();
    if (session.printsJson()) {
        Json list = Json::array();
        for (const auto &info : agents)
            list.push_back(toJson(info));
        session.printJson(list);
        return session.finish();
    }
    Table table({"AGENT", "NAME", "STATE", "CONFIGURATION"});
    std::vector<std::string> notes;
    for (const auto &info : agents) {
        table.add({info.id, info.name, stateText(info), info.file});
        if (!info.explanation.empty())
            notes.push_back(info.name + ": " + info.explanation);
    }
    table.add({std::string(kOther), "any other agent", "", "what to type or paste"});
    session.print(table.text() + (notes.empty() ? "" : "\n" + lines(notes)));
    session.finish();
}

void showRecipe(Session &session, const Connect::Connector &connector)
{
    const Connect::Recipe recipe = connector.recipe();
    if (session.printsJson()) {
        session.printJson({{"url", recipe.url},
                           {"command", recipe.command},
                           {"command_line", recipe.commandLine},
                           {"json", recipe.json},
                           {"url_json", recipe.urlJson}});
        return session.finish();
    }
    session.print(facts({{"Command", shown(recipe.commandLine)}, {"URL", shown(recipe.url)}})
                  + "\nMost agents take this, with the command or with the URL:\n\n"
                  + shown(recipe.json, true)
                  + (recipe.urlJson.empty() ? "" : '\n' + shown(recipe.urlJson, true)));
    session.finish();
}

void showPreview(Session &session, const Base::Result<Connect::Preview> &preview)
{
    if (!preview)
        return session.fail(preview.error());
    if (session.printsJson())
        session.printJson(previewJson(*preview));
    else if (preview->diff.empty())
        session.print("There is nothing to change in " + shown(preview->file) + '.');
    else
        session.print(shown(preview->diff, true) + '\n' + lines(preview->notes)
                      + "Nothing was written.");
    session.finish();
}

void writeEntry(Session &session, Connect::Connector &connector, Connect::Way way)
{
    const auto preview = connector.preview(session.operand(), way);
    if (!preview)
        return session.fail(preview.error());
    const auto applied = connector.apply(*preview);
    if (!applied)
        return session.fail(applied.error());
    if (session.printsJson()) {
        Json json = previewJson(*preview);
        json["changed"] = applied->changed;
        json["backup"] = applied->backup;
        session.printJson(json);
    } else if (!applied->changed) {
        session.print("It is connected already, in " + shown(applied->file) + '.');
    } else {
        const std::string id = preview->agent;
        session.print(facts({{"Written", shown(applied->file)}, {"Backup", shown(applied->backup)}})
                      + '\n' + lines(applied->notes)
                      + "When it first uses a tool, you are asked what it may do.\n"
                        "To undo this: turso-companionctl connect "
                      + id + " --undo");
    }
    session.finish();
}

void takeBack(Session &session, Connect::Connector &connector)
{
    const auto undone = connector.undo(session.operand());
    if (!undone)
        return session.fail(undone.error());
    if (session.printsJson()) {
        session.printJson({{"agent", session.operand()},
                           {"file", undone->file},
                           {"exact", undone->exact},
                           {"removed_file", undone->removedFile},
                           {"notes", undone->notes}});
    } else {
        const std::string file = shown(undone->file);
        const std::string what = undone->removedFile ? file + " is gone, as it was before.\n"
            : undone->exact ? file + " is byte for byte what it was before.\n"
                            : "The entry is out of " + file + ".\n";
        session.print(what + lines(undone->notes));
    }
    session.finish();
}

void tryOut(Session &session, const Connect::Connector &connector)
{
    Base::whenDone(connector.verify(session.operand()), &session,
                   [&session](const Base::Result<Connect::Handshake> &found) {
                       if (!found)
                           return session.fail(found.error());
                       if (session.printsJson())
                           session.printJson({{"agent", session.operand()},
                                              {"sentence", found->sentence},
                                              {"server", found->server},
                                              {"version", found->version},
                                              {"tools", found->tools},
                                              {"milliseconds", found->milliseconds}});
                       else
                           session.print(shown(found->sentence));
                       session.finish();
                   });
}

void run(Session &session, std::string endpoint)
{
    const Arguments &arguments = session.arguments();
    auto connector = std::make_shared<Connect::Connector>(
        Connect::Places::ofThisMachine(),
        Connect::Destination::ofThisProgram(arguments.value("--profile").value_or(""),
                                            std::move(endpoint)),
        systemClock());
    if (arguments.operands.empty())
        return listAll(session, *connector);
    if (session.operand() == kOther)
        return showRecipe(session, *connector);
    const auto way = arguments.has("--http") ? Connect::Way::Http : Connect::Way::Bridge;
    if (arguments.has("--verify"))
        return tryOut(session, *connector);
    if (arguments.has("--preview"))
        return showPreview(session,
                           arguments.has("--undo") ? connector->previewUndo(session.operand())
                                                   : connector->preview(session.operand(), way));
    if (arguments.has("--undo"))
        return takeBack(session, *connector);
    return writeEntry(session, *connector, way);
}

// Options that contradict each other, or have no agent to go with.
std::string contradiction(const Arguments &arguments)
{
    const bool verify = arguments.has("--verify");
    const bool undo = arguments.has("--undo");
    const bool http = arguments.has("--http");
    const bool any = verify || undo || http || arguments.has("--preview");
    if (any && (arguments.operands.empty() || arguments.operands.front() == kOther))
        return "Name the agent, such as: turso-companionctl connect claude-code";
    if (verify && (undo || http || arguments.has("--preview")))
        return "--verify goes with no other option of this command.";
    if (undo && http)
        return "--undo and --http do not go together.";
    return {};
}

} // namespace

void connectAgent(Session &session)
{
    if (const std::string problem = contradiction(session.arguments()); !problem.empty())
        return session.fail({Base::ErrorKind::InvalidArgument, problem});
    // Without the app, the URL of the user's own instance is known; others have any port.
    if (!session.hasApp())
        return run(session,
                   session.arguments().has("--profile")
                       ? std::string()
                       : "http://127.0.0.1:" + std::to_string(Base::kDefaultPort) + "/mcp");
    session.ask("status", Json::object(), [&session](const Json &result) {
        if (const auto status = session.decoded(Control::statusFrom(result)))
            run(session, status->endpoint);
    });
}

} // namespace Ctl
