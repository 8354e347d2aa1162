// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Gateway
{

/// Who asks to be let in, and how that is known.
struct Asker {
    enum class Proof {
        Verified, ///< its name comes from the document at the address that is its id
        SelfDeclared, ///< it said so itself when it registered
        LocalProgram, ///< the system says which program it is; what it calls itself it said itself
    };
    Proof proof = Proof::SelfDeclared;
    std::string host = {}; ///< verified: where the document lies
    std::string answerTo = {}; ///< who gets the answer of a sign-in, for people
    std::string executable = {}; ///< local program: its path, or empty if that cannot be known
    std::string announced = {}; ///< local program: the name it was given or gave itself
    std::string scope = {}; ///< what it asked for, in OAuth's words; a wish

    bool operator==(const Asker &) const = default;
};
/// "verified", "self-declared", "local-program".
std::string_view proofName(Asker::Proof proof);

} // namespace Gateway
