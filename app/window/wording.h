// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "gateway/values.h"

#include <QString>

#include <optional>
#include <string_view>

/// Values as a person reads them. UTF-8 in, text for the screen out; times are shown in the local
/// zone.
namespace Window::Wording
{

QString text(std::string_view utf8);

/// All of it, with the marks made visible that would reorder or hide letters (a statement that
/// reads like another one): "⟨U+202E⟩".
QString unmasked(std::string_view utf8);

/// At most `limit` characters on one line: runs of white space become one space, the rest an
/// ellipsis.
QString oneLine(std::string_view utf8, qsizetype limit);

/// "1,284". Empty for nothing.
QString count(std::optional<std::int64_t> number);

/// "0.4 ms", "37 ms", "1.25 s", "3 min 05 s": never more than three significant figures.
QString duration(double milliseconds);

/// "14:03:09" today, "Tue 14:03" otherwise.
QString clockTime(Base::Millis time);

/// "just now", "3 minutes ago", "yesterday, 14:03", "2 March, 14:03".
QString ago(Base::Millis time, Base::Millis now);

/// "8 hours", "2 days", "15 minutes": the largest fitting unit, rounded.
QString span(Base::Millis milliseconds);

/// "512 bytes", "2.1 MB", "13 GB".
QString size(std::int64_t bytes);

/// One cell of data: NULL is "NULL", blobs by their size, texts on one line and cut.
QString cell(const Base::Json &value);

/// "production" or "staging" where the name says so, or empty. A name is a hint for the eye,
/// nothing is decided by it.
QString environment(std::string_view connection, std::string_view database);

/// "Ran by itself", "You approved it", "A remembered answer" ... for a record's `decision`.
QString decision(std::string_view decision);

/// What the permissions allow, in a few words: "Read only", "Full access, asks before anything
/// destructive".
QString permissions(const Gateway::Permissions &permissions);

/// The words on the button that adds what is offered to a grant: "Allow writing".
QString allow(const Gateway::Offer &offer);

} // namespace Window::Wording
