// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/testcase.h"
#include "turso/cloud/cloud.h"
#include "turso/scriptedapi.h"

#include <QByteArray>
#include <QTemporaryDir>

/// A JWT with these claims, signed by nobody.
inline std::string unsignedJwt(const Base::Json &claims)
{
    const auto part = [](const std::string &text) {
        return QByteArray::fromStdString(text)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
            .toStdString();
    };
    return part(R"({"alg":"EdDSA","typ":"JWT"})") + '.' + part(Base::dumpJson(claims)) + '.'
        + part("signature");
}

inline std::shared_ptr<const Base::Secret> secretOf(const std::string &text)
{
    return std::make_shared<const Base::Secret>(text);
}

template <typename T>
std::string kindOf(const Base::Result<T> &result)
{
    return result ? "ok" : std::string(Base::wireCode(result.error().kind));
}
template <typename T>
std::string messageOf(const Base::Result<T> &result)
{
    return result ? "ok" : result.error().message + " | " + result.error().hint;
}

#define HOLDS(text, part)                                                                          \
    do {                                                                                           \
        const std::string held(text);                                                              \
        QVERIFY2(held.find(part) != std::string::npos, held.c_str());                              \
    } while (false)
/// QCOMPARE for JSON, which it cannot print.
#define SAME(a, b) QCOMPARE(Base::dumpJson(a), Base::dumpJson(b))

/// A connection to an organization `acme` whose API the test plays.
class CloudFixture : public Support::TestCase
{
protected:
    class StandingClock final : public Base::Clock
    {
    public:
        Base::Millis now() const override { return time; }
        Base::Millis time = 1'795'000'000'000; ///< 2026-11-18T11:06:40Z
    };

    static constexpr char kOrganization[] = "/v1/organizations/acme";
    StandingClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ScriptedApi> m_api;
    std::shared_ptr<const Base::Secret> m_token;
    std::vector<std::string> m_signedOut; ///< the sentences
    std::unique_ptr<Turso::Cloud> m_cloud;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_api = std::make_unique<ScriptedApi>();
        m_token = secretOf(unsignedJwt({{"jti", "t1"}, {"org_id", 26543}}));
        m_signedOut.clear();
        m_clock.time = 1'795'000'000'000;
        connectAgain();
    }
    void tearDown() override
    {
        m_cloud.reset();
        m_api.reset();
        m_folder.reset();
    }
    void connectAgain(const std::string &group = {})
    {
        m_cloud.reset();
        Turso::CloudOptions options;
        options.apiUrl = m_api->url();
        options.organization = "acme";
        options.group = group;
        options.token = [this] {
            return m_token;
        };
        options.signedOut = [this](const std::string &sentence) {
            m_signedOut.push_back(sentence);
        };
        options.folder = (m_folder->path() + QStringLiteral("/connection")).toStdString();
        options.clock = &m_clock;
        options.patience = std::chrono::milliseconds(100);
        m_cloud = std::make_unique<Turso::Cloud>(options);
    }

    std::string path(const std::string &rest) const { return kOrganization + rest; }
    static Base::Json record(const std::string &name, const Base::Json &parent = nullptr)
    {
        return {{"Name", name},
                {"DbId", "0eb771dd-6906-11ee-8553-eaa7715ae" + std::to_string(100 + name.size())},
                {"Hostname", name + "-acme.aws-us-east-1.turso.io"},
                {"group", "default"},
                {"primaryRegion", "aws-us-east-1"},
                {"parent", parent}};
    }
    static Base::Json configuration(const Base::Json &other = Base::Json::object())
    {
        Base::Json all = {{"size_limit", ""},
                          {"allow_attach", false},
                          {"block_reads", false},
                          {"block_writes", false},
                          {"delete_protection", false},
                          {"allowed_ips", Base::Json::array()},
                          {"allowed_aws_vpc_ids", Base::Json::array()}};
        all.update(other);
        return all;
    }
    /// A database that is there, with what belongs to it.
    void playDatabase(const std::string &name, const Base::Json &settings = Base::Json::object())
    {
        const std::string at = path("/databases/" + name);
        m_api->on("GET " + at, Base::Json{{"database", record(name)}});
        m_api->on("GET " + at + "/configuration", configuration(settings));
        m_api->on("GET " + at + "/usage",
                  Base::Json{{"database", {{"uuid", "x"}, {"usage", {{"storage_bytes", 4096}}}}}});
        m_api->on("GET " + path("/groups/default/configuration"),
                  Base::Json{{"delete_protection", false}});
    }
};
