// SPDX-License-Identifier: GPL-3.0-or-later
// What tst_keychain starts inside a session of its own: one thing done with the store, said in one
// line of JSON. keychain-try FOLDER write|read|remove|crowd ACCOUNT [SECRET|TIMEOUT]
#include "base/json.h"
#include "turso/signin/keychainstore.h"

#include <QCoreApplication>
#include <QThread>

#include <cstdio>
#include <thread>
#include <vector>

namespace
{

using Base::Json;

Json errorOf(const Base::Error &error)
{
    return {{"error", std::string(Base::wireCode(error.kind))},
            {"message", error.message},
            {"details", error.details}};
}

void say(const Json &line)
{
    std::printf("%s\n", Base::dumpJson(line).c_str());
    std::fflush(stdout);
}

/// Twenty secrets at once through three stores; how many of them can be read again.
void crowd(const std::string &folder)
{
    auto *owner = new QObject(QCoreApplication::instance());
    auto *stores = new std::vector<std::unique_ptr<Turso::KeychainStore>>;
    for (int i = 0; i < 3; ++i)
        stores->push_back(
            std::make_unique<Turso::KeychainStore>(Turso::KeychainStoreOptions{.folder = folder}));
    auto *left = new int(20);
    auto *good = new int(0);
    for (int i = 0; i < 20; ++i) {
        const Turso::SecretName name{"https://x.example", "account " + std::to_string(i)};
        auto &writer = *(*stores)[std::size_t(i) % 3];
        Base::whenDone(writer.write(name, Base::Secret("secret " + std::to_string(i))), owner,
                       [=](const auto &) {
                           auto &reader = *(*stores)[std::size_t(i + 1) % 3];
                           Base::whenDone(reader.read(name), owner, [=](const auto &read) {
                               *good += read
                                   && (*read)->revealForUse() == "secret " + std::to_string(i);
                               if (--*left == 0) {
                                   say({{"good", *good}});
                                   QCoreApplication::exit(0);
                               }
                           });
                       });
    }
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const std::string folder = arguments.value(1).toStdString();
    const QString what = arguments.value(2);
    const Turso::SecretName name{"https://api.turso.tech", arguments.value(3).toStdString()};
    if (what == u"crowd") {
        crowd(folder);
        return QCoreApplication::exec();
    }
    Turso::KeychainStoreOptions options{.folder = folder};
    if (const int patience = qEnvironmentVariableIntValue("PATIENCE_MS"); patience > 0)
        options.timeout = std::chrono::milliseconds(patience);
    // As in the app with a tray: who asks is not on the main thread.
    QThread gateway;
    QObject onGateway;
    onGateway.moveToThread(&gateway);
    std::unique_ptr<Turso::KeychainStore> store;
    const auto over = [&gateway](const Json &line) {
        Json more = line;
        more["on_gateway"] = QThread::currentThread() == &gateway;
        say(more);
        QCoreApplication::exit(0);
    };
    gateway.start();
    QMetaObject::invokeMethod(&onGateway, [&] {
        store = std::make_unique<Turso::KeychainStore>(options);
        if (what == u"write") {
            Base::whenDone(store->write(name, Base::Secret(arguments.value(4).toStdString())),
                           &onGateway, [&, over](const Base::Result<Turso::Kept> &kept) {
                               Json line = kept
                                   ? Json{{"in_keychain", kept->inKeychain}, {"why", kept->why}}
                                   : errorOf(kept.error());
                               Base::whenDone(store->read(name), &onGateway,
                                              [line, over](const auto &read) mutable {
                                                  line["read"]
                                                      = read ? (*read)->revealForUse() : "";
                                                  over(line);
                                              });
                           });
        } else if (what == u"read") {
            Base::whenDone(store->read(name), &onGateway, [over](const auto &read) {
                over(read ? Json{{"read", (*read)->revealForUse()}} : errorOf(read.error()));
            });
        } else {
            Base::whenDone(store->remove(name), &onGateway, [over](const auto &removed) {
                over(removed ? Json{{"removed", *removed}} : errorOf(removed.error()));
            });
        }
    });
    const int result = QCoreApplication::exec();
    QMetaObject::invokeMethod(
        &onGateway, [&store] { store.reset(); }, Qt::BlockingQueuedConnection);
    gateway.quit();
    gateway.wait();
    return result;
}
