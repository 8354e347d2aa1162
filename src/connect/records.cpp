// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/records.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <algorithm>

namespace Connect
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr qsizetype kBackupsKept = 10;
constexpr QFile::Permissions kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace

std::string digestOf(std::string_view bytes)
{
    const QByteArray data
        = QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
    return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex().toStdString();
}

Records::Records(std::string folder)
    : m_folder(std::move(folder))
{
}

std::optional<Record> Records::find(std::string_view agent) const
{
    QFile file(text(pathOf(std::string(agent) + ".json")));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto json = Base::parseJson(file.readAll().toStdString());
    if (!json)
        return std::nullopt;
    Record record;
    record.agent = agent;
    record.file = Base::stringMember(*json, "file").value_or("");
    record.existed = Base::boolMember(*json, "existed").value_or(true);
    record.backup = Base::stringMember(*json, "backup").value_or("");
    record.written = Base::stringMember(*json, "written").value_or("");
    record.time = Base::integerMember(*json, "time").value_or(0);
    for (const Json &folder : Base::member(*json, "folders")) {
        if (folder.is_string())
            record.folders.push_back(folder.get<std::string>());
    }
    // A record that could lead anywhere else, or back to nothing, is none.
    if (record.file.empty() || record.written.empty() || record.existed == record.backup.empty()
        || record.backup.find('/') != std::string::npos)
        return std::nullopt;
    return record;
}

Result<void> Records::save(const Record &record) const
{
    const Json json
        = {{"file", record.file},       {"existed", record.existed}, {"backup", record.backup},
           {"written", record.written}, {"folders", record.folders}, {"time", record.time}};
    return write(record.agent + ".json", Base::dumpJson(json) + '\n');
}

void Records::forget(std::string_view agent) const
{
    QFile::remove(text(pathOf(std::string(agent) + ".json")));
}

Result<std::string> Records::backUp(std::string_view agent, std::string_view bytes,
                                    Base::Millis now) const
{
    // RFC 3339 without colons, which Windows allows in no name.
    std::string stamp = Base::toRfc3339(now);
    std::erase(stamp, ':');
    const std::string begin = std::string(agent) + '.' + stamp;
    std::string name = begin + ".before";
    for (int i = 2; QFile::exists(text(pathOf(name))); ++i)
        name = begin + '-' + std::to_string(i) + ".before";
    if (auto written = write(name, bytes); !written)
        return tl::unexpected(written.error());
    return name;
}

Result<std::string> Records::backup(const std::string &name) const
{
    QFile file(text(pathOf(name)));
    if (!file.open(QIODevice::ReadOnly))
        return Base::fail(ErrorKind::Internal, "The backup " + pathOf(name) + " cannot be read.");
    return file.readAll().toStdString();
}

Result<void> Records::write(const std::string &name, std::string_view bytes) const
{
    const QString folder = text(m_folder);
    if (!QDir().exists(folder)
        && !(QDir().mkpath(folder) && QFile::setPermissions(folder, kOwnerOnly | QFile::ExeOwner)))
        return Base::fail(ErrorKind::Internal, "Could not make the folder " + m_folder + '.');
    QSaveFile file(text(pathOf(name)));
    const auto size = static_cast<qint64>(bytes.size());
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(kOwnerOnly)
        || file.write(bytes.data(), size) != size || !file.commit())
        return Base::fail(ErrorKind::Internal, "Could not write " + pathOf(name) + '.',
                          "See whether the disk is full.");
    return {};
}

void Records::prune(std::string_view agent) const
{
    const auto record = find(agent);
    QDir folder(text(m_folder));
    // The stamp makes the order of names that of time.
    QStringList names = folder.entryList({text(agent) + QStringLiteral(".*.before")}, QDir::Files,
                                         QDir::Name | QDir::Reversed);
    for (const QString &name : names.mid(kBackupsKept)) {
        if (!record || name.toStdString() != record->backup)
            folder.remove(name);
    }
}

} // namespace Connect
