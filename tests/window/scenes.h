// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <vector>

/// What the played app shows in tests and pictures: plausible days at a small shop.
namespace Scenes
{

Gateway::Approval deleteWithCascade();
Gateway::Approval updateBeforeAfter();
Gateway::Approval dropTable(); ///< irreversible, its name has to be typed
Gateway::Approval veryLong(); ///< names and SQL as long as they come
Gateway::Approval widen(); ///< an offer to add to a grant what a call lacked
Gateway::Approval consent(); ///< a program on this computer
Gateway::Approval signIn(); ///< over HTTP; nothing vouches for the name it gave itself
Gateway::Approval verifiedSignIn();
Gateway::Approval longSignIn();
std::vector<Gateway::Approval> allApprovals();

std::vector<Gateway::CallRecord> calls(int count); ///< newest first, the latest still under way
Gateway::CallDetail detailOf(const Gateway::CallRecord &call);
std::vector<Gateway::AgentInfo> agents();
std::vector<Gateway::Grant> grants();
/// A crowd: long names, forty databases, paused, ended, ending, signed in, nothing granted.
std::vector<Gateway::AgentInfo> manyAgents();
std::vector<Gateway::Grant> manyGrants();
std::vector<Gateway::ConnectionScope> scopes(); ///< the workspace: two groups, five databases
std::vector<Gateway::ConnectionScope> manyScopes(int databases); ///< two connections, long names

} // namespace Scenes
