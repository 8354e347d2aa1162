// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace Control
{

inline constexpr std::size_t kLeastKeyLength = 16;

/// The operator key in a file: its first line without the white space around it. The app and the
/// command line read it with this same rule. NotFound: no such file. NotGranted: it belongs to
/// somebody else, or others can read or write it. InvalidArgument: not a plain file, or a key of
/// less than kLeastKeyLength characters. Blocks on the file; meant for the start of a program.
Base::Result<Base::Secret> readOperatorKey(const std::string &path);

} // namespace Control
