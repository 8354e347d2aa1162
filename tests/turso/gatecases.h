// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/gateschema.h"

#include <cstddef>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

/// What the gate must say about a statement: 'R'ead, 'W'rite, re'P'lace, 'D'elete, 'S'chema,
/// refused
/// '-'. `reason` is a part of the refusal's sentence, or empty. They are about the tables of
/// kGateSchema.
struct GateCase {
    char expected;
    const char *sql;
    const char *reason;
    const char *why; ///< why it stands in the table

    /// The text is no SQL to SQLite either.
    bool isSyntaxError() const { return std::strncmp(why, "syntax", 6) == 0; }
};

/// Reads gatecases/*.txt: one statement per line, "CLASS | statement ## why" and for refused ones
/// "## part of the sentence"; \\n, \\r, \\t, \\f, \\v, \\xHH and \\\\ as in C++. A line that is not
/// like that becomes a case that cannot pass.
inline std::vector<GateCase> readGateCases()
{
    static std::deque<std::string> texts;
    const auto keep = [](std::string text) {
        return texts.emplace_back(std::move(text)).c_str();
    };
    const auto unescape = [](const std::string &text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            static const std::string kLetters = "nrtfv\\";
            const std::size_t letter = text[i] == '\\' && i + 1 < text.size()
                ? kLetters.find(text[i + 1])
                : std::string::npos;
            if (text[i] == '\\' && text.compare(i + 1, 1, "x") == 0) {
                out += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
                i += 3;
            } else if (letter != std::string::npos) {
                out += "\n\r\t\f\v\\"[letter];
                ++i;
            } else {
                out += text[i];
            }
        }
        return out;
    };
    std::set<std::filesystem::path> files;
    for (const auto &entry :
         std::filesystem::directory_iterator(SOURCE_ROOT "/tests/turso/gatecases"))
        files.insert(entry.path());
    std::vector<GateCase> cases;
    for (const auto &path : files) {
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            if (line.empty() || line[0] == '#')
                continue;
            const std::size_t why = line.find(" ## ");
            if (line.compare(1, 3, " | ") != 0 || why == std::string::npos) {
                cases.push_back({'?', keep(line), "", ""});
                continue;
            }
            const std::size_t said = line.find(" ## ", why + 4);
            cases.push_back(
                {line[0], keep(unescape(line.substr(4, why - 4))),
                 keep(said == std::string::npos ? "" : line.substr(said + 4)),
                 keep(line.substr(why + 4, said == std::string::npos ? said : said - why - 4))});
        }
    }
    return cases;
}

inline const std::vector<GateCase> kGateCases = readGateCases();
