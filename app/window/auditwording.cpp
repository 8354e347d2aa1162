// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/auditwording.h"

#include "window/wording.h"

#include <QCoreApplication>
#include <QLatin1StringView>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace Window::AuditWording
{

namespace
{

constexpr qsizetype kCodeLetters = 60;

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::AuditWording", text);
}

struct Known {
    std::string_view code;
    const char *text;
    const char *glyph;
    const char *tone;
};

// Every code that Turso documents, and both spellings of the one that it misspells.
constexpr Known kKnown[] = {
    {"user-signup", QT_TRANSLATE_NOOP("Window::AuditWording", "Signed up"), "user", "quiet"},
    {"user-delete", QT_TRANSLATE_NOOP("Window::AuditWording", "Account deleted"), "trash", "bad"},
    {"user-token-create", QT_TRANSLATE_NOOP("Window::AuditWording", "API token made"), "key",
     "warn"},
    {"db-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Database created"), "database",
     "quiet"},
    {"db-delete", QT_TRANSLATE_NOOP("Window::AuditWording", "Database deleted"), "trash", "bad"},
    {"db-protect", QT_TRANSLATE_NOOP("Window::AuditWording", "Database protected"), "lock",
     "quiet"},
    {"db-unprotect", QT_TRANSLATE_NOOP("Window::AuditWording", "Database no longer protected"),
     "unlock", "warn"},
    {"db-token-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Database token made"), "key",
     "warn"},
    {"db-unarchive", QT_TRANSLATE_NOOP("Window::AuditWording", "Database woken up"), "database",
     "quiet"},
    {"db-aunrchive", QT_TRANSLATE_NOOP("Window::AuditWording", "Database woken up"), "database",
     "quiet"},
    {"group-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Group created"), "folder", "quiet"},
    {"group-delete", QT_TRANSLATE_NOOP("Window::AuditWording", "Group deleted"), "trash", "bad"},
    {"group-protect", QT_TRANSLATE_NOOP("Window::AuditWording", "Group protected"), "lock",
     "quiet"},
    {"group-unprotect", QT_TRANSLATE_NOOP("Window::AuditWording", "Group no longer protected"),
     "unlock", "warn"},
    {"group-unarchive", QT_TRANSLATE_NOOP("Window::AuditWording", "Group woken up"), "folder",
     "quiet"},
    {"group-token-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Group token made"), "key",
     "warn"},
    {"instance-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Instance added"), "server",
     "quiet"},
    {"instance-delete", QT_TRANSLATE_NOOP("Window::AuditWording", "Instance removed"), "trash",
     "bad"},
    {"org-create", QT_TRANSLATE_NOOP("Window::AuditWording", "Organization created"), "cloud",
     "quiet"},
    {"org-delete", QT_TRANSLATE_NOOP("Window::AuditWording", "Organization deleted"), "trash",
     "bad"},
    {"org-member-add", QT_TRANSLATE_NOOP("Window::AuditWording", "Member added"), "user", "warn"},
    {"org-member-rm", QT_TRANSLATE_NOOP("Window::AuditWording", "Member removed"), "user", "quiet"},
    {"org-member-leave", QT_TRANSLATE_NOOP("Window::AuditWording", "Member left"), "user", "quiet"},
    {"org-plan-update", QT_TRANSLATE_NOOP("Window::AuditWording", "Plan changed"), "sliders",
     "quiet"},
    {"org-set-overages", QT_TRANSLATE_NOOP("Window::AuditWording", "Overages switched"), "sliders",
     "quiet"},
};

} // namespace

Deed deed(const std::string &code)
{
    const auto *const known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                           [&code](const Known &one) { return one.code == code; });
    if (known == std::end(kKnown))
        return {Wording::oneLine(code, kCodeLetters), QStringLiteral("note"),
                QStringLiteral("quiet")};
    return {tr(known->text), QLatin1StringView(known->glyph), QLatin1StringView(known->tone)};
}

QString origin(const std::string &origin)
{
    if (origin == "cli")
        return tr("with the turso CLI");
    if (origin == "web")
        return tr("on the web");
    return Wording::oneLine(origin, kCodeLetters);
}

} // namespace Window::AuditWording
