// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "gateway/values.h"

#include <cstdint>
#include <optional>

namespace Gateway
{

/// The switch for the workspace's own HTTP face, which the gateway knows nothing else of. One
/// thread.
class WorkspaceDoor
{
public:
    virtual ~WorkspaceDoor() = default;
    /// Serves, on `port` (0: a free one; none: the one before), and mints its token anew.
    virtual Base::Result<WorkspaceAccess> open(std::optional<std::uint16_t> port) = 0;
    virtual Base::Result<void> close() = 0;
    virtual ServedWorkspace state() const = 0;
    /// While it is on, nothing can be changed through the door.
    virtual void setReadOnly(bool on) = 0;
};

} // namespace Gateway
