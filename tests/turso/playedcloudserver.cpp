// SPDX-License-Identifier: GPL-3.0-or-later
// Turso Cloud, played, for other programs: played-turso-cloud FOLDER [ODDITIES] prints one line of
// JSON with its addresses and tokens, then {"minted": TOKEN} for each SQL token that it hands out.
// Each line of its standard input is JSON with something to happen once:
// {"method", "part", "status", "body", "type", "cut"}; it runs until that ends. ODDITIES is the sum
// of PlayedCloud's, 0 if not given.
#include "turso/playedcloud.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

namespace
{

void say(const Base::Json &json)
{
    std::printf("%s\n", Base::dumpJson(json).c_str());
    std::fflush(stdout);
}

PlayedCloud::Trick trickIn(const Base::Json &json)
{
    PlayedCloud::Trick trick;
    trick.method = Base::stringMember(json, "method").value_or("GET");
    trick.part = Base::stringMember(json, "part").value_or("");
    trick.status = static_cast<int>(Base::integerMember(json, "status").value_or(200));
    trick.body = Base::stringMember(json, "body").value_or("");
    trick.type = Base::stringMember(json, "type").value_or("application/json");
    trick.isCut = Base::member(json, "cut") == true;
    return trick;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "played-turso-cloud FOLDER [ODDITIES]\n");
        return 2;
    }
    PlayedCloud cloud(arguments[1].toStdString());
    cloud.setOddities(arguments.value(2).toUInt());
    cloud.onMinted = [](const std::string &token) {
        say({{"minted", token}});
    };
    say({{"api_url", cloud.apiUrl()},
         {"organization", PlayedCloud::organization()},
         {"group", "default"},
         {"token", cloud.token("organization")},
         {"group_token", cloud.token("group")},
         {"read_only_token", cloud.token("read-only")},
         {"no_sql_token", cloud.token("no-sql")},
         {"unscoped_token", cloud.token("unscoped")}});
    QByteArray heard;
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &app, [&cloud, &heard] {
        char bytes[4096];
        const auto size = read(STDIN_FILENO, bytes, sizeof bytes);
        if (size <= 0)
            return QCoreApplication::quit();
        heard.append(bytes, size);
        for (qsizetype end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
            if (const auto json = Base::parseJson(heard.first(end).toStdString()))
                cloud.play(trickIn(*json));
            heard.remove(0, end + 1);
        }
    });
    return QCoreApplication::exec();
}
