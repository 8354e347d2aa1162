// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/beforeimages.h"

#include "turso/workspace/archive/checksum.h"

#include <algorithm>
#include <cstring>

namespace Turso::Embedded::Archived
{

namespace
{

struct Head {
    std::uint64_t page = 0;
    std::uint64_t hash = 0;
};

/// Walks the whole entries of `file`; the offset after the last of them.
template <typename Visit>
std::int64_t walk(const RawFile &file, std::uint32_t pageSize, Visit visit)
{
    std::vector<char> entry(sizeof(Head) + pageSize);
    std::int64_t at = 0;
    for (; file.readAt(at, entry.data(), entry.size()); at += std::int64_t(entry.size())) {
        Head head;
        std::memcpy(&head, entry.data(), sizeof head);
        const char *bytes = entry.data() + sizeof head;
        const auto page = static_cast<std::uint32_t>(head.page);
        if (head.page == 0 || head.page != page || head.hash != pageHash(page, bytes, pageSize)
            || !visit(page, head.hash, bytes))
            break;
    }
    return at;
}

} // namespace

BeforeImages::BeforeImages(std::string path, std::uint32_t pageSize)
    : m_path(std::move(path))
    , m_pageSize(pageSize)
{
    const RawFile file(m_path, RawFile::Mode::Read);
    if (!file.isOpen())
        return;
    m_bytes = walk(file, pageSize, [this](std::uint32_t page, std::uint64_t hash, const char *) {
        m_pages.emplace_back(page, hash);
        return true;
    });
    std::sort(m_pages.begin(), m_pages.end());
}

const BeforeImages::Page *BeforeImages::find(std::uint32_t page) const
{
    const auto found = std::lower_bound(m_pages.begin(), m_pages.end(), Page(page, 0));
    return found != m_pages.end() && found->first == page ? &*found : nullptr;
}

bool BeforeImages::keep(const std::vector<std::uint32_t> &pages, const Read &read)
{
    if (pages.empty())
        return true;
    RawFile file(m_path, m_bytes == 0 ? RawFile::Mode::Create : RawFile::Mode::Update);
    if (!file.isOpen())
        return false;
    std::vector<Page> kept;
    kept.reserve(pages.size());
    std::vector<char> entry(sizeof(Head) + m_pageSize);
    std::int64_t at = m_bytes;
    for (const std::uint32_t page : pages) {
        char *bytes = entry.data() + sizeof(Head);
        if (!read(page, bytes))
            return false;
        const Head head{page, pageHash(page, bytes, m_pageSize)};
        std::memcpy(entry.data(), &head, sizeof head);
        if (!file.writeAt(at, entry.data(), entry.size()))
            return false;
        at += std::int64_t(entry.size());
        kept.emplace_back(page, head.hash);
    }
    if (!file.resize(at) || !file.sync())
        return false;
    m_bytes = at;
    const auto middle = m_pages.insert(m_pages.end(), kept.begin(), kept.end());
    std::inplace_merge(m_pages.begin(), middle, m_pages.end());
    return true;
}

bool BeforeImages::forEach(const std::string &path, std::uint32_t pageSize, bool mayBeCut,
                           const Take &take)
{
    const RawFile file(path, RawFile::Mode::Read);
    if (!file.isOpen())
        return false;
    bool isTaken = true;
    const std::int64_t end = walk(
        file, pageSize, [&take, &isTaken](std::uint32_t page, std::uint64_t, const char *bytes) {
            isTaken = take(page, bytes);
            return isTaken;
        });
    return isTaken && (mayBeCut || end == file.size());
}

} // namespace Turso::Embedded::Archived
