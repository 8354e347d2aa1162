// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/socketpath.h"

#include <QStringList>

#include <cstdint>
#include <optional>
#include <string>

namespace Companion
{

struct Options {
    bool headless = false;
    bool background = false; ///< start without opening a window
    std::string profile; ///< absolute, or empty for the user's own instance
    std::uint16_t port = Base::kDefaultPort;
    std::string operatorKeyFile;
    std::optional<std::string> print; ///< --help or --version: print this and end
};

/// The command line, or InvalidArgument with a sentence.
Base::Result<Options> parseOptions(const QStringList &arguments);

} // namespace Companion
