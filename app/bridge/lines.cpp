// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/lines.h"

#include <unistd.h>

namespace Bridge
{

long LineBuffer::readFrom(int descriptor)
{
    m_bytes.erase(0, m_begin);
    m_searched -= m_begin;
    m_begin = 0;
    const std::size_t size = m_bytes.size();
    // Growing by powers of two: a long line is moved a few times, not once a chunk.
    if (m_bytes.capacity() < size + kChunk)
        m_bytes.reserve(2 * (size + kChunk));
    m_bytes.resize(size + kChunk);
    const ssize_t count = read(descriptor, m_bytes.data() + size, kChunk);
    m_bytes.resize(size + (count > 0 ? static_cast<std::size_t>(count) : 0));
    return count;
}

bool LineBuffer::next(std::string_view &line, bool &skipped)
{
    skipped = false;
    for (;;) {
        const std::size_t end = m_bytes.find('\n', m_searched);
        if (end != std::string::npos) {
            line = std::string_view(m_bytes).substr(m_begin, end - m_begin);
            m_begin = m_searched = end + 1;
            skipped = !m_skipping && line.size() > kMaxLine;
            if (!m_skipping)
                return true;
            m_skipping = false;
            continue;
        }
        m_searched = m_bytes.size();
        if (m_skipping) {
            m_begin = m_searched;
        } else if (m_searched - m_begin > kMaxLine) {
            line = std::string_view(m_bytes).substr(m_begin);
            m_begin = m_searched;
            m_skipping = skipped = true;
            return true;
        } else if (m_bytes.capacity() > 4 * kChunk && m_begin == m_bytes.size()) {
            // A long line has gone through; an idle bridge keeps nothing of it.
            clear();
        }
        return false;
    }
}

void LineBuffer::clear()
{
    std::string().swap(m_bytes);
    m_begin = m_searched = 0;
    m_skipping = false;
}

} // namespace Bridge
