// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/routes.h"
#include "turso/platformapi/service.h"
#include "turso/workspacefixture.h"

#include <fstream>

/// QCOMPARE for JSON, which it cannot print.
#define SAME(a, b) QCOMPARE(Base::dumpJson(a), Base::dumpJson(b))

/// A clock that stands still until it is told otherwise.
class StandingClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return time; }
    Base::Millis time = 1'795'000'000'500; ///< in 2026
};

/// The Platform API over a workspace with the one database "db". What it answers is written down
/// for the check against Turso's description (tests/peers/openapi.mjs) where
/// PLATFORM_RECORD_FOLDER says so.
class PlatformApiFixture : public WorkspaceFixture
{
protected:
    struct Said {
        int status = 0;
        Base::Json body;
        std::string error() const { return Base::stringMember(body, "error").value_or(""); }
    };

    StandingClock m_clock;
    std::unique_ptr<Turso::PlatformApi::Access> m_access;
    std::unique_ptr<Turso::PlatformApi::Service> m_service;
    std::string m_token;

    void setUp() override
    {
        WorkspaceFixture::setUp();
        open();
        QCOMPARE(create("db", {}), std::string());
        serve();
        auto minted = m_access->mint({.name = "all", .organization = "local"});
        QVERIFY(minted);
        m_token = minted->secret;
    }
    void tearDown() override
    {
        m_service.reset();
        m_access.reset();
        WorkspaceFixture::tearDown();
    }
    void serve()
    {
        auto access = Turso::PlatformApi::Access::open(folder(), m_clock);
        QVERIFY2(access, access ? "" : access.error().message.c_str());
        m_access = std::move(*access);
        m_service = std::make_unique<Turso::PlatformApi::Service>(*m_workspace, *m_access, m_clock);
        m_service->setHostSuffix("localhost:7");
    }
    void restart()
    {
        m_service.reset();
        m_access.reset();
        open();
        serve();
    }

    Said send(const Turso::PlatformApi::Request &request)
    {
        std::optional<Turso::PlatformApi::Answer> answer;
        m_service->handle(request, [&answer](const Turso::PlatformApi::Answer &said) {
            if (answer)
                qWarning("answered twice");
            answer = said;
        });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 10'000))
            return {};
        const auto body = Base::parseJson(answer->body);
        Said said{answer->status, body ? *body : Base::Json("not JSON: " + answer->body)};
        record(request, said);
        return said;
    }
    Said ask(const std::string &method, const std::string &target, const std::string &body = {},
             const std::string &token = {})
    {
        return send({method, target, "Bearer " + (token.empty() ? m_token : token), "test", body});
    }
    /// What must work.
    Base::Json get(const std::string &target) { return worked(ask("GET", target)); }
    Base::Json post(const std::string &target, const Base::Json &body = Base::Json::object())
    {
        return worked(ask("POST", target, Base::dumpJson(body)));
    }
    Base::Json patch(const std::string &target, const Base::Json &body)
    {
        return worked(
            ask("PATCH", target, body.is_null() ? std::string("{}") : Base::dumpJson(body)));
    }
    static std::string text(const Base::Json &object, const char *key)
    {
        return Base::stringMember(object, key).value_or("no text");
    }

private:
    static Base::Json worked(const Said &said)
    {
        if (said.status != 200)
            qWarning("%d %s", said.status, Base::dumpJson(said.body).c_str());
        return said.body;
    }
    static void record(const Turso::PlatformApi::Request &request, const Said &said)
    {
        static std::ofstream file;
        static const bool isOn = [] {
            const QByteArray folder = qgetenv("PLATFORM_RECORD_FOLDER");
            if (folder.isEmpty())
                return false;
            const std::string start
                = folder.toStdString() + '/' + QCoreApplication::applicationName().toStdString();
            file.open(start + ".jsonl");
            std::ofstream routes(start + ".routes");
            for (const Turso::PlatformApi::Route &route : Turso::PlatformApi::routes())
                routes << route.method << ' ' << route.pattern << '\n';
            return file.is_open();
        }();
        if (!isOn)
            return;
        std::map<std::string, std::string, std::less<>> parameters;
        const auto target = Turso::PlatformApi::Target::parse(request.target);
        const auto *route = target
            ? Turso::PlatformApi::findRoute(request.method, target->segments, parameters)
            : nullptr;
        if (route != nullptr)
            file << Base::dumpJson({{"route", std::string(route->method) + ' ' + route->pattern},
                                    {"status", said.status},
                                    {"body", said.body}})
                 << std::endl;
    }
};
