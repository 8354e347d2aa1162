// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"

#include <QString>

#include <string>
#include <vector>

/// Where a subject answers otherwise than the contract says, on purpose, and why. Whoever reads the
/// list of a subject knows all that is different on it: the suite fails if an entry is not true, or
/// no test asks for it.
struct Difference {
    std::string check; ///< the name that the suite gives to what is asked
    std::string answer; ///< a kind of error ("unsupported"), "ok", or what the check compares
    std::string reason; ///< a sentence
};

/// What the contract suite runs against: a fresh platform, and what is different on it. A program
/// makes one or several and hands each to `runContract`.
class ContractSubject
{
public:
    virtual ~ContractSubject() = default;

    virtual QString name() const = 0; ///< "workspace", "libsql-server with JWT"
    /// Makes the platform, with no databases of names that begin with "contract-". Empty, or why
    /// that is not possible.
    virtual QString start() = 0;
    /// Ends what start() began.
    virtual void stop() = 0;
    /// Between start() and stop(). Called and used on the test's thread.
    virtual Turso::Platform &platform() = 0;

    virtual Turso::Capabilities capabilities() const = 0; ///< what it must tell of itself
    virtual std::vector<Difference> differences() const { return {}; }
};

/// Runs every test of the suite; the number of those that failed. The command line's arguments are
/// those of Qt Test.
int runContract(ContractSubject &subject, int argc, char **argv);
