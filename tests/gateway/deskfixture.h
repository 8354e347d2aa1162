// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/frontdesk.h"
#include "support/testcase.h"

#include <QFile>
#include <QTemporaryDir>

#include <deque>

/// The whole gateway over a connection, asked as the MCP server asks it.
class DeskFixture : public Support::TestCase
{
protected:
    /// What one request was told, in order.
    struct Asked {
        std::vector<Mcp::Outcome> outcomes = {};
        std::vector<Mcp::CallEvent> events = {};
        Mcp::Responder::CallId id = 0;

        template <typename T>
        const T *get() const
        {
            return outcomes.empty() ? nullptr : std::get_if<T>(&outcomes.back());
        }
        bool isDone() const { return !outcomes.empty(); }
        /// Of an error's data or of a tool's answer: `code`, or `status` where there is none.
        std::string code() const
        {
            std::string text;
            if (const auto *error = get<Mcp::RpcError>())
                text = error->data;
            if (const auto *result = get<Mcp::ToolResult>())
                text = result->structured;
            const auto json = Base::parseJson(text);
            if (!json)
                return {};
            return Base::stringMember(*json, "code")
                .value_or(Base::stringMember(*json, "status").value_or(std::string()));
        }
        std::string text() const
        {
            const auto *result = get<Mcp::ResourceResult>();
            return result ? result->contents.front().text : std::string();
        }
        bool isNotFound() const
        {
            const auto *error = get<Mcp::RpcError>();
            return error && error->code == Mcp::ErrorCode::kResourceNotFound;
        }
        std::vector<std::string> names() const
        {
            std::vector<std::string> names;
            if (const auto *list = get<Mcp::ResourceList>()) {
                for (const Mcp::ResourceDescription &one : list->resources)
                    names.push_back(one.uri);
            }
            if (const auto *completion = get<Mcp::Completion>())
                names = completion->values;
            return names;
        }
    };

    const Base::SystemClock m_clock;
    const Base::Clock *m_time = &m_clock; ///< of the desks that are opened from now on
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Gateway::OneConnection> m_connections;
    std::unique_ptr<Gateway::FrontDesk> m_desk;
    std::deque<Asked> m_asked;

    void setUp() override { m_folder = std::make_unique<QTemporaryDir>(); }
    void tearDown() override
    {
        m_desk.reset();
        m_asked.clear();
    }

    void openDesk(Turso::Platform &platform, const char *settings = nullptr)
    {
        m_desk.reset();
        m_connections = std::make_unique<Gateway::OneConnection>(platform);
        openDesk(*m_connections, settings);
    }

    void openDesk(Gateway::Connections &connections, const char *settings = nullptr)
    {
        m_desk.reset();
        if (settings) {
            QFile file(m_folder->filePath(QStringLiteral("settings.json")));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(settings);
        }
        m_desk = std::move(
            Gateway::FrontDesk::open(m_folder->path().toStdString(), "test", connections, *m_time)
                .value());
    }

    Mcp::Principal token(const char *permissions, std::vector<std::string> databases = {},
                         std::string group = {})
    {
        Gateway::GrantDraft draft;
        draft.agent = "codex";
        draft.permissions = Gateway::Permissions::parse(permissions).value();
        draft.databases = std::move(databases);
        draft.group = std::move(group);
        return *m_desk->authenticator().byBearer(m_desk->mintToken(draft)->token);
    }
    Mcp::Principal bridge(const char *agent = "claude")
    {
        Mcp::PeerProgram peer;
        peer.announced = agent;
        peer.parentExecutable = "/opt/claude";
        return m_desk->authenticator().byPeer(peer);
    }
    static Mcp::Caller caller(const Mcp::Principal &principal)
    {
        Mcp::Caller who;
        who.principal = principal;
        return who;
    }
    static Mcp::Responder::Reply replyTo(Asked &asked)
    {
        return [&asked](Mcp::Outcome outcome) {
            asked.outcomes.push_back(std::move(outcome));
        };
    }
    static Mcp::Responder::Report reportTo(Asked &asked)
    {
        return [&asked](Mcp::CallEvent event) {
            asked.events.push_back(std::move(event));
        };
    }

    Asked &list(const Mcp::Principal &principal)
    {
        Asked &asked = m_asked.emplace_back();
        asked.id = m_desk->resources().list(caller(principal), replyTo(asked));
        return asked;
    }
    Asked &read(const Mcp::Principal &principal, const std::string &uri)
    {
        Asked &asked = m_asked.emplace_back();
        Mcp::ResourceRead request;
        request.principal = principal;
        request.capabilities.tasks = true; // a read is never one
        request.uri = uri;
        asked.id = m_desk->resources().read(request, replyTo(asked), reportTo(asked));
        return asked;
    }
    Asked &complete(const Mcp::Principal &principal, const char *ref, const char *argument,
                    const std::string &value = {},
                    const std::map<std::string, std::string> &others = {})
    {
        Asked &asked = m_asked.emplace_back();
        Mcp::CompletionQuery query;
        query.principal = principal;
        query.ref = ref;
        query.argument = argument;
        query.value = value;
        query.others = others;
        const bool isTemplate = std::string_view(ref).starts_with("turso://");
        asked.id = isTemplate ? m_desk->resources().complete(query, replyTo(asked))
                              : m_desk->prompts().complete(query, replyTo(asked));
        return asked;
    }
    Asked &call(const Mcp::Principal &principal, const char *tool, const Base::Json &arguments,
                bool tasks = false, bool progress = false)
    {
        Asked &asked = m_asked.emplace_back();
        Mcp::ToolCall request;
        request.principal = principal;
        request.tool = tool;
        request.arguments = arguments;
        request.capabilities.tasks = tasks;
        request.reportsProgress = progress;
        asked.id = m_desk->toolGate().begin(request, replyTo(asked), reportTo(asked));
        return asked;
    }

    /// How it ended, as soon as it has.
    static std::string outcome(const Asked &asked)
    {
        return QTest::qWaitFor([&asked] { return asked.isDone(); }) ? asked.code() : "nothing";
    }
    /// The id of the open question, as soon as there is one.
    std::string question()
    {
        if (!QTest::qWaitFor([this] { return !m_desk->approvals().empty(); }))
            return {};
        return m_desk->approvals().front().id;
    }
    bool approve(const std::string &id) { return m_desk->approve(id, {}, {}).has_value(); }
    std::vector<Gateway::CallRecord> records(const char *filter)
    {
        const auto found = m_desk->calls(filter, 100);
        if (!QTest::qWaitFor([&found] { return found.isFinished(); }))
            return {};
        return found.result().value();
    }
};
