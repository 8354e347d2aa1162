// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

namespace Base
{

std::string_view wireCode(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::NotGranted:
        return "not_granted";
    case ErrorKind::WrongTool:
        return "wrong_tool";
    case ErrorKind::NotUnderstood:
        return "not_understood";
    case ErrorKind::Denied:
        return "denied";
    case ErrorKind::ApprovalExpired:
        return "approval_expired";
    case ErrorKind::ReadOnlyMode:
        return "read_only_mode";
    case ErrorKind::Protected:
        return "protected";
    case ErrorKind::ImpactChanged:
        return "impact_changed";
    case ErrorKind::NotFound:
        return "not_found";
    case ErrorKind::AlreadyExists:
        return "already_exists";
    case ErrorKind::InvalidArgument:
        return "invalid_argument";
    case ErrorKind::LimitExceeded:
        return "limit_exceeded";
    case ErrorKind::SqlError:
        return "sql_error";
    case ErrorKind::Unsupported:
        return "unsupported";
    case ErrorKind::Unauthorized:
        return "unauthorized";
    case ErrorKind::UpstreamError:
        return "upstream_error";
    case ErrorKind::Cancelled:
        return "cancelled";
    case ErrorKind::Internal:
        break;
    }
    return "internal_error";
}

bool isRefusal(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::NotGranted:
    case ErrorKind::WrongTool:
    case ErrorKind::NotUnderstood:
    case ErrorKind::Denied:
    case ErrorKind::ApprovalExpired:
    case ErrorKind::ReadOnlyMode:
    case ErrorKind::Protected:
    case ErrorKind::ImpactChanged:
        return true;
    default:
        return false;
    }
}

} // namespace Base
