// SPDX-License-Identifier: GPL-3.0-or-later
// Input: a script of an authorization server's life, one step in a line; the first character says
// which, see Life::play(). In what follows it, $1 to $9 stand for the clients so far, and $c $r $a
// $t for the last code, refresh token, access token and ticket. Nobody gets a code without a
// person's yes to that very client, no browser is sent anywhere but to a registered address, and
// what has been taken back is of no use to anybody.
#include "check.h"

#include "mcp/auth/authorizationserver.h"
#include "mcp/auth/redirect.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <unistd.h>

namespace
{

using namespace Mcp::Auth;
using Base::Json;

class Clock final : public Base::Clock
{
public:
    Base::Millis now() const override { return time; }
    Base::Millis time = 1'800'000'000'000;
};

class Life final : public ConsentDesk
{
public:
    Life()
        : m_file("/dev/shm/fuzz-signin-" + std::to_string(getpid()))
    {
        std::filesystem::remove(m_file);
        start();
    }
    ~Life() override { m_server.reset(); }

    void ask(const ConsentQuestion &question) override { m_questions.push_back(question); }
    void withdraw(const std::string &id) override
    {
        std::erase_if(m_questions, [&id](const auto &one) { return one.id == id; });
    }
    bool isLive(const std::string &grant) const override { return m_live.contains(grant); }

    void play(std::string_view line)
    {
        if (line.empty())
            return;
        const std::string text = filled(line.substr(1));
        switch (line.front()) {
        case 'R':
            return take(request("POST", "/register", {}, "application/json", text));
        case 'A':
            return take(request("GET", "/authorize", text, {}, {}));
        case 'W':
            return take(request("GET", "/authorize/wait", text, {}, {}));
        case 'T':
            return take(request("POST", "/token", {}, kForm, text));
        case 'V':
            return take(request("POST", "/revoke", {}, kForm, text));
        case 'Y':
            return decide(true);
        case 'N':
            return decide(false);
        case 'F':
            return forget();
        case 'P':
            m_clock.time += 20'000;
            return m_server->sweep();
        case 'L':
            return start();
        default:
            return;
        }
    }

private:
    static constexpr const char *kForm = "application/x-www-form-urlencoded";

    void start()
    {
        m_server.reset();
        m_questions.clear();
        m_server = std::make_unique<AuthorizationServer>(
            AuthorizationServerOptions{4711, m_file, std::string(32, 'k')}, *this, nullptr,
            m_clock);
        CHECK(m_server->load()); // it reads what it has written
    }

    std::string filled(std::string_view text) const
    {
        std::string whole;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char next = text[i] == '$' && i + 1 < text.size() ? text[i + 1] : '\0';
            const auto kept = m_kept.find(next);
            if (kept == m_kept.end()) {
                whole += text[i];
                continue;
            }
            whole += kept->second;
            ++i;
        }
        return whole;
    }

    static Request request(const char *method, const char *path, std::string query,
                           std::string type, std::string body)
    {
        return {method, path, std::move(query), "127.0.0.1:4711", std::move(type), std::move(body)};
    }

    void take(const Request &request)
    {
        const auto answered = std::make_shared<int>(0);
        std::function<void()> gone;
        m_server->serve(
            request,
            [this, answered, request](const Reply &reply) {
                CHECK(++*answered == 1);
                look(request, reply);
            },
            &gone);
        CHECK(*answered == 1 || request.path == "/authorize/wait");
    }

    void look(const Request &request, const Reply &reply)
    {
        static const std::set<int> kStatuses{200, 201, 302, 400, 401, 405, 410, 429};
        CHECK(kStatuses.contains(reply.status));
        const auto json = Base::parseJson(reply.body);
        const auto text = [&json](const char *key) {
            return json ? Base::stringMember(*json, key).value_or(std::string()) : std::string();
        };
        if (request.path == "/register" && reply.status == 201)
            noteClient(*json);
        for (const auto &[name, value] : reply.fields) {
            if (name == "Location" && !value.starts_with("/authorize/wait?ticket="))
                sentTo(value);
        }
        if (request.path == "/authorize/wait" && !text("location").empty())
            sentTo(text("location"));
        if (const auto at = reply.body.find("ticket=");
            request.path == "/authorize" && at != reply.body.npos)
            m_kept['t'] = reply.body.substr(at + 7, reply.body.find_first_of("\"&", at) - at - 7);
        if (request.path == "/token" && reply.status == 200)
            noteTokens(request, text("access_token"), text("refresh_token"));
    }

    void noteClient(const Json &client)
    {
        const std::string id = *Base::stringMember(client, "client_id");
        for (const Json &uri : Base::member(client, "redirect_uris")) {
            CHECK(redirectKind(uri.get<std::string>()) != RedirectKind::None);
            m_redirects.insert(uri.get<std::string>());
        }
        if (m_clients < 9)
            m_kept[static_cast<char>('1' + m_clients++)] = id;
    }

    /// "http://127.0.0.1:99/cb" -> "http", "127.0.0.1", "/cb"; the query belongs to the last.
    static std::array<std::string, 3> parts(const std::string &uri)
    {
        const std::size_t colon = uri.find("://");
        if (colon == uri.npos)
            return {uri.substr(0, uri.find(':')), {}, uri.substr(uri.find(':') + 1)};
        const std::size_t path = std::min(uri.find_first_of("/?", colon + 3), uri.size());
        std::string host = uri.substr(colon + 3, path - colon - 3);
        if (const auto port = host.rfind(':'); port != host.npos && host.back() != ']')
            host.resize(port);
        return {uri.substr(0, colon), host, uri.substr(path)};
    }
    void sentTo(const std::string &location)
    {
        const auto to = parts(location);
        CHECK(std::any_of(m_redirects.begin(), m_redirects.end(), [&to](const std::string &uri) {
            const auto known = parts(uri);
            return known[0] == to[0] && known[1] == to[1] && to[2].starts_with(known[2]);
        }));
        if (const auto code = location.find("code=");
            code != location.npos && location.find("error=") == location.npos) {
            CHECK(!m_agreed.empty());
            m_kept['c'] = location.substr(code + 5, location.find('&', code) - code - 5);
        }
    }

    void noteTokens(const Request &request, const std::string &access, const std::string &refresh)
    {
        const auto found = m_server->find(access);
        m_kept['a'] = access;
        m_kept['r'] = refresh;
        if (!found)
            return; // its grant has gone meanwhile
        const auto form = Form::parse(request.body);
        CHECK(form && m_agreed.contains({(*form)["client_id"], found->grantId}));
        CHECK(!m_forgotten.contains(found->grantId));
        m_access[access] = found->grantId;
    }

    void decide(bool isYes)
    {
        if (m_questions.empty())
            return;
        const ConsentQuestion question = m_questions.front();
        m_questions.pop_front();
        std::optional<Consent> consent;
        if (isYes) {
            consent = Consent{"grant_" + std::to_string(++m_grants), "db:read"};
            m_live.insert(consent->grantId);
            m_agreed.insert({question.client.id, consent->grantId});
        }
        m_server->decide(question.id, consent);
    }

    void forget()
    {
        if (m_live.empty())
            return;
        const std::string grant = *m_live.begin();
        m_live.erase(m_live.begin());
        m_forgotten.insert(grant);
        m_server->forgetGrant(grant);
        for (const auto &[access, of] : m_access)
            CHECK(of != grant || !m_server->find(access));
    }

    Clock m_clock;
    const std::string m_file;
    std::unique_ptr<AuthorizationServer> m_server;
    std::deque<ConsentQuestion> m_questions;
    std::set<std::string> m_redirects;
    std::set<std::string> m_live;
    std::set<std::string> m_forgotten;
    std::set<std::pair<std::string, std::string>> m_agreed; ///< client, grant
    std::map<std::string, std::string> m_access; ///< token -> grant
    std::map<char, std::string> m_kept;
    int m_clients = 0;
    int m_grants = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    constexpr std::size_t kSteps = 100;
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    static auto *const app = new QCoreApplication(argc, argv); // for timers
    static_cast<void>(app);
    QLoggingCategory::setFilterRules(QStringLiteral("*=false"));

    std::string_view script(reinterpret_cast<const char *>(data), size);
    Life life;
    for (std::size_t step = 0; step < kSteps && !script.empty(); ++step)
        life.play(Fuzz::takeLine(script));
    return 0;
}
