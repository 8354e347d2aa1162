// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "connect/connector.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <optional>
#include <string>

/// A computer of its own: a home, and nothing of the machine that the tests run on.
class Machine
{
public:
    explicit Machine(Connect::System system = Connect::System::Linux)
    {
        places.system = system;
        places.home = folder.path().toStdString() + "/home";
        places.config = places.home + "/config";
        places.local = system == Connect::System::Windows ? places.home + "/local" : places.config;
        destination.bridge = "/opt/turso-companion/bin/turso-companion-mcp";
        destination.profile = folder.path().toStdString() + "/profile";
        destination.endpoint = "http://127.0.0.1:7766/mcp";
        QDir().mkpath(QString::fromStdString(places.home));
    }

    Connect::Connector connector() const { return {places, destination, clock}; }
    std::string file(std::string_view agent) const
    {
        return Connect::configurationFile(*Connect::findAgent(agent), places);
    }
    /// Puts the bytes where that agent reads them.
    void give(std::string_view agent, const std::string &bytes) const { write(file(agent), bytes); }
    std::optional<std::string> bytes(std::string_view agent) const { return read(file(agent)); }
    QStringList backups() const
    {
        return QDir(QString::fromStdString(destination.profile + "/connected-agents"))
            .entryList(QDir::Files, QDir::Name);
    }

    static void write(const std::string &path, const std::string &bytes)
    {
        const QString name = QString::fromStdString(path);
        QDir().mkpath(QFileInfo(name).path());
        QFile out(name);
        if (!out.open(QIODevice::WriteOnly)
            || out.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
            qFatal("Could not write %s", path.c_str());
    }
    static std::optional<std::string> read(const std::string &path)
    {
        QFile in(QString::fromStdString(path));
        if (!in.open(QIODevice::ReadOnly))
            return std::nullopt;
        return in.readAll().toStdString();
    }
    static std::string sample(const QString &name)
    {
        const auto bytes = read(SOURCE_ROOT "/tests/connect/samples/" + name.toStdString());
        if (!bytes)
            qFatal("There is no sample %s", qPrintable(name));
        return *bytes;
    }

    QTemporaryDir folder;
    Connect::Places places;
    Connect::Destination destination;
    Base::SystemClock clock;
};
