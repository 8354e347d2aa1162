// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/profile.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QStandardPaths>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace Companion
{

using Base::ErrorKind;

namespace
{

constexpr int kKeyBytes = 32;

QString folderFor(const std::string &path)
{
    if (!path.empty())
        return QString::fromStdString(path);
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/turso-companion");
}

} // namespace

Profile::Profile(std::string folder, std::string name, int lock)
    : m_folder(std::move(folder))
    , m_name(std::move(name))
    , m_lock(lock)
{
}

Profile::Profile(Profile &&other) noexcept
    : m_folder(std::move(other.m_folder))
    , m_name(std::move(other.m_name))
    , m_lock(std::exchange(other.m_lock, -1))
{
}

Profile::~Profile()
{
    if (m_lock >= 0)
        close(m_lock);
}

Base::Result<Profile> Profile::open(const std::string &path)
{
    const QString folder = folderFor(path);
    if (!QDir().mkpath(folder))
        return Base::fail(ErrorKind::Internal,
                          "Could not create the folder " + folder.toStdString() + ".",
                          "Choose another one with --profile.");
    const QByteArray native = QFile::encodeName(folder);
    chmod(native.constData(), 0700);
    const QByteArray lockFile = native + "/instance.lock";
    const int lock = ::open(lockFile.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return Base::fail(ErrorKind::Internal,
                          "Could not write into the folder " + folder.toStdString() + ".",
                          "Choose another one with --profile.");
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return Base::fail(ErrorKind::AlreadyExists,
                          "Turso Companion is running already for " + folder.toStdString() + ".");
    }
    return Profile(folder.toStdString(), path, lock);
}

Base::Result<std::string> Profile::sessionKey() const
{
    const QString path = QString::fromStdString(m_folder + "/session.key");
    QFile source(path);
    if (source.open(QIODevice::ReadOnly)) {
        const QByteArray key = source.readAll();
        if (key.size() == kKeyBytes)
            return key.toStdString();
    }
    std::array<quint32, kKeyBytes / 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    const QByteArray key(reinterpret_cast<const char *>(words.data()), kKeyBytes);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(key) != key.size() || !file.commit())
        return Base::fail(ErrorKind::Internal, "Could not write " + path.toStdString() + ".",
                          "See whether the disk is full.");
    return key.toStdString();
}

} // namespace Companion
