// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/app.h"

#include "base/logging.h"
#include "base/socketpath.h"
#include "companion/instance.h"
#include "companion/signals.h"
#include "companion/tray.h"
#include "companion/windowprocess.h"
#include "control/client.h"
#include "control/operatorkey.h"
#include "icons/icons.h"

#include <QApplication>
#include <QThread>

#include <cstdio>

namespace Companion
{

namespace
{

int report(const Base::Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "%s\n", error.hint.c_str());
    return 1;
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY")
        || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        || !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

// The app runs already: a person who starts it again wants to see it.
int showRunning(int argc, char *argv[], const Options &options, const Base::Error &error)
{
    if (options.background)
        return 0;
    if (options.headless)
        return report(error);
    QCoreApplication app(argc, argv);
    const auto client = Control::Client::toSocket(Base::controlSocketPath(options.profile));
    QObject::connect(client.get(), &Control::Client::closed, &app, [&app] { app.exit(1); });
    client->call("window.open", {{"page", "live"}},
                 [&app, &error](const auto &shown) { app.exit(shown ? 0 : report(error)); });
    return app.exec();
}

int runHeadless(int argc, char *argv[], std::unique_ptr<Instance> instance)
{
    QCoreApplication app(argc, argv);
    const TerminationSignals signals([&] { instance->stop(); });
    QObject::connect(instance.get(), &Instance::ready, &app, [](const QByteArray &line) {
        std::fputs(line.constData(), stdout);
        std::fflush(stdout);
    });
    QObject::connect(instance.get(), &Instance::failed, &app, [&app](const QString &sentence) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(sentence));
        app.exit(1);
    });
    QObject::connect(instance.get(), &Instance::stopped, &app, &QCoreApplication::quit);
    QMetaObject::invokeMethod(instance.get(), &Instance::start, Qt::QueuedConnection);
    const int code = app.exec();
    instance.reset();
    return code;
}

// Tray and window process on the GUI thread, the gateway on its own.
class Desktop : public QObject
{
public:
    Desktop(std::unique_ptr<Instance> instance, bool background)
        : m_instance(instance.release())
        , m_window([gateway = m_instance](int descriptor) {
            QMetaObject::invokeMethod(gateway,
                                      [gateway, descriptor] { gateway->adoptWindow(descriptor); });
        })
    {
        m_thread.setObjectName(QStringLiteral("gateway"));
        m_instance->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, m_instance, &QObject::deleteLater);
        connectInstance(background);
        connectTray();
        m_thread.start();
        QMetaObject::invokeMethod(m_instance, &Instance::start);
    }

    ~Desktop() override
    {
        m_thread.quit();
        m_thread.wait();
    }

    void stop(bool forGood = false)
    {
        QMetaObject::invokeMethod(m_instance, [this, forGood] { m_instance->stop(forGood); });
    }

private:
    void connectInstance(bool background)
    {
        connect(m_instance, &Instance::ready, this, [this, background] {
            if (!background)
                openPage(QStringLiteral("live"));
        });
        connect(m_instance, &Instance::failed, this, [](const QString &sentence) {
            std::fprintf(stderr, "%s\n", qUtf8Printable(sentence));
            QCoreApplication::exit(1);
        });
        connect(m_instance, &Instance::stopped, this, [] { QCoreApplication::quit(); });
        connect(m_instance, &Instance::snapshotChanged, &m_tray, &Tray::show);
        connect(m_instance, &Instance::windowNeeded, this, [this] { m_window.start(); });
        connect(m_instance, &Instance::windowRequested, this, &Desktop::openPage);
        connect(m_instance, &Instance::windowGone, this, [this](bool questionsWait) {
            if (questionsWait)
                m_window.startAgainSoon();
        });
    }

    void connectTray()
    {
        connect(&m_tray, &Tray::pageWanted, this, &Desktop::openPage);
        connect(&m_tray, &Tray::approvalsWanted, this, [this] { m_window.start(); });
        connect(&m_tray, &Tray::quitWanted, this, [this] { stop(true); });
        connect(&m_tray, &Tray::readOnlyWanted, m_instance, &Instance::setReadOnly);
    }

    void openPage(const QString &page)
    {
        if (!m_window.isRunning())
            return m_window.start(page);
        QMetaObject::invokeMethod(m_instance, [this, page] { m_instance->showWindow(page); });
    }

    QThread m_thread;
    Instance *m_instance; // on m_thread, which deletes it
    WindowProcess m_window;
    Tray m_tray;
};

int runDesktop(int argc, char *argv[], std::unique_ptr<Instance> instance, bool background)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("turso-companion"));
    QApplication::setApplicationDisplayName(QStringLiteral("Turso Companion"));
    QApplication::setDesktopFileName(QStringLiteral("turso-companion"));
    QApplication::setWindowIcon(Icons::appIcon());
    QApplication::setQuitOnLastWindowClosed(false);
    Desktop desktop(std::move(instance), background);
    const TerminationSignals signals([&desktop] { desktop.stop(); });
    return QApplication::exec();
}

} // namespace

int run(int argc, char *argv[], const Options &options)
{
    Base::Secret key;
    if (!options.operatorKeyFile.empty()) {
        auto read = Control::readOperatorKey(options.operatorKeyFile);
        if (!read)
            return report(read.error());
        key = std::move(*read);
    }
    auto profile = Profile::open(options.profile);
    if (!profile) {
        if (profile.error().kind == Base::ErrorKind::AlreadyExists)
            return showRunning(argc, argv, options, profile.error());
        return report(profile.error());
    }
    auto instance = std::make_unique<Instance>(std::move(*profile), options.port, std::move(key));
    if (options.headless)
        return runHeadless(argc, argv, std::move(instance));
    if (!hasDisplay()) {
        qCInfo(logDesktop,
               "There is no display, so there is no tray and no window: serving headless.");
        return runHeadless(argc, argv, std::move(instance));
    }
    return runDesktop(argc, argv, std::move(instance), options.background);
}

} // namespace Companion
