// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/longfunctions.h"

#include "turso/workspace/runcontrol.h"

#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace Turso::Embedded
{

namespace
{

/// About a millisecond.
constexpr std::int64_t kBytesBetweenLooks = 4 << 20;
/// The lengths of both sides of json_patch, multiplied.
constexpr std::int64_t kMostToPatch = 4'000'000'000;

using Values = sqlite3_value **;

/// Looks at the run's control now and then.
class Patience
{
public:
    explicit Patience(sqlite3_context *context)
        : m_context(context)
        , m_control(*static_cast<RunControl *const *>(sqlite3_user_data(context)))
    {
    }

    /// True once it has to end, and then the function's answer is given.
    bool isOver(std::size_t bytes)
    {
        m_left -= static_cast<std::int64_t>(bytes);
        if (m_left > 0)
            return false;
        m_left = kBytesBetweenLooks;
        if (m_control == nullptr || !m_control->shouldEnd())
            return false;
        sqlite3_result_error_code(m_context, SQLITE_INTERRUPT);
        return true;
    }

private:
    sqlite3_context *m_context;
    RunControl *m_control;
    std::int64_t m_left = 0;
};

struct ValueDeleter {
    void operator()(sqlite3_value *value) const { sqlite3_value_free(value); }
};
using ValueCopy = std::unique_ptr<sqlite3_value, ValueDeleter>;

std::string_view textOf(sqlite3_value *value)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return text != nullptr ? std::string_view(text, size) : std::string_view();
}

std::string_view blobOf(sqlite3_value *value)
{
    const auto *bytes = static_cast<const char *>(sqlite3_value_blob(value));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return bytes != nullptr ? std::string_view(bytes, size) : std::string_view();
}

bool isNull(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_NULL;
}

bool continuesCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The position of `needle` counted from 1, in characters or bytes, or 0.
void find(sqlite3_context *context, std::string_view haystack, std::string_view needle, bool isText)
{
    Patience patience(context);
    sqlite3_int64 position = 1;
    while (needle.size() <= haystack.size()
           && (haystack.front() != needle.front() || !haystack.starts_with(needle))) {
        if (patience.isOver(haystack.front() == needle.front() ? needle.size() : 1))
            return;
        ++position;
        do
            haystack.remove_prefix(1);
        while (isText && !haystack.empty() && continuesCharacter(haystack.front()));
    }
    sqlite3_result_int64(context, needle.size() <= haystack.size() ? position : 0);
}

void instr(sqlite3_context *context, int, Values values)
{
    if (isNull(values[0]) || isNull(values[1]))
        return;
    const bool isBlob[] = {sqlite3_value_type(values[0]) == SQLITE_BLOB,
                           sqlite3_value_type(values[1]) == SQLITE_BLOB};
    if (sqlite3_value_bytes(values[1]) == 0)
        return sqlite3_result_int(context, 1);
    if (isBlob[0] && isBlob[1])
        return find(context, blobOf(values[0]), blobOf(values[1]), false);
    if (!isBlob[0] && !isBlob[1])
        return find(context, textOf(values[0]), textOf(values[1]), true);
    // Reading a blob as text changes it, and it may be read again.
    const ValueCopy haystack(sqlite3_value_dup(values[0]));
    const ValueCopy needle(sqlite3_value_dup(values[1]));
    if (!haystack || !needle)
        return sqlite3_result_error_nomem(context);
    find(context, textOf(haystack.get()), textOf(needle.get()), true);
}

/// A text that SQLite's memory limit counts.
class Text
{
public:
    ~Text() { sqlite3_free(m_text); }
    Text() = default;
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;

    bool append(std::string_view part)
    {
        if (m_size + part.size() > m_capacity) {
            const std::size_t wanted = (m_size + part.size()) * 2;
            auto *grown = static_cast<char *>(sqlite3_realloc64(m_text, wanted));
            if (grown == nullptr)
                return false;
            m_text = grown;
            m_capacity = wanted;
        }
        std::memcpy(m_text + m_size, part.data(), part.size());
        m_size += part.size();
        return true;
    }
    std::size_t size() const { return m_size; }
    void giveTo(sqlite3_context *context)
    {
        const std::size_t size = m_size;
        if (size == 0)
            return sqlite3_result_text(context, "", 0, SQLITE_STATIC);
        sqlite3_result_text64(context, std::exchange(m_text, nullptr), size, sqlite3_free,
                              SQLITE_UTF8);
    }

private:
    char *m_text = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

void replaceText(sqlite3_context *context, std::string_view text, std::string_view pattern,
                 std::string_view by)
{
    const auto longest = static_cast<std::size_t>(
        sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
    Patience patience(context);
    Text out;
    std::size_t copied = 0;
    std::size_t at = 0;
    bool hasMemory = true;
    while (hasMemory && at + pattern.size() <= text.size()) {
        const bool mayFit = text[at] == pattern.front();
        if (patience.isOver(mayFit ? pattern.size() : 1))
            return;
        if (!mayFit || !text.substr(at).starts_with(pattern)) {
            ++at;
            continue;
        }
        hasMemory = out.append(text.substr(copied, at - copied)) && out.append(by);
        at += pattern.size();
        copied = at;
        if (out.size() + text.size() - copied > longest && out.size() > longest)
            return sqlite3_result_error_toobig(context);
    }
    hasMemory = hasMemory && out.append(text.substr(copied));
    if (!hasMemory)
        return sqlite3_result_error_nomem(context);
    if (out.size() > longest)
        return sqlite3_result_error_toobig(context);
    out.giveTo(context);
}

void replace(sqlite3_context *context, int, Values values)
{
    if (isNull(values[0]) || isNull(values[1]))
        return;
    const std::string_view text = textOf(values[0]);
    const std::string_view pattern = textOf(values[1]);
    if (pattern.empty() || pattern.front() == '\0')
        return sqlite3_result_value(context, values[0]);
    if (isNull(values[2]))
        return;
    replaceText(context, text, pattern, textOf(values[2]));
}

/// Each once, as SQLite cuts a text: whatever follows a first byte as if it belonged to it does,
/// and NUL ends it.
std::vector<std::string_view> charactersOf(std::string_view text)
{
    std::vector<std::string_view> all;
    std::unordered_set<std::string_view> seen;
    text = text.substr(0, text.find('\0'));
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (static_cast<unsigned char>(text[at]) >= 0xC0 && end < text.size()
               && continuesCharacter(text[end]))
            ++end;
        if (const auto character = text.substr(at, end - at); seen.insert(character).second)
            all.push_back(character);
        at = end;
    }
    return all;
}

template <bool kLeft, bool kRight>
void trim(sqlite3_context *context, int count, Values values)
{
    if (isNull(values[0]) || (count > 1 && isNull(values[1])))
        return;
    std::string_view text = textOf(values[0]);
    const auto characters
        = count > 1 ? charactersOf(textOf(values[1])) : std::vector<std::string_view>{" "};
    Patience patience(context);
    const auto cutOne = [&](bool left) {
        for (const std::string_view character : characters) {
            if (left ? text.starts_with(character) : text.ends_with(character)) {
                left ? text.remove_prefix(character.size()) : text.remove_suffix(character.size());
                return true;
            }
        }
        return false;
    };
    // What looks at every character of the set looks at it again for the next one.
    for (const bool left : {true, false}) {
        while ((left ? kLeft : kRight) && !text.empty() && cutOne(left)) {
            if (patience.isOver(characters.size()))
                return;
        }
    }
    sqlite3_result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(),
                          SQLITE_TRANSIENT, SQLITE_UTF8);
}

struct ConnectionCloser {
    void operator()(sqlite3 *db) const { sqlite3_close_v2(db); }
};
struct StatementEnd {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

/// SQLite's own function, called on a connection that has it still.
void jsonPatch(sqlite3_context *context, int, Values values)
{
    if (Patience(context).isOver(0))
        return;
    if (static_cast<std::int64_t>(sqlite3_value_bytes(values[0])) * sqlite3_value_bytes(values[1])
        > kMostToPatch)
        return sqlite3_result_error_toobig(context);
    sqlite3 *raw = nullptr;
    sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    const std::unique_ptr<sqlite3, ConnectionCloser> db(raw);
    sqlite3_stmt *prepared = nullptr;
    sqlite3_prepare_v2(raw, "SELECT json_patch(?, ?)", -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, StatementEnd> statement(prepared);
    if (!statement)
        return sqlite3_result_error_nomem(context);
    sqlite3_bind_value(prepared, 1, values[0]);
    sqlite3_bind_value(prepared, 2, values[1]);
    if (sqlite3_step(prepared) != SQLITE_ROW)
        return sqlite3_result_error(context, sqlite3_errmsg(raw), -1);
    sqlite3_result_value(context, sqlite3_column_value(prepared, 0));
    if (sqlite3_column_type(prepared, 0) == SQLITE_TEXT)
        sqlite3_result_subtype(context, 'J');
}

} // namespace

bool replaceLongFunctions(sqlite3 *db, RunControl *const *control)
{
    struct Function {
        const char *name;
        int arguments;
        void (*call)(sqlite3_context *, int, Values);
    };
    static constexpr Function kFunctions[] = {
        {"instr", 2, &instr},
        {"replace", 3, &replace},
        {"trim", 1, &trim<true, true>},
        {"trim", 2, &trim<true, true>},
        {"ltrim", 1, &trim<true, false>},
        {"ltrim", 2, &trim<true, false>},
        {"rtrim", 1, &trim<false, true>},
        {"rtrim", 2, &trim<false, true>},
        {"json_patch", 2, &jsonPatch},
    };
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kLongestPattern);
    for (const Function &function : kFunctions) {
        if (sqlite3_create_function_v2(db, function.name, function.arguments, kFlags,
                                       const_cast<RunControl **>(control), function.call, nullptr,
                                       nullptr, nullptr)
            != SQLITE_OK)
            return false;
    }
    return true;
}

} // namespace Turso::Embedded
