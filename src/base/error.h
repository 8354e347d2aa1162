// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Base
{

/// What went wrong, as the agents read it. One kind is one code of the tools' API; see wireCode().
enum class ErrorKind {
    NotGranted,
    WrongTool,
    NotUnderstood,
    Denied,
    ApprovalExpired,
    ReadOnlyMode,
    Protected,
    ImpactChanged,
    NotFound,
    AlreadyExists,
    InvalidArgument,
    LimitExceeded,
    SqlError,
    Unsupported,
    Unauthorized,
    UpstreamError,
    Cancelled,
    Internal,
};

/// The stable snake_case code of a kind, for example "not_granted". Never empty.
std::string_view wireCode(ErrorKind kind);

/// True where the answer's status is `refused` (somebody or a rule said no), false where it is
/// `failed`.
bool isRefusal(ErrorKind kind);

/// A failure as a value. `message` is a sentence that tells a person what happened, `hint` what to
/// do about it (may be empty). `details` holds the extra members that the code names (`permission`,
/// `use_tool`, `statement`, `outcome`, `engine_code` ...) as the text of a JSON object, or is
/// empty. All text is UTF-8. None of it may carry a secret.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    std::string hint = {};
    std::string details = {};

    bool operator==(const Error &) const = default;
};

} // namespace Base
