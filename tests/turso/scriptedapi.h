// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "http/server.h"
#include "support/await.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

using Support::awaited;

/// A web API that answers what a test has written down, and remembers what it was asked.
class ScriptedApi final : public Http::Handler
{
public:
    struct Said {
        std::string body = "{}";
        int status = 200;
        std::string type = "application/json";
        bool isCut = false; ///< the connection ends in the middle of it
        std::vector<std::pair<std::string, std::string>> fields = {};
    };
    struct Heard {
        std::string method;
        std::string target;
        std::string body;
        std::string authorization;
    };

    ScriptedApi()
    {
        m_server = std::make_unique<Http::Server>(Http::ServerOptions{});
        m_server->add(*this);
        m_port = m_server->listen().value_or(0);
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

    /// `request`: "GET /v1/x?y=z", or without its query for all that have none of their own. The
    /// answers come in turn, the last one again and again.
    void say(const std::string &request, std::vector<Said> answers)
    {
        m_said[request] = std::move(answers);
    }
    void on(const std::string &request, const Base::Json &body, int status = 200)
    {
        m_said[request] = {{.body = Base::dumpJson(body), .status = status}};
    }

    std::size_t count(const std::string &start) const
    {
        return static_cast<std::size_t>(
            std::count_if(heard.begin(), heard.end(), [&start](const Heard &one) {
                return (one.method + ' ' + one.target).starts_with(start);
            }));
    }
    /// The body of the last such request, or null.
    Base::Json body(const std::string &start) const
    {
        for (auto one = heard.rbegin(); one != heard.rend(); ++one) {
            if ((one->method + ' ' + one->target).starts_with(start))
                return Base::parseJson(one->body).value_or(Base::Json());
        }
        return {};
    }

    bool serves(const Http::Request &) const override { return true; }
    void serve(std::shared_ptr<Http::Exchange> exchange) override
    {
        const Http::Request &request = exchange->request();
        heard.push_back(
            {request.method, request.target, request.body, request.header("authorization")});
        const Said said = next(request);
        Http::Response response{said.status, said.type, said.body, said.fields};
        if (!said.isCut)
            return exchange->answer(std::move(response));
        exchange->begin(std::move(response));
        exchange->cut();
    }

    std::vector<Heard> heard;

private:
    Said next(const Http::Request &request)
    {
        auto found = m_said.find(request.method + ' ' + request.target);
        if (found == m_said.end())
            found = m_said.find(request.method + ' ' + request.path);
        if (found == m_said.end())
            return {R"({"error":"nothing is played for this"})", 404};
        std::vector<Said> &answers = found->second;
        Said said = answers.front();
        if (answers.size() > 1)
            answers.erase(answers.begin());
        return said;
    }

    std::map<std::string, std::vector<Said>> m_said;
    std::unique_ptr<Http::Server> m_server;
    int m_port = 0;
};
