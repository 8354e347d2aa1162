// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

/// Time that only the test moves.
class ManualClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return m_now; }
    void advance(Base::Millis by) { m_now += by; }

private:
    Base::Millis m_now = 1'795'000'000'000;
};
