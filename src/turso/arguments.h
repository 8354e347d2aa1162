// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/types.h"

#include <string>
#include <vector>

namespace Turso
{

/// Which argument goes to which parameter, each parameter exactly one; InvalidArgument with a
/// sentence that names what is missing, too much, or not there. `parameters`: as
/// Sql::parametersOf() answers. The result borrows `arguments`. Pure; any thread.
Base::Result<std::vector<const Value *>> argumentsFor(const std::vector<std::string> &parameters,
                                                      const Arguments &arguments);

} // namespace Turso
