// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace Base
{

/// A string that cannot be printed, logged or compared by accident. Overwrites its bytes when it
/// goes. Move-only: every copy of a secret is a decision.
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string text)
        : m_text(std::move(text))
    {
    }
    Secret(Secret &&other) noexcept
        : m_text(std::move(other.m_text))
    {
        other.wipe();
    }
    Secret &operator=(Secret &&other) noexcept;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;
    ~Secret() { wipe(); }

    bool isEmpty() const { return m_text.empty(); }
    /// The plain text. The name is long so that each use stands out in review.
    const std::string &revealForUse() const { return m_text; }
    /// Compares in a time that depends on the lengths only.
    bool equals(std::string_view other) const;

private:
    void wipe();
    std::string m_text;
};

/// Constant-time comparison of equally long strings; different lengths are unequal at once.
bool constantTimeEquals(std::string_view a, std::string_view b);

/// `bytes` random bytes from the operating system, base64url without padding.
std::string randomToken(int bytes = 32);

/// Lower-case hex of SHA-256.
std::string sha256Hex(std::string_view text);

} // namespace Base
