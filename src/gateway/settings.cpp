// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/settings.h"

#include "base/json.h"

#include <QFile>
#include <QString>

#include <functional>
#include <map>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Setter = std::function<bool(Settings &, const Base::Json &)>;

Setter duration(Base::Millis Settings::*member)
{
    return [member](Settings &settings, const Base::Json &value) {
        if (!value.is_string())
            return false;
        const auto parsed = Base::parseDuration(value.get<std::string>());
        if (parsed)
            settings.*member = *parsed;
        return parsed.has_value();
    };
}

template <typename T>
Setter count(T Settings::*member, long long least, long long most)
{
    return [=](Settings &settings, const Base::Json &value) {
        if (!value.is_number_integer())
            return false;
        const auto number = value.get<long long>();
        if (number < least || number > most)
            return false;
        settings.*member = static_cast<T>(number);
        return true;
    };
}

const std::map<std::string, Setter> &keys()
{
    static const std::map<std::string, Setter> kKeys = {
        {"approval_deadline", duration(&Settings::approvalDeadline)},
        {"approval_hold", duration(&Settings::approvalHold)},
        {"progress_hold", duration(&Settings::progressHold)},
        {"progress_every", duration(&Settings::progressEvery)},
        {"statement_timeout", duration(&Settings::statementTimeout)},
        {"max_result_bytes", count(&Settings::maxResultBytes, 1024, 8 * 1024 * 1024)},
        {"ask_above_rows", count(&Settings::askAboveRows, 0, 1'000'000'000)},
        {"max_open_calls", count(&Settings::maxOpenCalls, 1, 100'000)},
        {"max_open_approvals", count(&Settings::maxOpenApprovals, 1, 1'000)},
    };
    return kKeys;
}

} // namespace

Base::Result<Settings> readSettings(const std::string &file)
{
    QFile source(QString::fromStdString(file));
    Settings settings;
    if (!source.exists())
        return settings;
    if (!source.open(QIODevice::ReadOnly) || source.size() > 1024 * 1024)
        return Base::fail(ErrorKind::InvalidArgument, "Could not read " + file + ".");
    const auto parsed = Base::parseJson(source.readAll().toStdString());
    if (!parsed || !parsed->is_object())
        return Base::fail(ErrorKind::InvalidArgument, file + " is not a JSON object.");
    for (const auto &[key, value] : parsed->items()) {
        const auto setter = keys().find(key);
        if (setter == keys().end())
            return Base::fail(ErrorKind::InvalidArgument,
                              file + " has an unknown setting \"" + key + "\".");
        if (!setter->second(settings, value))
            return Base::fail(ErrorKind::InvalidArgument,
                              "The setting \"" + key + "\" in " + file
                                  + " has a value that cannot be used.",
                              "Durations are written \"45s\", \"5m\"; counts are whole numbers.");
    }
    return settings;
}

} // namespace Gateway
