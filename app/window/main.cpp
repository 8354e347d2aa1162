// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"
#include "control/client.h"
#include "icons/icons.h"
#include "window/desklink.h"
#include "window/windows.h"

#include <QCommandLineParser>
#include <QFile>
#include <QFont>
#include <QGuiApplication>

#include <cstdio>
#include <memory>

namespace
{

/// Milliseconds since the kernel started this process, to 10 ms; or -1.
double processAge()
{
    constexpr int kStartTime = 19; // field 22; the first after the name is field 3 (proc(5))
    constexpr double kTicksPerSecond = 100;
    QFile stat(QStringLiteral("/proc/self/stat"));
    QFile uptime(QStringLiteral("/proc/uptime"));
    if (!stat.open(QIODevice::ReadOnly) || !uptime.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray line = stat.readAll();
    const auto fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    const double now = uptime.readAll().split(' ').value(0).toDouble();
    return (now - fields.value(kStartTime).toDouble() / kTicksPerSecond) * 1000;
}

void setUpFonts()
{
    QFont::insertSubstitutions(QStringLiteral("Inter"),
                               {QStringLiteral("Inter Variable"), QStringLiteral("Cantarell"),
                                QStringLiteral("Noto Sans"), QStringLiteral("sans-serif")});
    QFont::insertSubstitutions(QStringLiteral("JetBrains Mono"),
                               {QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
}

std::unique_ptr<Control::Client> connectTo(const QCommandLineParser &options)
{
    if (options.isSet(QStringLiteral("control-fd"))) {
        bool valid = false;
        const int descriptor = options.value(QStringLiteral("control-fd")).toInt(&valid);
        return valid ? Control::Client::onDescriptor(descriptor) : nullptr;
    }
    if (options.isSet(QStringLiteral("control-socket")))
        return Control::Client::toSocket(
            options.value(QStringLiteral("control-socket")).toStdString());
    return nullptr;
}

} // namespace

int main(int argc, char **argv)
{
    // Quickest and leanest for windows like these, and the same picture everywhere.
    if (!qEnvironmentVariableIsSet("QT_QUICK_BACKEND"))
        qputenv("QT_QUICK_BACKEND", "software");
    Base::installLogging();
    QGuiApplication app(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("turso-companion"));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Turso Companion"));
    QGuiApplication::setDesktopFileName(QStringLiteral("turso-companion"));
    QGuiApplication::setQuitOnLastWindowClosed(false);
    QCommandLineParser options;
    options.setApplicationDescription(
        QStringLiteral("The windows of Turso Companion. It starts this itself."));
    options.addHelpOption();
    options.addOptions({{QStringLiteral("control-fd"),
                         QStringLiteral("The line to the app, inherited."), QStringLiteral("N")},
                        {QStringLiteral("control-socket"),
                         QStringLiteral("The line to the app, by path."), QStringLiteral("PATH")},
                        {QStringLiteral("page"),
                         QStringLiteral("Open the main window there: live, agents or connections."),
                         QStringLiteral("PAGE")}});
    options.process(app);
    auto client = connectTo(options);
    if (!client) {
        std::fputs("turso-companion-window: needs --control-fd or --control-socket\n", stderr);
        return 2;
    }
    setUpFonts();
    Window::DeskLink link(std::move(client));
    Window::Windows windows(link);
    QObject::connect(&windows, &Window::Windows::finished, &app, &QCoreApplication::quit);
    QObject::connect(&windows, &Window::Windows::firstFrame, &app, [] {
        if (qEnvironmentVariableIntValue("TURSO_COMPANION_TIMING") == 1)
            std::fprintf(stderr, "first frame %.0f ms\n", processAge());
        QGuiApplication::setWindowIcon(Icons::appIcon());
    });
    windows.start(options.value(QStringLiteral("page")));
    return QGuiApplication::exec();
}
