// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "content.h"

#include <tl/expected.hpp>

#include <map>
#include <string>
#include <vector>

namespace Conformance
{

/// Questions that are asked until each has an answer of the right shape.
struct Interview {
    std::vector<Mcp::InputRequest> questions;
    bool oneByOne = false;
    /// The first round carries a state too, and answers that come without it do not count.
    bool needsState = false;
};

using Answers = std::map<std::string, Json>;

/// Everything that was asked for, or what is to be asked next. What is right of earlier rounds
/// comes back in the state.
tl::expected<Answers, Mcp::InputRequired> proceed(const Interview &interview,
                                                  const Mcp::Inputs &inputs);

Mcp::InputRequest elicit(std::string key, std::string message, Json schema);
/// Asks for one text or boolean named `field`.
Mcp::InputRequest elicitField(std::string key, std::string message, const char *field,
                              const char *type = "string");
Mcp::InputRequest sample(std::string key, std::string prompt, int maxTokens = 100);
Mcp::InputRequest listRoots(std::string key);

/// A field of an accepted form, or empty.
std::string fieldOf(const Answers &answers, const char *key, const char *field);
/// "action=accept, content={...}"
std::string formOf(const Answers &answers, const char *key);
/// The text that a model has written.
std::string sampleOf(const Answers &answers, const char *key);
/// The roots' addresses, separated by spaces.
std::string rootsOf(const Answers &answers, const char *key);

} // namespace Conformance
