// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cancel.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

namespace Base
{

struct CancelToken::State {
    std::atomic<bool> cancelled = false;
    std::mutex mutex;
    unsigned long long next = 1;
    std::map<unsigned long long, std::function<void()>> callbacks;
};

CancelToken::CancelToken()
    : m_state(std::make_shared<State>())
{
}

bool CancelToken::isCancelled() const
{
    return m_state->cancelled.load(std::memory_order_acquire);
}

void CancelToken::cancel() const
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->cancelled.exchange(true, std::memory_order_acq_rel))
        return;
    for (const auto &[id, callback] : m_state->callbacks)
        callback();
}

CancelToken::Registration CancelToken::onCancel(std::function<void()> callback) const
{
    const std::lock_guard lock(m_state->mutex);
    Registration registration;
    if (isCancelled()) {
        callback();
        return registration;
    }
    registration.m_state = m_state;
    registration.m_id = m_state->next++;
    m_state->callbacks.emplace(registration.m_id, std::move(callback));
    return registration;
}

CancelToken::Registration::Registration(Registration &&other) noexcept
    : m_state(std::move(other.m_state))
    , m_id(std::exchange(other.m_id, 0))
{
}

CancelToken::Registration &CancelToken::Registration::operator=(Registration &&other) noexcept
{
    if (this != &other) {
        release();
        m_state = std::move(other.m_state);
        m_id = std::exchange(other.m_id, 0);
    }
    return *this;
}

CancelToken::Registration::~Registration()
{
    release();
}

void CancelToken::Registration::release()
{
    if (m_id == 0)
        return;
    const std::lock_guard lock(m_state->mutex);
    m_state->callbacks.erase(m_id);
    m_id = 0;
}

} // namespace Base
