// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace Base
{

/// The wish to stop, shared between who wishes and who works. Copies share one state. Any thread.
class CancelToken
{
    struct State;

public:
    CancelToken();

    bool isCancelled() const;

    /// Idempotent. Runs the registered callbacks on the calling thread, under a lock that
    /// Registration's destructor also takes: once that destructor has returned, the callback does
    /// not run.
    void cancel() const;

    /// Keeps a callback registered while it lives. Movable.
    class Registration
    {
    public:
        Registration() = default;
        Registration(Registration &&other) noexcept;
        Registration &operator=(Registration &&other) noexcept;
        Registration(const Registration &) = delete;
        Registration &operator=(const Registration &) = delete;
        ~Registration();

    private:
        friend class CancelToken;
        void release();
        std::shared_ptr<State> m_state;
        unsigned long long m_id = 0;
    };

    /// The callback must be short and must not use this token; it runs at once if already
    /// cancelled.
    [[nodiscard]] Registration onCancel(std::function<void()> callback) const;

private:
    std::shared_ptr<State> m_state;
};

} // namespace Base
