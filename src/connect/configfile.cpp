// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/configfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace Connect
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

constexpr int kMostLinks = 16;

// Where a chain of links leads, also if there is nothing; empty for a circle.
QString followed(const QString &path)
{
    QString at = path;
    for (int i = 0; i < kMostLinks; ++i) {
        const QFileInfo file(at);
        if (!file.isSymbolicLink())
            return at;
        at = QDir::cleanPath(file.symLinkTarget());
    }
    return {};
}

bool isSomebodyElses(const QFileInfo &file)
{
#ifdef Q_OS_UNIX
    return file.ownerId() != geteuid();
#else
    return false;
#endif
}

Result<void> unchanged(const ConfigFile &before)
{
    const auto now = readConfigFile(before.path);
    if (!now)
        return tl::unexpected(now.error());
    if (now->exists == before.exists && now->bytes == before.bytes && now->target == before.target)
        return {};
    return fail(ErrorKind::ImpactChanged, before.path + " has changed in the meantime.",
                "Nothing was written. Look at the change again.");
}

// The folders that are missing above `path`, outermost first.
std::vector<std::string> missingFolders(const QString &path)
{
    std::vector<std::string> missing;
    for (QString folder = QFileInfo(path).path(); !QFileInfo::exists(folder);
         folder = QFileInfo(folder).path())
        missing.insert(missing.begin(), folder.toStdString());
    return missing;
}

QString nearestFolder(const QString &path)
{
    QString folder = QFileInfo(path).path();
    while (!QFileInfo::exists(folder) && folder != QFileInfo(folder).path())
        folder = QFileInfo(folder).path();
    return folder;
}

} // namespace

Result<ConfigFile> readConfigFile(const std::string &path)
{
    ConfigFile file;
    file.path = path;
    const QString target = followed(QString::fromStdString(path));
    if (target.isEmpty())
        return fail(ErrorKind::Internal, path + " is a link that leads in a circle.");
    file.target = target.toStdString();
    const QFileInfo info(target);
    file.exists = info.exists();
    if (!file.exists)
        return file;
    if (!info.isFile())
        return fail(ErrorKind::Internal, path + " is not a file.");
    if (info.size() > kMostConfigBytes)
        return fail(ErrorKind::Internal, path + " is larger than 16 MB.");
    QFile source(target);
    if (!source.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Internal,
                    path + " cannot be read: " + source.errorString().toStdString() + '.');
    file.bytes = source.read(kMostConfigBytes).toStdString();
    if (source.error() != QFileDevice::NoError)
        return fail(ErrorKind::Internal,
                    path + " cannot be read: " + source.errorString().toStdString() + '.');
    return file;
}

Result<void> checkWritable(const ConfigFile &file)
{
    const QString target = QString::fromStdString(file.target);
    const QFileInfo info(target);
    if (info.exists() && isSomebodyElses(info))
        return fail(ErrorKind::Protected, file.target + " belongs to another user.",
                    "Make the change as that user.");
    // Not isWritable(): to root everything is.
    if (info.exists() && !info.permissions().testFlag(QFile::WriteOwner))
        return fail(ErrorKind::Protected, file.target + " is read-only.",
                    "Allow writing to it if that is not on purpose, and try again.");
    const QFileInfo folder(nearestFolder(target));
    if (!folder.isDir() || !folder.isWritable()
        || !folder.permissions().testAnyFlags(QFile::WriteOwner | QFile::WriteGroup
                                              | QFile::WriteOther))
        return fail(ErrorKind::Protected,
                    "Nothing can be written to the folder " + folder.filePath().toStdString()
                        + '.');
    return {};
}

Result<std::vector<std::string>> writeConfigFile(const ConfigFile &before, std::string_view bytes)
{
    if (auto same = unchanged(before); !same)
        return tl::unexpected(same.error());
    if (auto may = checkWritable(before); !may)
        return tl::unexpected(may.error());
    const QString target = QString::fromStdString(before.target);
    std::vector<std::string> made = missingFolders(target);
    if (!QDir().mkpath(QFileInfo(target).path()))
        return fail(ErrorKind::Internal,
                    "Could not make the folder " + QFileInfo(target).path().toStdString() + '.');
    QSaveFile file(target); // takes over the permissions of what is there
    bool good = file.open(QIODevice::WriteOnly);
    if (good && !before.exists)
        good = file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    good = good
        && file.write(bytes.data(), static_cast<qint64>(bytes.size()))
            == static_cast<qint64>(bytes.size());
    // Once more, as late as possible.
    if (auto same = good ? unchanged(before) : Result<void>(); !same) {
        file.cancelWriting();
        return tl::unexpected(same.error());
    }
    if (!good || !file.commit())
        return fail(ErrorKind::Internal,
                    "Could not write " + before.target + ": " + file.errorString().toStdString()
                        + '.',
                    "The file is as it was.");
    return made;
}

Result<void> removeConfigFile(const ConfigFile &before, const std::vector<std::string> &folders)
{
    if (auto same = unchanged(before); !same)
        return same;
    if (!QFile::remove(QString::fromStdString(before.target)))
        return fail(ErrorKind::Internal, "Could not remove " + before.target + '.');
    for (auto it = folders.rbegin(); it != folders.rend(); ++it)
        QDir().rmdir(QString::fromStdString(*it)); // only if it is empty
    return {};
}

} // namespace Connect
