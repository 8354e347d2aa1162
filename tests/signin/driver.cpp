// SPDX-License-Identifier: GPL-3.0-or-later
// The app's sign-in by itself, for a test with a real browser: signin-driver RESOURCE
// [PATIENCE_MS]. Says each address that is to be opened, and then how it ended, in lines of JSON.
// Ends when its pages have been sent.
#include "base/json.h"
#include "turso/signin/cloudsignin.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace
{

void say(const Base::Json &line)
{
    std::printf("%s\n", Base::dumpJson(line).c_str());
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    Turso::CloudSignInOptions options;
    options.resource = QCoreApplication::arguments().value(1).toStdString();
    if (const int patience = QCoreApplication::arguments().value(2).toInt(); patience > 0)
        options.patience = std::chrono::milliseconds(patience);
    Turso::CloudSignIn signIn(options);
    QObject::connect(&signIn, &Turso::SignIn::ready, &signIn, [](const QString &url, qint64) {
        say({{"url", url.toStdString()}});
    });
    QObject::connect(&signIn, &Turso::SignIn::finished, &signIn,
                     [](const Base::Result<Turso::SignedIn> &outcome) {
                         if (outcome)
                             say({{"token", outcome->token->revealForUse()}});
                         else
                             say({{"error", std::string(Base::wireCode(outcome.error().kind))},
                                  {"message", outcome.error().message}});
                         QTimer::singleShot(3'500, &QCoreApplication::quit);
                     });
    signIn.start();
    return QCoreApplication::exec();
}
