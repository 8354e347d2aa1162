// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>

namespace Companion
{

/// The folder with everything of one instance, held by a lock for as long as this lives. The lock
/// is the kernel's own (flock), so that a killed app leaves nothing behind that has to be cleaned
/// up.
class Profile
{
public:
    /// `path`: --profile, or empty for the user's own ($XDG_DATA_HOME/turso-companion). Creates it,
    /// 0700. AlreadyExists when another app holds it.
    static Base::Result<Profile> open(const std::string &path);
    Profile(Profile &&other) noexcept;
    Profile &operator=(Profile &&) = delete;
    Profile(const Profile &) = delete;
    Profile &operator=(const Profile &) = delete;
    ~Profile();

    /// The folder.
    const std::string &folder() const { return m_folder; }
    /// What sockets are named after: as given, or empty.
    const std::string &name() const { return m_name; }

    /// 32 secret bytes that stay the same over restarts, so that agents' sessions do.
    Base::Result<std::string> sessionKey() const;

private:
    Profile(std::string folder, std::string name, int lock);
    std::string m_folder;
    std::string m_name;
    int m_lock = -1;
};

} // namespace Companion
