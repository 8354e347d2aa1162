// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "connect/agents.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Connect
{

/// What was written into an agent's file, so that it can be taken back.
struct Record {
    std::string agent;
    std::string file;
    bool existed = false; ///< before us
    std::string backup; ///< name of the copy of what was before us; empty if nothing was
    std::string written; ///< SHA-256 of what we wrote, in hexadecimal
    std::vector<std::string> folders; ///< that we made, outermost first
    Base::Millis time = 0;

    bool operator==(const Record &) const = default;
};

/// SHA-256 in hexadecimal.
std::string digestOf(std::string_view bytes);

/// Records and backups in one folder, for the user alone: a configuration may hold secrets of
/// others. One record an agent; the newest ten backups of each agent are kept, and the one that its
/// record needs.
class Records
{
public:
    explicit Records(std::string folder);

    /// Nothing if there is none, or none that can be read: then there is only our entry to go by.
    std::optional<Record> find(std::string_view agent) const;
    Base::Result<void> save(const Record &record) const;
    void forget(std::string_view agent) const;

    /// Keeps a copy; returns its name.
    Base::Result<std::string> backUp(std::string_view agent, std::string_view bytes,
                                     Base::Millis now) const;
    /// The copy's bytes.
    Base::Result<std::string> backup(const std::string &name) const;
    /// Drops the backups of the agent that are neither among its newest ten nor its record's. For
    /// when a change is done, not before: what fails goes back to the record that was there.
    void prune(std::string_view agent) const;
    std::string pathOf(const std::string &name) const { return m_folder + '/' + name; }

private:
    Base::Result<void> write(const std::string &name, std::string_view bytes) const;

    std::string m_folder;
};

} // namespace Connect
