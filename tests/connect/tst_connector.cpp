// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine.h"

#include "connect/configtext.h"
#include "connect/entry.h"
#include "support/testcase.h"

#include <QFileInfo>

#include <unistd.h>

#include <set>

using namespace Connect;
using Base::ErrorKind;
using Base::Json;

namespace
{

using Permissions = QFile::Permissions;

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

// The bytes of `before` that are not in `after` any more, as lines: what was there and is gone.
QStringList lostLines(const std::string &before, const std::string &after)
{
    QStringList kept = text(after).split(QLatin1Char('\n'));
    QStringList lost;
    for (const QString &line : text(before).split(QLatin1Char('\n'))) {
        if (!kept.removeOne(line) && !kept.removeOne(line + QLatin1Char(',')))
            lost.append(line);
    }
    return lost;
}

Json withoutOurs(Json config, const Agent &agent)
{
    const std::string container(agent.container);
    if (findEntry(config, container))
        config[container].erase(std::string(kServerKey));
    if (config.contains(container) && config[container].empty())
        config.erase(container);
    return config;
}

} // namespace

class TestConnector : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyAgentIsFoundOnEverySystem_data()
    {
        QTest::addColumn<int>("system");
        QTest::addColumn<QByteArray>("agent");
        QTest::addColumn<QByteArray>("file");
        const auto row
            = [](const char *agent, const char *linux_, const char *windows, const char *mac) {
                  const char *files[] = {linux_, windows, mac};
                  const char *names[] = {"Linux", "Windows", "macOS"};
                  for (int i = 0; i < 3; ++i)
                      QTest::addRow("%s, %s", agent, names[i])
                          << i << QByteArray(agent) << QByteArray(files[i]);
              };
        row("claude-desktop", "/h/.config/Claude/claude_desktop_config.json",
            "C:/R/Claude/claude_desktop_config.json",
            "/h/Library/Application Support/Claude/claude_desktop_config.json");
        row("claude-code", "/h/.claude.json", "/h/.claude.json", "/h/.claude.json");
        row("codex", "/h/.codex/config.toml", "/h/.codex/config.toml", "/h/.codex/config.toml");
        row("cursor", "/h/.cursor/mcp.json", "/h/.cursor/mcp.json", "/h/.cursor/mcp.json");
        row("vscode", "/h/.config/Code/User/mcp.json", "C:/R/Code/User/mcp.json",
            "/h/Library/Application Support/Code/User/mcp.json");
        row("windsurf", "/h/.codeium/windsurf/mcp_config.json",
            "/h/.codeium/windsurf/mcp_config.json", "/h/.codeium/windsurf/mcp_config.json");
        row("zed", "/h/.config/zed/settings.json", "C:/R/Zed/settings.json",
            "/h/.config/zed/settings.json");
        row("gemini", "/h/.gemini/settings.json", "/h/.gemini/settings.json",
            "/h/.gemini/settings.json");
    }
    void everyAgentIsFoundOnEverySystem()
    {
        QFETCH(int, system);
        QFETCH(QByteArray, agent);
        QFETCH(QByteArray, file);
        const char *config[] = {"/h/.config", "C:/R", "/h/Library/Application Support"};
        Places places;
        places.system = System(system);
        places.home = "/h";
        places.config = config[system];
        places.local = system == 1 ? "C:/L" : places.config;
        const Agent *known = findAgent(agent.toStdString());
        QVERIFY(known);
        QCOMPARE(QByteArray::fromStdString(configurationFile(*known, places)), file);
        QVERIFY(!known->traces[system].empty());
        QVERIFY(!known->restartNote.empty() && !known->container.empty());
        QVERIFY(!isInstalled(*known, places) || system == 2); // a Mac has /Applications
    }

    void everyAgentIsInTheTable()
    {
        std::set<std::string> ids;
        for (const Agent &agent : agents())
            ids.insert(std::string(agent.id));
        QCOMPARE(ids.size(), std::size_t(8));
        QVERIFY(kServerKey.size() <= 20); // mcp__server__tool has a limit
    }

    void storesAndVariablesComeFirst()
    {
        Machine machine(System::Windows);
        QVERIFY(text(machine.file("claude-desktop")).contains(QLatin1String("/config/Claude/")));
        const std::string store
            = machine.places.local + "/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude";
        QDir().mkpath(text(store));
        QCOMPARE(machine.file("claude-desktop"), store + "/claude_desktop_config.json");
        QVERIFY(isInstalled(*findAgent("claude-desktop"), machine.places));
        machine.places.environment
            = {{"CODEX_HOME", "/x"}, {"CLAUDE_CONFIG_DIR", "/y"}, {"GEMINI_CLI_HOME", "/z"}};
        // Told so, even where nothing is yet.
        QCOMPARE(machine.file("codex"), std::string("/x/config.toml"));
        QCOMPARE(machine.file("gemini"), std::string("/z/.gemini/settings.json"));
        QDir().mkpath(text(machine.places.config + "/Code - Insiders/User"));
        QVERIFY(text(machine.file("vscode")).contains(QLatin1String("Insiders")));
        QDir().mkpath(text(machine.places.config + "/Code/User"));
        QVERIFY(!text(machine.file("vscode")).contains(QLatin1String("Insiders")));
    }

    void installedIsWhatLeavesTraces()
    {
        Machine machine;
        for (const AgentInfo &info : machine.connector().list())
            QCOMPARE(info.state, AgentState::NotInstalled);
        QDir().mkpath(text(machine.places.home + "/.codex"));
        QCOMPARE(machine.connector().describe("codex")->state, AgentState::Installed);
        machine.places.programs = {machine.places.home + "/bin"};
        Machine::write(machine.places.home + "/bin/gemini", "#!/bin/sh\n");
        QCOMPARE(machine.connector().describe("gemini")->state, AgentState::NotInstalled);
        QFile::setPermissions(text(machine.places.home + "/bin/gemini"),
                              QFile::ReadOwner | QFile::ExeOwner);
        QCOMPARE(machine.connector().describe("gemini")->state, AgentState::Installed);
        QCOMPARE(machine.connector().describe("emacs").error().kind, ErrorKind::NotFound);
        const Places here = Places::ofThisMachine();
        QVERIFY(QDir::isAbsolutePath(text(here.home)) && QDir::isAbsolutePath(text(here.config)));
        QVERIFY(!here.programs.empty() && !here.findProgram("sh").empty());
    }

    void samplesAreConnectedAndComeBack_data()
    {
        QTest::addColumn<QString>("sample");
        QTest::addColumn<int>("way");
        const QDir samples(QStringLiteral(SOURCE_ROOT "/tests/connect/samples"));
        static const QStringList kRefused
            = {QStringLiteral("broken"),          QStringLiteral("comment."),
               QStringLiteral("utf16"),           QStringLiteral("trailing-comma"),
               QStringLiteral("array"),           QStringLiteral("not-an-object"),
               QStringLiteral("codex-duplicate"), QStringLiteral("inline"),
               QStringLiteral("dotted"),          QStringLiteral("null")};
        for (const QString &name : samples.entryList(QDir::Files)) {
            if (std::any_of(kRefused.begin(), kRefused.end(),
                            [&](const QString &word) { return name.contains(word); }))
                continue; // see brokenFilesAreLeftAlone
            QTest::addRow("%s, bridge", qPrintable(name)) << name << int(Way::Bridge);
            if (!name.startsWith(QLatin1String("claude-desktop")))
                QTest::addRow("%s, http", qPrintable(name)) << name << int(Way::Http);
        }
    }
    void samplesAreConnectedAndComeBack()
    {
        QFETCH(QString, sample);
        QFETCH(int, way);
        const Agent *agent = agentOf(sample);
        const Machine machine;
        const std::string before = Machine::sample(sample);
        machine.give(agent->id, before);
        const Json config = readConfig(before, agent->dialect).value();
        const Json *old = findEntry(config, agent->container);
        auto connector = machine.connector();
        const auto preview = connector.preview(agent->id, Way(way));
        QVERIFY2(preview, preview ? "" : preview.error().message.c_str());
        QCOMPARE(*machine.bytes(agent->id), before); // a preview writes nothing
        QVERIFY(machine.backups().isEmpty());
        QCOMPARE(preview->before, before);
        QVERIFY(!preview->diff.empty() && !preview->notes.empty());
        const auto applied = connector.apply(*preview);
        QVERIFY2(applied, applied ? "" : applied.error().message.c_str());
        const std::string after = *machine.bytes(agent->id);
        QCOMPARE(after, preview->after);
        QCOMPARE(*Machine::read(applied->backup), before);
        // Beside our entry nothing has changed, neither as a value nor as a line.
        const Json now = readConfig(after, agent->dialect).value();
        const Json entry = *findEntry(now, agent->container);
        QVERIFY(withoutOurs(now, *agent) == withoutOurs(config, *agent));
        if (!old)
            QCOMPARE(lostLines(before, after), oneLineContainer(sample));
        QCOMPARE(after.starts_with("\xEF\xBB\xBF"), before.starts_with("\xEF\xBB\xBF"));
        QCOMPARE(text(after).count(QLatin1String("\r\n")) > 0,
                 text(before).count(QLatin1String("\r\n")) > 0);
        QVERIFY(!text(after).remove(QLatin1String("\r\n")).contains(QLatin1Char('\n'))
                || !text(before).contains(QLatin1String("\r\n")));
        if (Way(way) == Way::Bridge) {
            QVERIFY(entry["command"] == Json(machine.destination.bridge));
            QVERIFY(entry["args"]
                    == Json({"--agent", std::string(agent->id), "--profile",
                             machine.destination.profile}));
        } else {
            QCOMPARE(urlIn(entry), machine.destination.endpoint);
        }
        const auto info = connector.describe(agent->id);
        QCOMPARE(info->state, AgentState::Connected);
        QCOMPARE(info->way, std::optional(Way(way)));
        QVERIFY(info->canUndo);
        // Again is nothing.
        const auto again = connector.preview(agent->id, Way(way));
        QVERIFY(again && again->diff.empty());
        QVERIFY(!connector.apply(*again)->changed);
        const auto undone = connector.undo(agent->id);
        QVERIFY2(undone, undone ? "" : undone.error().message.c_str());
        QVERIFY(undone->exact && !undone->removedFile);
        QCOMPARE(*machine.bytes(agent->id), before);
        QCOMPARE(connector.undo(agent->id).has_value(), old != nullptr);
    }

    void whatIsNotThereComesAndGoes_data() { eachAgent(); }
    void whatIsNotThereComesAndGoes()
    {
        QFETCH(QString, agent);
        const std::string id = agent.toStdString();
        Machine machine;
        auto connector = machine.connector();
        const QString file = text(machine.file(id));
        const bool hadFolder = QFileInfo::exists(QFileInfo(file).path());
        const auto preview = connector.preview(id, Way::Bridge);
        QVERIFY(preview && !preview->existed);
        QVERIFY(preview->diff.starts_with("--- /dev/null\n"));
        QVERIFY(
            text(preview->notes.front()).contains(QLatin1String("does not seem to be installed")));
        const auto applied = connector.apply(*preview);
        QVERIFY2(applied, applied ? "" : applied.error().message.c_str());
        QVERIFY(applied->changed && applied->backup.empty());
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), Permissions());
        QCOMPARE(connector.describe(id)->state, AgentState::Connected);
        const auto undone = connector.undo(id);
        QVERIFY(undone && undone->exact && undone->removedFile);
        QVERIFY(!QFileInfo::exists(file));
        QCOMPARE(QFileInfo::exists(QFileInfo(file).path()), hadFolder);
        // An empty file is there, and stays.
        for (const std::string empty : {"", "\n", "\xEF\xBB\xBF"}) {
            machine.give(id, empty);
            QVERIFY(connector.apply(*connector.preview(id, Way::Bridge)));
            QCOMPARE(connector.describe(id)->state, AgentState::Connected);
            QVERIFY(connector.undo(id)->exact);
            QCOMPARE(*machine.bytes(id), empty);
        }
    }

    void brokenFilesAreLeftAlone_data()
    {
        QTest::addColumn<QString>("sample");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *sample, const char *problem) {
            QTest::newRow(sample) << QString::fromLatin1(sample) << QByteArray(problem);
        };
        row("claude-desktop-broken.json", "line 5, column 7: a comma or a bracket is missing");
        row("claude-desktop-comment.json", "line 2, column 3: there is a comment");
        row("claude-desktop-utf16.json", "line 1, column 1: a value is missing");
        row("gemini-trailing-comma.json", "line 3, column 1: there is a comma too many");
        row("windsurf-array.json", "line 1, column 1: what stands in it is not an object");
        row("windsurf-null.json", "line 2, column 17: mcpServers is not an object");
        row("zed-not-an-object.json", "line 2, column 22: context_servers is not an object");
        row("codex-broken.toml", "line 2, column ");
        row("codex-duplicate.toml", "line 3, column ");
        row("codex-inline.toml", "line 1, column 1: mcp_servers is written as one value");
        row("codex-dotted.toml", "line 3, column 1: the entry is written in a form");
    }
    void brokenFilesAreLeftAlone()
    {
        QFETCH(QString, sample);
        QFETCH(QByteArray, problem);
        const Agent *agent = agentOf(sample);
        const Machine machine;
        const std::string before = Machine::sample(sample);
        machine.give(agent->id, before);
        const auto preview = machine.connector().preview(agent->id, Way::Bridge);
        QVERIFY(!preview);
        QCOMPARE(preview.error().kind, ErrorKind::NotUnderstood);
        QVERIFY2(text(preview.error().message).contains(QString::fromUtf8(problem)),
                 preview.error().message.c_str());
        QVERIFY(text(preview.error().hint).contains(QLatin1String("Nothing was written.")));
        QCOMPARE(*machine.bytes(agent->id), before);
        QVERIFY(machine.backups().isEmpty());
    }

    void formsThatCannotBeChangedCanBeTakenOut()
    {
        const Machine machine;
        machine.give("codex", Machine::sample(QStringLiteral("codex-dotted.toml")));
        auto connector = machine.connector();
        QCOMPARE(connector.describe("codex")->state, AgentState::ConnectedDifferently);
        QVERIFY(text(connector.describe("codex")->explanation)
                    .contains(QLatin1String("/old/turso-companion-mcp")));
        QVERIFY(connector.undo("codex"));
        QCOMPARE(*machine.bytes("codex"), std::string("[mcp_servers]\ndocs.command = \"npx\"\n"));
    }

    void outdatedEntriesKeepWhatIsNotOurs()
    {
        const Machine machine;
        auto connector = machine.connector();
        machine.give("gemini", Machine::sample(QStringLiteral("gemini-outdated.json")));
        const auto info = connector.describe("gemini");
        QCOMPARE(info->state, AgentState::ConnectedDifferently);
        QVERIFY(text(info->explanation).contains(QLatin1String("http://127.0.0.1:9999/mcp")));
        QVERIFY(connector.apply(*connector.preview("gemini", Way::Bridge)));
        const QString now = text(*machine.bytes("gemini"));
        QVERIFY(!now.contains(QLatin1String("Bearer")));
        QVERIFY(now.contains(QLatin1String("\"timeout\": 600000, // stays")));
        machine.give("codex", Machine::sample(QStringLiteral("codex-outdated.toml")));
        QVERIFY(
            text(connector.describe("codex")->explanation).contains(QLatin1String("switched off")));
        QVERIFY(connector.apply(*connector.preview("codex", Way::Bridge)));
        QCOMPARE(text(*machine.bytes("codex")),
                 QStringLiteral("[mcp_servers.docs]\ncommand = \"npx\"\n\n"
                                "[mcp_servers.turso-companion] # by hand\n"
                                "tool_timeout_sec = 600 # approvals take a while\n"
                                "command = \"%1\"\n"
                                "args = [\"--agent\", \"codex\", \"--profile\", \"%2\"]\n\n"
                                "[mcp_servers.turso-companion.tools.run]\n"
                                "approval_mode = \"approve\"\n\n[tui]\ntheme = \"dark\"\n")
                     .arg(text(machine.destination.bridge), text(machine.destination.profile)));
    }

    void otherEntriesOfTheBridgeAreMentioned()
    {
        const Machine machine;
        machine.give("cursor",
                     R"({"mcpServers": {"turso": {"command": "/b/turso-companion-mcp"}}})");
        const auto info = machine.connector().describe("cursor");
        QCOMPARE(info->state, AgentState::Installed);
        QCOMPARE(info->explanation,
                 std::string("Another entry, \"turso\", starts the bridge already."));
    }

    void undoAfterOthersTakesOnlyOurEntry_data() { eachAgent(); }
    void undoAfterOthersTakesOnlyOurEntry()
    {
        QFETCH(QString, agent);
        const std::string id = agent.toStdString();
        const Agent *known = findAgent(id);
        const QString sample = QStringLiteral("%1.%2").arg(
            agent == QLatin1String("vscode") ? QStringLiteral("vscode-crlf") : agent,
            agent == QLatin1String("codex") ? QStringLiteral("toml") : QStringLiteral("json"));
        const Machine machine;
        const std::string before = Machine::sample(sample);
        machine.give(id, before);
        auto connector = machine.connector();
        QVERIFY(connector.apply(*connector.preview(id, Way::Bridge)));
        // Somebody changes something that is far away from us.
        const auto rename = [](const std::string &bytes) {
            return (QLatin1Char('\n')
                    + text(bytes).replace(QLatin1String("npx"), QLatin1String("bunx")))
                .toStdString();
        };
        machine.give(id, rename(*machine.bytes(id)));
        const auto preview = connector.previewUndo(id);
        QVERIFY2(preview, preview ? "" : preview.error().message.c_str());
        QVERIFY(text(preview->notes.front()).contains(QLatin1String("has changed since")));
        const auto undone = connector.undo(id);
        QVERIFY(undone && !undone->exact);
        if (agent != QLatin1String("windsurf")) // whose object on two lines comes back on one
            QCOMPARE(*machine.bytes(id), rename(before));
        QVERIFY(readConfig(*machine.bytes(id), known->dialect).value()
                == readConfig(rename(before), known->dialect).value());
        QCOMPARE(connector.undo(id).error().kind, ErrorKind::NotFound);
    }

    void undoGivesBackAnEntryThatWasThere()
    {
        const Machine machine;
        auto connector = machine.connector();
        const std::string before = Machine::sample(QStringLiteral("claude-desktop-outdated.json"));
        machine.give("claude-desktop", before);
        QVERIFY(connector.apply(*connector.preview("claude-desktop", Way::Bridge)));
        machine.give("claude-desktop", *machine.bytes("claude-desktop") + "\n");
        QVERIFY(connector.undo("claude-desktop"));
        const auto now = readConfig(*machine.bytes("claude-desktop"), Dialect::Json);
        QVERIFY(*now == readConfig(before, Dialect::Json).value());
    }

    void connectingTwiceIsUndoneOnce()
    {
        Machine machine;
        const std::string before = Machine::sample(QStringLiteral("cursor.json"));
        machine.give("cursor", before);
        auto first = machine.connector();
        QVERIFY(first.apply(*first.preview("cursor", Way::Bridge)));
        machine.destination.bridge = "/elsewhere/turso-companion-mcp";
        auto second = machine.connector();
        QCOMPARE(second.describe("cursor")->state, AgentState::ConnectedDifferently);
        QVERIFY(second.apply(*second.preview("cursor", Way::Http)));
        QCOMPARE(second.describe("cursor")->way, std::optional(Way::Http));
        // Somebody else writes in between, and we once more.
        machine.give("cursor", *machine.bytes("cursor") + "// more\n");
        QVERIFY(second.apply(*second.preview("cursor", Way::Bridge)));
        QVERIFY(second.undo("cursor")->exact);
        QCOMPARE(*machine.bytes("cursor"), before + "// more\n");
    }

    void aLostRecordLeavesTheEntryToGoBy()
    {
        const Machine machine;
        machine.give("zed", Machine::sample(QStringLiteral("zed.json")));
        auto connector = machine.connector();
        QVERIFY(connector.apply(*connector.preview("zed", Way::Bridge)));
        QDir(text(machine.destination.profile)).removeRecursively();
        const auto undone = connector.undo("zed");
        QVERIFY(undone && !undone->exact);
        QCOMPARE(connector.describe("zed")->state, AgentState::Installed);
    }

    void changesInBetweenAreNotOverwritten()
    {
        const Machine machine;
        machine.give("cursor", "{}");
        auto connector = machine.connector();
        const auto preview = connector.preview("cursor", Way::Bridge);
        machine.give("cursor", "{ }");
        const auto applied = connector.apply(*preview);
        QCOMPARE(applied.error().kind, ErrorKind::ImpactChanged);
        QCOMPARE(*machine.bytes("cursor"), std::string("{ }"));
        QVERIFY(machine.backups().isEmpty());
        QFile::remove(text(machine.file("cursor")));
        QCOMPARE(connector.apply(*preview).error().kind, ErrorKind::ImpactChanged);
        QVERIFY(!machine.bytes("cursor"));
    }

    void permissionsStayAndBackupsAreForTheUserAlone()
    {
        const Machine machine;
        machine.give("claude-code", Machine::sample(QStringLiteral("claude-code.json")));
        const QString file = text(machine.file("claude-code"));
        const Permissions given
            = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ExeOwner;
        QFile::setPermissions(file, given);
        auto connector = machine.connector();
        QVERIFY(connector.apply(*connector.preview("claude-code", Way::Bridge)));
        const Permissions mask = given | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QCOMPARE(QFile::permissions(file) & mask, given);
        const Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther
            | QFile::WriteOther | QFile::ExeGroup | QFile::ExeOther;
        const QString folder
            = text(machine.destination.profile) + QStringLiteral("/connected-agents");
        QCOMPARE(QFile::permissions(folder) & others, Permissions());
        QCOMPARE(machine.backups().size(), 2);
        for (const QString &name : machine.backups())
            QCOMPARE(QFile::permissions(folder + QLatin1Char('/') + name) & others, Permissions());
        QVERIFY(connector.undo("claude-code")->exact);
        QCOMPARE(QFile::permissions(file) & mask, given);
        // What is kept has an end.
        for (int i = 0; i < 15; ++i) {
            QVERIFY(connector.apply(*connector.preview("claude-code", Way::Bridge)));
            QVERIFY(connector.undo("claude-code"));
        }
        QVERIFY(machine.backups().size() <= 13);
    }

    void linksAreFollowedAndStay()
    {
        const Machine machine;
        const std::string target = machine.places.home + "/dotfiles/cursor.json";
        const std::string before = Machine::sample(QStringLiteral("cursor.json"));
        Machine::write(target, before);
        const QString file = text(machine.file("cursor"));
        QDir().mkpath(QFileInfo(file).path());
        QVERIFY(QFile::link(QStringLiteral("../dotfiles/cursor.json"), file));
        auto connector = machine.connector();
        const auto preview = connector.preview("cursor", Way::Bridge);
        QVERIFY(preview && text(preview->notes.front()).contains(QLatin1String("is a link")));
        QVERIFY(connector.apply(*preview));
        QVERIFY(QFileInfo(file).isSymbolicLink());
        QCOMPARE(*Machine::read(target), preview->after);
        QVERIFY(connector.undo("cursor")->exact);
        QVERIFY(QFileInfo(file).isSymbolicLink());
        QCOMPARE(*Machine::read(target), before);
        // A link to what is not there yet: there it comes, and goes again.
        QFile::remove(text(target));
        QVERIFY(connector.apply(*connector.preview("cursor", Way::Bridge)));
        QVERIFY(QFileInfo(file).isSymbolicLink() && Machine::read(target));
        QVERIFY(connector.undo("cursor")->removedFile);
        QVERIFY(QFileInfo(file).isSymbolicLink() && !Machine::read(target));
        // A circle.
        QFile::remove(file);
        QVERIFY(QFile::link(QStringLiteral("mcp.json"), file));
        QCOMPARE(connector.preview("cursor", Way::Bridge).error().kind, ErrorKind::Internal);
        QCOMPARE(connector.describe("cursor")->state, AgentState::FileBroken);
    }

    void whatMayNotBeWrittenIsSaidBefore()
    {
        const Machine machine;
        machine.give("cursor", "{}");
        const QString file = text(machine.file("cursor"));
        auto connector = machine.connector();
        QFile::setPermissions(file, QFile::ReadOwner);
        QCOMPARE(connector.preview("cursor", Way::Bridge).error().kind, ErrorKind::Protected);
        QVERIFY(text(connector.preview("cursor", Way::Bridge).error().message)
                    .contains(QLatin1String("is read-only")));
        QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
        QFile::setPermissions(QFileInfo(file).path(), QFile::ReadOwner | QFile::ExeOwner);
        QCOMPARE(connector.preview("cursor", Way::Bridge).error().kind, ErrorKind::Protected);
        QFile::setPermissions(QFileInfo(file).path(),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        // Somebody else's: root's for ordinary users, and the other way round.
        QFile::remove(file);
        if (geteuid() == 0) {
            machine.give("cursor", "{}");
            QCOMPARE(chown(machine.file("cursor").c_str(), 65534, 65534), 0);
        } else {
            QVERIFY(QFile::link(QStringLiteral("/etc/hosts"), file));
            QFile::remove(file);
            Machine::write(machine.places.home + "/.codeium/windsurf/x", "");
            return whatBelongsToRootIsRefused(machine);
        }
        const auto preview = connector.preview("cursor", Way::Bridge);
        QCOMPARE(preview.error().kind, ErrorKind::Protected);
        QVERIFY(text(preview.error().message).contains(QLatin1String("another user")));
        QCOMPARE(*machine.bytes("cursor"), std::string("{}"));
        // A folder in its place.
        QFile::remove(file);
        QDir().mkpath(file);
        QCOMPARE(connector.preview("cursor", Way::Bridge).error().message,
                 machine.file("cursor") + " is not a file.");
    }

    void giantsAreNotRead()
    {
        const Machine machine;
        machine.give("cursor", "");
        QFile::resize(text(machine.file("cursor")), 17 * 1024 * 1024);
        QCOMPARE(machine.connector().describe("cursor")->state, AgentState::FileBroken);
    }

    void waysThatDoNotExistAreSaid()
    {
        Machine machine;
        const auto url = machine.connector().preview("claude-desktop", Way::Http);
        QCOMPARE(url.error().kind, ErrorKind::Unsupported);
        machine.destination.endpoint.clear();
        QCOMPARE(machine.connector().preview("cursor", Way::Http).error().kind,
                 ErrorKind::Unsupported);
        QCOMPARE(machine.connector().describe("cursor")->ways, std::vector{Way::Bridge});
        QCOMPARE(machine.connector().preview("emacs", Way::Bridge).error().kind,
                 ErrorKind::NotFound);
    }

    void theRecipeIsForEverybodyElse()
    {
        Machine machine;
        machine.destination.profile = "/with space/it's";
        const Recipe recipe = machine.connector().recipe();
        QCOMPARE(recipe.url, machine.destination.endpoint);
        QCOMPARE(recipe.commandLine,
                 "/opt/turso-companion/bin/turso-companion-mcp --profile '/with space/it'\\''s'");
        const auto json = Base::parseJson(recipe.json);
        QVERIFY((*json)["mcpServers"]["turso-companion"]["command"]
                == Json(machine.destination.bridge));
        QVERIFY((*Base::parseJson(recipe.urlJson))["mcpServers"]["turso-companion"]["url"]
                == Json(recipe.url));
    }

    void theOwnInstanceNeedsNoProfile()
    {
        const Destination own = Destination::ofThisProgram(profileFolder({}), "u");
        QVERIFY(own.profile.empty());
        QVERIFY(own.bridge.ends_with("/turso-companion-mcp"));
        QCOMPARE(bridgeCommand("x", own), (std::vector<std::string>{own.bridge, "--agent", "x"}));
        QCOMPARE(Destination::ofThisProgram("/p/./q/", "u").profile, std::string("/p/q"));
    }

private:
    static void eachAgent()
    {
        QTest::addColumn<QString>("agent");
        for (const Agent &agent : agents()) {
            const QString id = text(std::string(agent.id));
            QTest::newRow(qPrintable(id)) << id;
        }
    }

    // "codex-crlf.toml" is Codex's.
    static const Agent *agentOf(const QString &sample)
    {
        for (const Agent &agent : agents()) {
            if (sample.startsWith(text(std::string(agent.id))))
                return &agent;
        }
        qFatal("Whose is %s?", qPrintable(sample));
        return nullptr;
    }

    // Samples in which the line with the container itself has to grow.
    static QStringList oneLineContainer(const QString &sample)
    {
        const std::string before = Machine::sample(sample);
        const QStringList lines = text(before).split(QLatin1Char('\n'));
        if (sample == QLatin1String("claude-code-minified.json")
            || sample == QLatin1String("cursor-one-line.json"))
            return {lines.first()};
        if (sample == QLatin1String("vscode-bom.json"))
            return {lines[1]}; // "servers": {}
        if (sample == QLatin1String("vscode-crlf.json"))
            return {lines[9]}; // } // no comma
        return {};
    }

    static void whatBelongsToRootIsRefused(const Machine &machine)
    {
        const QString file = text(machine.file("cursor"));
        QVERIFY(QFile::link(QStringLiteral("/etc/hosts"), file));
        QCOMPARE(machine.connector().describe("cursor")->state, AgentState::FileBroken);
        QVERIFY(!machine.connector().preview("cursor", Way::Bridge));
    }
};

QTEST_GUILESS_MAIN(TestConnector)
#include "tst_connector.moc"
