// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/secretmarks.h"

#include "base/json.h"
#include "base/secret.h"

#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <mutex>

namespace Turso
{

using Base::Json;

namespace
{

constexpr qint64 kMostBytes = 1024 * 1024;

std::mutex &fileMutex()
{
    static std::mutex mutex;
    return mutex;
}

// A file that cannot be read is as none: the worst of it is a sign-in.
Json readFile(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    Json data = Json::object();
    if (file.open(QIODevice::ReadOnly)) {
        if (auto read = Base::parseJson(file.read(kMostBytes).toStdString());
            read && read->is_object())
            data = std::move(*read);
    }
    if (!Base::stringMember(data, "profile"))
        data["profile"] = Base::randomToken(9);
    if (!Base::member(data, "secrets").is_array())
        data["secrets"] = Json::array();
    return data;
}

Base::Result<void> writeFile(const std::string &path, const Json &data)
{
    QSaveFile file(QString::fromStdString(path));
    const QByteArray text = QByteArray::fromStdString(Base::dumpJson(data) + '\n');
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(text) != text.size() || !file.commit())
        return Base::fail(Base::ErrorKind::UpstreamError,
                          "The file " + path
                              + " cannot be written: " + file.errorString().toStdString() + '.',
                          "Make room on the disk, or see who may write there.");
    return {};
}

Json entryOf(const SecretName &name)
{
    return {{"issuer", name.issuer}, {"account", name.account}};
}

bool holds(const Json &data, const SecretName &name)
{
    const Json &list = data["secrets"];
    return std::find(list.begin(), list.end(), entryOf(name)) != list.end();
}

std::string keyIn(const Json &data, const SecretName &name)
{
    return name.account + " at " + name.issuer + " (" + *Base::stringMember(data, "profile") + ')';
}

} // namespace

SecretMarks::SecretMarks(std::string folder)
    : m_file(std::move(folder) + "/secrets.json")
{
}

bool SecretMarks::has(const SecretName &name) const
{
    const std::scoped_lock lock(fileMutex());
    return holds(readFile(m_file), name);
}

Base::Result<void> SecretMarks::set(const SecretName &name, bool isThere) const
{
    const std::scoped_lock lock(fileMutex());
    Json data = readFile(m_file);
    if (holds(data, name) == isThere)
        return {};
    Json &list = data["secrets"];
    if (isThere)
        list.push_back(entryOf(name));
    else
        list.erase(std::remove(list.begin(), list.end(), entryOf(name)), list.end());
    return writeFile(m_file, data);
}

std::optional<std::string> SecretMarks::keyOf(const SecretName &name) const
{
    const std::scoped_lock lock(fileMutex());
    if (!QFile::exists(QString::fromStdString(m_file)))
        return std::nullopt;
    return keyIn(readFile(m_file), name);
}

Base::Result<std::string> SecretMarks::makeKey(const SecretName &name) const
{
    const std::scoped_lock lock(fileMutex());
    const Json data = readFile(m_file);
    if (!QFile::exists(QString::fromStdString(m_file))) {
        if (auto written = writeFile(m_file, data); !written)
            return tl::unexpected(written.error());
    }
    return keyIn(data, name);
}

} // namespace Turso
