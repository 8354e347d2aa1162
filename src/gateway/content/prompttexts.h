// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/types.h"

#include <string>

/// The words of the prompts. They name the tools and say what will ask the person. Pure.
namespace Gateway
{

std::string exploreText(const std::string &database, const std::string &schemaUri);
std::string slowQueriesText(const std::string &database, const std::string &schemaUri,
                            const Turso::Capabilities &can);
std::string reviewText(const std::string &database, const std::string &schemaUri,
                       const std::string &migration, const Turso::Capabilities &can);

} // namespace Gateway
