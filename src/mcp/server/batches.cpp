// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/batches.h"

namespace Mcp
{

Batches::Id Batches::open(Outlet &outlet)
{
    m_batches[++m_last].outlet = &outlet;
    return m_last;
}

void Batches::add(Id batch, std::string_view response)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end())
        return;
    it->second.text += it->second.text.empty() ? '[' : ',';
    it->second.text += response;
}

void Batches::expect(Id batch)
{
    const auto it = m_batches.find(batch);
    if (it != m_batches.end())
        ++it->second.open;
}

void Batches::settle(Id batch)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end())
        return;
    --it->second.open;
    closeIfDone(batch);
}

bool Batches::seal(Id batch)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end())
        return false;
    it->second.sealed = true;
    if (it->second.open == 0 && it->second.text.empty()) {
        m_batches.erase(it);
        return true;
    }
    closeIfDone(batch);
    return false;
}

void Batches::forget(const Outlet &outlet)
{
    std::erase_if(m_batches, [&](const auto &item) { return item.second.outlet == &outlet; });
}

void Batches::closeIfDone(Id batch)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end() || !it->second.sealed || it->second.open > 0)
        return;
    Batch done = std::move(it->second);
    m_batches.erase(it);
    if (done.text.empty()) {
        done.outlet->endStream(); // every request of it was cancelled
        return;
    }
    done.text += ']';
    done.outlet->finish(done.text);
}

} // namespace Mcp
