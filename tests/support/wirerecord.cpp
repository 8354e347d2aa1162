// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/wirerecord.h"

#include "base/json.h"

#include <QCoreApplication>

#include <fstream>

namespace Support
{

using Base::Json;

namespace
{

std::ofstream *file()
{
    static std::ofstream s_file;
    static const bool s_on = [] {
        const QByteArray folder = qgetenv("WIRE_RECORD_FOLDER");
        if (folder.isEmpty())
            return false;
        const QString name = QCoreApplication::applicationName();
        s_file.open((folder + '/' + name.toUtf8() + '-'
                     + QByteArray::number(QCoreApplication::applicationPid()) + ".jsonl")
                        .toStdString(),
                    std::ios::app);
        return s_file.is_open();
    }();
    return s_on ? &s_file : nullptr;
}

} // namespace

void WireRecord::session(std::string_view id)
{
    const std::string_view payload = id.substr(0, id.find('.'));
    const auto json = Base::parseJson(
        QByteArray::fromBase64(QByteArray(payload.data(), qsizetype(payload.size())),
                               QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
            .toStdString());
    if (json)
        m_revision = Base::stringMember(*json, "v").value_or(m_revision);
}

void WireRecord::sent(std::string_view request)
{
    const auto json = Base::parseJson(request);
    if (!json || !file())
        return;
    if (json->is_array()) {
        for (const Json &one : *json)
            sent(one.dump());
        return;
    }
    const auto method = Base::stringMember(*json, "method");
    if (!json->is_object() || !json->contains("id") || !method)
        return;
    // JSON-RPC has ids with fractions, and they are answered; MCP's schemas have not.
    if ((*json)["id"].is_number_float())
        return;
    const Json &meta = Base::member(Base::member(*json, "params"), "_meta");
    std::string used = m_revision;
    if (!Base::member(meta, "io.modelcontextprotocol/protocolVersion").is_null())
        used = "2026-07-28";
    m_open[(*json)["id"].dump()] = {*method, used};
}

void WireRecord::received(std::string_view message)
{
    auto json = Base::parseJson(message);
    if (!json || !file())
        return;
    if (json->is_array()) {
        for (const Json &one : *json)
            received(one.dump());
        return;
    }
    Json line = {{"revision", m_revision}, {"method", nullptr}};
    const Json &meta = Base::member(Base::member(*json, "params"), "_meta");
    if (!Base::member(meta, "io.modelcontextprotocol/subscriptionId").is_null())
        line["revision"] = "2026-07-28";
    const auto asked = json->contains("method") || !json->contains("id")
        ? m_open.end()
        : m_open.find((*json)["id"].dump());
    if (asked != m_open.end()) {
        line["method"] = asked->second.method;
        line["revision"] = asked->second.revision;
        if (asked->second.method == "initialize") {
            m_revision = Base::stringMember(Base::member(*json, "result"), "protocolVersion")
                             .value_or(m_revision);
            line["revision"] = m_revision;
        }
    } else if (json->contains("result")) {
        return;
    }
    line["message"] = std::move(*json);
    *file() << Base::dumpJson(line) << std::endl;
}

} // namespace Support
