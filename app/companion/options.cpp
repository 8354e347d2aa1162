// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/options.h"

#include "base/socketpath.h"

#include <QCommandLineParser>

namespace Companion
{

Base::Result<Options> parseOptions(const QStringList &arguments)
{
    using namespace Qt::StringLiterals;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Lets desktop agents work on Turso databases under your eye."_s);
    parser.addOptions({
        {u"headless"_s, u"Serve without tray and windows; prints one line of JSON when ready."_s},
        {u"background"_s, u"Start in the tray without opening a window."_s},
        {u"profile"_s, u"Keep everything of this instance in DIR."_s, u"DIR"_s},
        {u"port"_s, u"Serve agents on this port of 127.0.0.1 and ::1; 0 takes a free one."_s,
         u"N"_s},
        {u"operator-key-file"_s,
         u"Lets turso-companionctl decide when it shows the same key (a file only you can read)."_s,
         u"FILE"_s},
        {{u"h"_s, u"help"_s}, u"Show this."_s},
        {{u"v"_s, u"version"_s}, u"Show the version."_s},
    });
    const auto wrong = [](const QString &sentence) {
        return Base::fail(Base::ErrorKind::InvalidArgument, sentence.toStdString(),
                          "turso-companion --help shows the options.");
    };
    if (!parser.parse(arguments))
        return wrong(parser.errorText() + u'.');
    if (!parser.positionalArguments().isEmpty())
        return wrong(u"\"%1\" is not an option."_s.arg(parser.positionalArguments().constFirst()));

    Options options;
    options.headless = parser.isSet(u"headless"_s);
    options.background = parser.isSet(u"background"_s);
    options.operatorKeyFile = parser.value(u"operator-key-file"_s).toStdString();
    if (parser.isSet(u"help"_s))
        options.print = parser.helpText().toStdString();
    if (parser.isSet(u"version"_s))
        options.print = std::string("turso-companion ") + COMPANION_VERSION + "\n";
    if (parser.isSet(u"profile"_s)) {
        if (parser.value(u"profile"_s).isEmpty())
            return wrong(u"--profile needs a folder."_s);
        options.profile = Base::normalizedProfile(parser.value(u"profile"_s).toStdString());
    }
    if (parser.isSet(u"port"_s)) {
        bool isNumber = false;
        const ushort port = parser.value(u"port"_s).toUShort(&isNumber);
        if (!isNumber)
            return wrong(u"--port needs a number from 0 to 65535."_s);
        options.port = port;
    }
    return options;
}

} // namespace Companion
