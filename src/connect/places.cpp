// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/places.h"

#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>

namespace Connect
{

namespace
{

constexpr const char *kVariables[] = {"CODEX_HOME", "CLAUDE_CONFIG_DIR", "GEMINI_CLI_HOME"};

System thisSystem()
{
#if defined(Q_OS_WIN)
    return System::Windows;
#elif defined(Q_OS_MACOS)
    return System::MacOs;
#else
    return System::Linux;
#endif
}

std::string clean(const QString &path)
{
    return QDir::cleanPath(QDir::fromNativeSeparators(path)).toStdString();
}

// The pattern with its first word replaced, or nothing if that stands for nothing.
std::string beginning(const Places &places, std::string_view pattern)
{
    const auto replaced = [&](std::string_view word, const std::string &by) {
        return by.empty() ? std::string() : by + std::string(pattern.substr(word.size()));
    };
    if (pattern.starts_with("~/"))
        return replaced("~", places.home);
    if (pattern.starts_with("{config}"))
        return replaced("{config}", places.config);
    if (pattern.starts_with("{local}"))
        return replaced("{local}", places.local);
    if (pattern.starts_with('$')) {
        const auto word = pattern.substr(0, pattern.find('/'));
        const auto it = places.environment.find(word.substr(1));
        return it == places.environment.end() ? std::string() : replaced(word, it->second);
    }
    return std::string(pattern);
}

} // namespace

Places Places::ofThisMachine()
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto folder = [&](const char *variable, const QString &otherwise) {
        const QString value = environment.value(QString::fromLatin1(variable));
        return clean(QDir::isAbsolutePath(value) ? value : otherwise);
    };
    const QString home = QDir::homePath();
    Places places;
    places.system = thisSystem();
    places.home = clean(home);
    switch (places.system) {
    case System::Windows:
        places.config = folder("APPDATA", home + QStringLiteral("/AppData/Roaming"));
        places.local = folder("LOCALAPPDATA", home + QStringLiteral("/AppData/Local"));
        break;
    case System::MacOs:
        places.config = clean(home + QStringLiteral("/Library/Application Support"));
        places.local = places.config;
        break;
    case System::Linux:
        places.config = folder("XDG_CONFIG_HOME", home + QStringLiteral("/.config"));
        places.local = places.config;
        break;
    }
    for (const QString &each : environment.value(QStringLiteral("PATH"))
                                   .split(QDir::listSeparator(), Qt::SkipEmptyParts)) {
        if (QDir::isAbsolutePath(each))
            places.programs.push_back(clean(each));
    }
    // A program that a desktop has started sees little of the shell's PATH.
    if (places.system != System::Windows) {
        for (const char *each : {"/usr/local/bin", "/opt/homebrew/bin", "/snap/bin"})
            places.programs.emplace_back(each);
        places.programs.push_back(places.home + "/.local/bin");
    }
    for (const char *name : kVariables) {
        const QString value = environment.value(QString::fromLatin1(name));
        if (QDir::isAbsolutePath(value))
            places.environment.emplace(name, clean(value));
    }
    return places;
}

std::vector<std::string> Places::expand(std::string_view pattern) const
{
    const std::string path = beginning(*this, pattern);
    if (path.empty())
        return {};
    const auto star = path.find('*');
    if (star == std::string::npos)
        return {path};
    const auto slash = path.rfind('/', star);
    const auto rest = std::min(path.find('/', star), path.size());
    const QDir parent(QString::fromStdString(path.substr(0, slash)));
    const QString wildcard = QString::fromStdString(path.substr(slash + 1, rest - slash - 1));
    std::vector<std::string> found;
    for (const QString &name :
         parent.entryList({wildcard}, QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        found.push_back(path.substr(0, slash + 1) + name.toStdString() + path.substr(rest));
    return found;
}

std::string Places::findProgram(std::string_view name) const
{
    const std::vector<std::string_view> endings = system == System::Windows
        ? std::vector<std::string_view>{".exe", ".cmd"}
        : std::vector<std::string_view>{""};
    for (const std::string &folder : programs) {
        for (const std::string_view ending : endings) {
            std::string candidate = folder + '/' + std::string(name) + std::string(ending);
            const QFileInfo file(QString::fromStdString(candidate));
            if (file.isFile() && file.isExecutable())
                return candidate;
        }
    }
    return {};
}

} // namespace Connect
