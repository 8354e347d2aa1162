// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"
#include "turso/platformapi/access.h"

#include <QFile>
#include <QSaveFile>
#include <QString>

#include <algorithm>
#include <utility>

// How Access is kept.

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;

namespace
{

constexpr qint64 kMostBytes = 16LL * 1024 * 1024;

std::string accessFile(const std::string &folder)
{
    return folder + "/access.json";
}

Json toJson(const ApiToken &token)
{
    return {{"id", token.id},
            {"name", token.name},
            {"organization", token.organization},
            {"group_id", token.groupId},
            {"scopes", token.scopes.names()},
            {"created_at", token.createdAt},
            {"sha256", token.hash}};
}

std::optional<ApiToken> tokenFrom(const Json &object)
{
    std::vector<std::string> names;
    for (const Json &name : Base::member(object, "scopes"))
        names.push_back(name.is_string() ? name.get<std::string>() : std::string());
    const auto scopes = Scopes::parse(names);
    ApiToken token;
    token.id = Base::stringMember(object, "id").value_or("");
    token.name = Base::stringMember(object, "name").value_or("");
    token.organization = Base::stringMember(object, "organization").value_or("");
    const auto group = Base::stringMember(object, "group_id");
    token.createdAt = Base::integerMember(object, "created_at").value_or(0);
    token.hash = Base::stringMember(object, "sha256").value_or("");
    // A group that was lost would make the token one for everything.
    if (!scopes || !group || token.id.empty() || token.hash.size() != 64)
        return std::nullopt;
    token.groupId = *group;
    token.scopes = *scopes;
    return token;
}

/// Null if there is no such file.
Base::Result<Json> contentOf(const std::string &file)
{
    QFile source(QString::fromStdString(file));
    if (!source.exists())
        return Json();
    const bool opened = source.open(QIODevice::ReadOnly) && source.size() <= kMostBytes;
    auto state = Base::parseJson(opened ? source.readAll().toStdString() : std::string());
    if (!state || !state->is_object())
        return fail(ErrorKind::Internal, "The workspace's tokens in " + file + " cannot be read.",
                    "Remove the file: its tokens end, and the switch is off.");
    return state;
}

Access::Switch switchFrom(const Json &state)
{
    const Json &serving = Base::member(state, "serving");
    const auto port = Base::integerMember(serving, "port").value_or(0);
    return {Base::boolMember(serving, "on").value_or(false),
            static_cast<std::uint16_t>(port > 0 && port < 65536 ? port : 0)};
}

} // namespace

Base::Result<std::unique_ptr<Access>> Access::open(std::string folder, const Base::Clock &clock)
{
    auto key = SigningKey::open(folder + "/signing.key");
    if (!key)
        return tl::unexpected(std::move(key).error());
    std::unique_ptr<Access> access(new Access(std::move(folder), clock, std::move(*key)));
    if (auto done = access->read(); !done)
        return tl::unexpected(std::move(done).error());
    return access;
}

Access::Switch Access::savedSwitch(const std::string &folder)
{
    const auto state = contentOf(accessFile(folder));
    if (!state) {
        qCWarning(logWorkspace, "%s", state.error().message.c_str());
        return {};
    }
    return switchFrom(*state);
}

Base::Result<void> Access::read()
{
    auto state = contentOf(accessFile(m_folder));
    if (!state)
        return tl::unexpected(std::move(state).error());
    if (state->is_null()) {
        m_organizationId = newUuid();
        return save();
    }
    m_switch = switchFrom(*state);
    m_organizationId = Base::stringMember(*state, "organization_id").value_or(newUuid());
    for (const Json &object : Base::member(*state, "tokens")) {
        if (auto token = tokenFrom(object); token && m_tokens.size() < kMostTokens)
            m_tokens.push_back(std::move(*token));
    }
    m_newest = Base::integerMember(*state, "newest_rotation").value_or(0);
    const Json &rotations = Base::member(*state, "valid_from");
    if (rotations.is_object()) {
        for (const auto &[id, seconds] : rotations.items()) {
            if (!seconds.is_number_integer())
                continue;
            m_validFrom[id] = seconds.get<Base::Millis>();
            m_newest = std::max(m_newest, m_validFrom[id]);
        }
    }
    return {};
}

Base::Result<void> Access::save() const
{
    Json tokens = Json::array();
    for (const ApiToken &token : m_tokens)
        tokens.push_back(toJson(token));
    const Json state = {{"organization_id", m_organizationId},
                        {"serving", {{"on", m_switch.on}, {"port", m_switch.port}}},
                        {"tokens", std::move(tokens)},
                        {"newest_rotation", m_newest},
                        {"valid_from", m_validFrom}};
    const std::string file = accessFile(m_folder);
    QSaveFile out(QString::fromStdString(file));
    const QByteArray text = QByteArray::fromStdString(Base::dumpJson(state));
    if (!out.open(QIODevice::WriteOnly) || !out.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || out.write(text) != text.size() || !out.commit())
        return fail(ErrorKind::Internal, "Could not write " + file + ".",
                    "See whether the disk is full.");
    return {};
}

} // namespace Turso::PlatformApi
