// SPDX-License-Identifier: GPL-3.0-or-later
// SQL against the statement gate and SQLite. The oracle is the one of the unit tests: what is
// classed as a read leaves the file and the connection as they were, both halves agree, wrong
// classes do not get through, nothing stands between queries.
#include "check.h"
#include "turso/gateoracle.h"
#include "turso/gateschema.h"
#include "turso/sql/statement.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include <unistd.h>

namespace
{

Support::GateOracle &oracle()
{
    static auto *one = [] {
        const auto path
            = std::filesystem::temp_directory_path() / ("gate-" + std::to_string(getpid()) + ".db");
        auto *made = new Support::GateOracle(path.string());
        made->buildAll(kGateSchema);
        std::atexit([] {
            std::error_code ignored;
            std::filesystem::remove(std::filesystem::temp_directory_path()
                                        / ("gate-" + std::to_string(getpid()) + ".db"),
                                    ignored);
        });
        return made;
    }();
    return *one;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string sql(reinterpret_cast<const char *>(data), size);
    if (const std::string wrong = oracle().complaint(sql); !wrong.empty()) {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        std::abort();
    }
    (void)oracle().takeRefusedQueries();
    // One shape stands for many statements: it must not become one of another class.
    const std::string shape = Turso::Sql::normalized(sql);
    CHECK(Turso::Sql::normalized(shape) == shape);
    return 0;
}
