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
Gateway::Approval consent();
std::vector<Gateway::Approval> allApprovals();

std::vector<Gateway::CallRecord> calls(int count); ///< newest first, the latest still under way
Gateway::CallDetail detailOf(const Gateway::CallRecord &call);
std::vector<Gateway::AgentInfo> agents();
std::vector<Gateway::Grant> grants();
/// A crowd: long names, forty databases, paused, ended, ending, signed in, nothing granted.
std::vector<Gateway::AgentInfo> manyAgents();
std::vector<Gateway::Grant> manyGrants();

} // namespace Scenes
