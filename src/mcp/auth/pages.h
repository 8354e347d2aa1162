// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/auth/authorizationserver.h"

#include <string>
#include <string_view>

/// The pages that a browser shows while an agent signs in: nothing loaded from anywhere, light and
/// dark as the system is. One has a script, and works without.
namespace Mcp::Auth
{

/// "Continue in Turso Companion". The page asks `waitPath` with "&as=json" until the person has
/// decided, says how, and goes on to the agent; without scripts the browser goes to `waitPath`.
Reply waitingPage(const std::string &clientName, const std::string &redirectOwner,
                  const std::string &waitPath);

/// It could not begin, or has ended without a client that could be told.
Reply messagePage(int status, std::string_view title, std::string_view text);

/// It has ended well, and the application is called by its own scheme.
Reply handOverPage(const std::string &clientName, const std::string &uri);

} // namespace Mcp::Auth
