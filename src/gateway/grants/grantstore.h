// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/values.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Gateway
{

/// Every grant there is, in memory and in one file of the profile (0600, replaced atomically).
/// Tokens are kept as SHA-256 only. One thread. Time comes from the clock; expired grants answer as
/// if they did not exist.
class GrantStore
{
public:
    /// Reads the file. A file that cannot be read or understood is an error: starting with fewer
    /// grants than the person made would be safe, but overwriting their file would lose them.
    static Base::Result<GrantStore> open(std::string file, const Base::Clock &clock);

    std::vector<Grant> all() const;
    std::optional<Grant> find(const std::string &id) const;

    /// The grant behind a bearer token, or nothing.
    std::optional<Grant> byToken(std::string_view token) const;
    /// What a local program of that name may do: grants bound to `program`, then those for any
    /// program.
    std::vector<Grant> byAgent(const std::string &agent, const std::string &program) const;

    Base::Result<MintedToken> mintToken(const GrantDraft &draft);
    /// A grant for an agent that comes over the bridge; `program` binds it to one executable.
    Base::Result<Grant> create(const GrantDraft &draft, std::string program);
    /// A grant for an agent that signs in over HTTP: `client` is the id that it has at the
    /// authorization server, which keeps its tokens.
    Base::Result<Grant> createSignedIn(const GrantDraft &draft, const std::string &client);
    /// What takes something away holds until the app ends even where it cannot be saved; what adds
    /// something does not hold then.
    Base::Result<Grant> change(const std::string &id, const GrantChange &change);
    /// The person has picked anew for the same agent: all of it as the draft says, and no longer
    /// paused.
    Base::Result<Grant> regrant(const std::string &id, const GrantDraft &draft);
    Base::Result<Grant> revoke(const std::string &id);

    /// When the next grant ends by itself, or nothing.
    std::optional<Base::Millis> nextExpiry() const;
    /// Forgets the grants whose time is over, and says which.
    std::vector<Grant> takeExpired();

    /// Remembered in memory; reaches the file with the next change or save().
    void touch(const std::string &id);
    Base::Result<void> save() const;

private:
    struct Entry {
        Grant grant;
        std::string tokenHash;
    };
    GrantStore(std::string file, const Base::Clock &clock)
        : m_file(std::move(file))
        , m_clock(&clock)
    {
    }
    bool isLive(const Grant &grant) const;
    Base::Result<Grant> insert(const GrantDraft &draft, std::string kind, std::string program,
                               std::string tokenHash);

    std::string m_file;
    const Base::Clock *m_clock;
    std::map<std::string, Entry> m_entries;
    std::unordered_map<std::string, std::string> m_idByHash;
};

/// True if the grant reaches this database of this group.
bool covers(const Grant &grant, const std::string &database, const std::string &group);

} // namespace Gateway
