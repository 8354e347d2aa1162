// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/serversql.h"

#include "turso/libsqlserver/chain.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/sqlclient/hranatext.h"

#include <QByteArray>

#include <utility>

namespace Turso::SelfHosted
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;

namespace
{

Json executing(const std::string &sql)
{
    return {{"type", "execute"}, {"stmt", {{"sql", sql + " " + std::string(Remote::kOwnMark)}}}};
}

std::string textOf(const Json &value)
{
    const Json &content = Base::member(value, "value");
    return content.is_string() ? content.get<std::string>()
        : content.is_number()  ? Base::dumpJson(content)
                               : std::string();
}

Base::Error errorIn(const Json &result)
{
    const Json &error = Base::member(result, "error");
    const std::string message = Base::stringMember(error, "message").value_or("no reason given");
    const std::string code = Base::stringMember(error, "code").value_or("");
    if (code == "BLOCKED")
        return {ErrorKind::ReadOnlyMode, message};
    return {ErrorKind::SqlError, message, {}, Base::dumpJson({{"engine_code", code}})};
}

/// The rows of the results from `first` on, as many as asked.
Result<std::vector<Rows>> rowsIn(const Json &answer, std::size_t count)
{
    const Json &results = Base::member(answer, "results");
    if (!results.is_array() || results.size() < count)
        return malformed("a result of SQL", "unknown");
    std::vector<Rows> all;
    for (std::size_t i = 0; i < count; ++i) {
        if (Base::stringMember(results[i], "type") != "ok")
            return tl::unexpected(errorIn(results[i]));
        const Json &result = Base::member(Base::member(results[i], "response"), "result");
        Rows rows;
        for (const Json &row : Base::member(result, "rows")) {
            std::vector<std::string> values;
            if (row.is_array()) {
                for (const Json &value : row)
                    values.push_back(textOf(value));
            }
            rows.push_back(std::move(values));
        }
        all.push_back(std::move(rows));
    }
    return all;
}

std::string quotedName(const std::string &name)
{
    std::string text = "\"";
    for (const char c : name)
        text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
}

} // namespace

std::string namespaceField(const std::string &name)
{
    return QByteArray::fromStdString(name)
        .toBase64(QByteArray::Base64Encoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

ServerSql::ServerSql(const std::string &url, std::shared_ptr<const Base::Secret> token)
    : m_api(url)
{
    if (token && !token->isEmpty())
        m_authorization = std::make_shared<const Base::Secret>("Bearer " + token->revealForUse());
}

Base::Pending<std::string> ServerSql::version()
{
    ApiRequest request;
    request.path = "/version";
    return Base::mapped(m_api.send(std::move(request)),
                        [](const Result<ApiAnswer> &answer) -> Result<std::string> {
                            if (!answer)
                                return tl::unexpected(answer.error());
                            if (answer->status == 200 && answer->body.starts_with("sqld ")
                                && answer->body.size() < 200)
                                return answer->body.substr(0, answer->body.find('\n'));
                            return fail(ErrorKind::UpstreamError,
                                        "What answers at this address is not libsql-server.",
                                        "Give the address of sqld's --http-listen-addr.",
                                        R"({"outcome":"not_run"})");
                        });
}

Base::Pending<bool> ServerSql::exists(const std::string &name, bool withToken)
{
    ApiRequest request;
    request.method = "POST";
    request.path = "/v2/pipeline";
    request.headers = {{"x-namespace-bin", namespaceField(name)}};
    request.body = R"({"requests":[{"type":"close"}]})";
    if (withToken)
        request.authorization = m_authorization;
    return Base::mapped(m_api.send(std::move(request)),
                        [](const Result<ApiAnswer> &answer) -> Result<bool> {
                            if (!answer)
                                return tl::unexpected(answer.error());
                            const auto error = sqlError(*answer);
                            if (!error || error->kind == ErrorKind::Unauthorized)
                                return true;
                            if (error->kind == ErrorKind::NotFound)
                                return false;
                            return tl::unexpected(*error);
                        });
}

Base::Pending<Json> ServerSql::pipeline(const std::string &name, Json requests,
                                        const std::string &baton, bool withToken)
{
    ApiRequest request;
    request.method = "POST";
    request.path = "/v2/pipeline";
    if (!name.empty())
        request.headers = {{"x-namespace-bin", namespaceField(name)}};
    if (withToken)
        request.authorization = m_authorization;
    Json body = {{"requests", std::move(requests)}};
    if (!baton.empty())
        body["baton"] = baton;
    request.body = Base::dumpJson(body);
    return Base::mapped(m_api.send(std::move(request)),
                        [](const Result<ApiAnswer> &answer) -> Result<Json> {
                            if (!answer)
                                return tl::unexpected(answer.error());
                            if (auto error = sqlError(*answer))
                                return tl::unexpected(std::move(*error));
                            auto json = Base::parseJson(answer->body);
                            if (!json || !json->is_object())
                                return malformed("a result of SQL", "unknown");
                            return std::move(*json);
                        });
}

Base::Pending<std::vector<Rows>>
ServerSql::run(const std::string &name, const std::vector<std::string> &statements, bool withToken)
{
    Json requests = Json::array();
    for (const std::string &sql : statements)
        requests.push_back(executing(sql));
    requests.push_back({{"type", "close"}});
    return Base::mapped(
        pipeline(name, std::move(requests), {}, withToken),
        [count = statements.size()](const Result<Json> &answer) -> Result<std::vector<Rows>> {
            if (!answer)
                return tl::unexpected(answer.error());
            return rowsIn(*answer, count);
        });
}

Base::Pending<bool> ServerSql::touch(const std::string &name)
{
    // Under the writer's lock: nobody changes the number between reading and writing it.
    Json begin = Json::array({executing("BEGIN IMMEDIATE"), executing("PRAGMA user_version")});
    return after<bool>(
        pipeline(name, std::move(begin), {}, true), &m_api, [this, name](const Json &begun) {
            const auto rows = rowsIn(begun, 2);
            const auto baton = Base::stringMember(begun, "baton");
            if (!rows)
                return Base::readyNow<bool>(tl::unexpected(rows.error()));
            const Rows &version = (*rows)[1];
            if (!baton || version.size() != 1 || version[0].size() != 1
                || version[0][0].find_first_not_of("-0123456789") != std::string::npos)
                return Base::readyNow<bool>(malformed("a result of SQL", "not_run"));
            Json end = Json::array({executing("PRAGMA user_version = " + version[0][0]),
                                    executing("COMMIT"),
                                    {{"type", "close"}}});
            return Base::mapped(pipeline(name, std::move(end), *baton, true),
                                [](const Result<Json> &ended) -> Result<bool> {
                                    if (!ended)
                                        return tl::unexpected(ended.error());
                                    const auto done = rowsIn(*ended, 2);
                                    if (!done)
                                        return tl::unexpected(done.error());
                                    return true;
                                });
        });
}

Base::Pending<TableCounts> ServerSql::counts(const std::string &name)
{
    // What a virtual table holds stands in tables of its own.
    const std::string tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT "
                               "LIKE 'sqlite~_%' ESCAPE '~' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    return after<TableCounts>(run(name, {tables}), &m_api,
                              [this, name](const std::vector<Rows> &found) {
                                  std::vector<std::string> names;
                                  for (const auto &row : found.front()) {
                                      if (!row.empty())
                                          names.push_back(row.front());
                                  }
                                  return countsOf(name, names);
                              });
}

Base::Pending<TableCounts> ServerSql::countsOf(const std::string &name,
                                               const std::vector<std::string> &tables)
{
    std::vector<std::string> statements = {"BEGIN"}; // one state for all
    for (const std::string &table : tables)
        statements.push_back("SELECT count(*) FROM " + quotedName(table));
    statements.push_back("COMMIT");
    return Base::mapped(run(name, statements),
                        [tables](const Result<std::vector<Rows>> &found) -> Result<TableCounts> {
                            if (!found)
                                return tl::unexpected(found.error());
                            TableCounts counts;
                            for (std::size_t i = 0; i < tables.size(); ++i) {
                                const Rows &rows = (*found)[i + 1];
                                counts[tables[i]]
                                    = rows.empty() || rows[0].empty() ? "" : rows[0][0];
                            }
                            return counts;
                        });
}

} // namespace Turso::SelfHosted
