// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/places.h"

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

namespace Played
{

/// A home folder with agents in it, gone with this object.
class AgentsHome final
{
public:
    AgentsHome();

    /// Files as people have them: most agents are there, one is not, one has a broken file.
    void furnish();
    /// Makes it the home of this process and of those that it starts.
    void moveIn() const;

    Connect::Places places() const;
    QString path(const QString &file) const { return m_folder.filePath(file); }
    void write(const QString &file, const QByteArray &bytes);
    QByteArray read(const QString &file) const;
    bool has(const QString &file) const;

private:
    QTemporaryDir m_folder;
};

} // namespace Played
