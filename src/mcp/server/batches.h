// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/outlet.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace Mcp
{

/// JSON-RPC batches (2025-03-26 and older): answered in one piece when every request of theirs has
/// been.
class Batches
{
public:
    using Id = unsigned long long; ///< never 0

    Id open(Outlet &outlet);
    void add(Id batch, std::string_view response);
    /// A request of the batch will answer later; each expect() has its settle().
    void expect(Id batch);
    void settle(Id batch);
    /// No more requests will come. True if there was nothing to answer: nothing is sent then.
    bool seal(Id batch);
    /// The outlet is going.
    void forget(const Outlet &outlet);

private:
    struct Batch {
        Outlet *outlet = nullptr;
        int open = 0;
        bool sealed = false;
        std::string text = {};
    };
    void closeIfDone(Id batch);

    std::unordered_map<Id, Batch> m_batches;
    Id m_last = 0;
};

} // namespace Mcp
