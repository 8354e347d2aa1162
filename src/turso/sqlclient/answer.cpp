// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/answer.h"

#include "base/json.h"
#include "turso/valuetext.h"

#include <simdjson.h>

#include <charconv>
#include <limits>

namespace Turso::Remote
{

namespace ondemand = simdjson::ondemand;

namespace
{

bool readText(ondemand::value value, std::string &out)
{
    bool isNull = false;
    if (value.is_null().get(isNull))
        return false;
    std::string_view text;
    if (isNull)
        return true;
    if (value.get_string().get(text))
        return false;
    out = text;
    return true;
}

/// A number, or its digits in a string: Hrana has both.
bool readInteger(ondemand::value value, std::optional<std::int64_t> &out)
{
    ondemand::json_type type{};
    if (value.type().get(type))
        return false;
    if (type == ondemand::json_type::null)
        return true;
    std::int64_t number = 0;
    if (type == ondemand::json_type::number) {
        if (value.get_int64().get(number))
            return true; // 1.5, or more than there can be: not a figure that we know
        out = number;
        return true;
    }
    std::string_view digits;
    if (value.get_string().get(digits))
        return false;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
        return false;
    out = number;
    return true;
}

bool readBool(ondemand::value value, std::optional<bool> &out)
{
    bool read = false;
    if (value.get_bool().get(read))
        return false;
    out = read;
    return true;
}

/// Calls fn(key, value) for each member; false as soon as it is, or where it is no object.
template <typename Fn>
bool eachMember(ondemand::value value, const Fn &fn)
{
    ondemand::object object;
    if (value.get_object().get(object))
        return false;
    for (auto member : object) {
        ondemand::field field;
        if (std::move(member).get(field))
            return false;
        std::string_view key;
        if (field.unescaped_key().get(key) || !fn(key, field.value()))
            return false;
    }
    return true;
}

template <typename Fn>
bool eachItem(ondemand::value value, const Fn &fn)
{
    ondemand::array array;
    if (value.get_array().get(array))
        return false;
    for (auto item : array) {
        ondemand::value one;
        if (std::move(item).get(one) || !fn(one))
            return false;
    }
    return true;
}

bool appendBlob(std::string &out, std::string_view base64)
{
    while (!base64.empty() && base64.back() == '=')
        base64.remove_suffix(1);
    for (const char c : base64) {
        const bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
            || (c >= '0' && c <= '9') || c == '+' || c == '/';
        if (!known)
            return false;
    }
    if (base64.size() % 4 == 1)
        return false;
    out += "{\"base64\":\"";
    out += base64;
    out.append((4 - base64.size() % 4) % 4, '=');
    out += "\"}";
    return true;
}

bool appendFloat(std::string &out, ondemand::object &object)
{
    ondemand::value value;
    bool isNull = false;
    if (object.find_field_unordered("value").get(value) || value.is_null().get(isNull))
        return false;
    if (isNull) { // JSON has no infinity, and the server does not say which one it was
        out += "\"\u00b1Infinity\"";
        return true;
    }
    double number = 0;
    if (value.get_double().get(number))
        return false;
    appendReal(out, number);
    return true;
}

bool appendCell(std::string &out, ondemand::value cell)
{
    ondemand::object object;
    std::string_view type;
    if (cell.get_object().get(object) || object.find_field_unordered("type").get(type))
        return false;
    if (type == "null") {
        out += "null";
        return true;
    }
    if (type == "float")
        return appendFloat(out, object);
    std::string_view text;
    if (type == "text") {
        if (object.find_field_unordered("value").get(text))
            return false;
        Base::appendQuoted(out, text);
        return true;
    }
    if (type == "blob")
        return !object.find_field_unordered("base64").get(text) && appendBlob(out, text);
    ondemand::value value;
    std::optional<std::int64_t> number;
    if (type != "integer" || object.find_field_unordered("value").get(value)
        || !readInteger(value, number) || !number)
        return false;
    appendInteger(out, *number);
    return true;
}

bool appendRow(std::string &out, ondemand::value row)
{
    out += '[';
    bool isFirst = true;
    const bool whole = eachItem(row, [&](ondemand::value cell) {
        if (!isFirst)
            out += ',';
        isFirst = false;
        return appendCell(out, cell);
    });
    out += ']';
    return whole;
}

bool readColumns(ondemand::value value, std::vector<Column> &columns)
{
    return eachItem(value, [&](ondemand::value item) {
        Column &column = columns.emplace_back();
        return eachMember(item, [&](std::string_view key, ondemand::value member) {
            if (key == "name")
                return readText(member, column.name);
            if (key != "decltype")
                return true;
            std::string type;
            if (!readText(member, type))
                return false;
            if (!type.empty())
                column.type = std::move(type);
            return true;
        });
    });
}

bool readError(ondemand::value value, EngineError &error)
{
    return eachMember(value, [&](std::string_view key, ondemand::value member) {
        if (key == "message")
            return readText(member, error.message);
        return key == "code" ? readText(member, error.code) : true;
    });
}

bool readRows(ondemand::value value, StatementOutcome &outcome, RowBudget *budget)
{
    outcome.rows = "[";
    std::string text;
    const bool whole = eachItem(value, [&](ondemand::value row) {
        if (budget == nullptr || outcome.truncated)
            return true;
        text.clear();
        if (!appendRow(text, row))
            return false;
        addRow(outcome, text, *budget);
        return true;
    });
    outcome.rows += ']';
    return whole;
}

bool readStep(ondemand::value value, StepAnswer &step, RowBudget *budget)
{
    step.ran = true;
    return eachMember(value, [&](std::string_view key, ondemand::value member) {
        if (key == "cols")
            return readColumns(member, step.outcome.columns);
        if (key == "rows")
            return readRows(member, step.outcome, budget);
        if (key == "last_insert_rowid")
            return readInteger(member, step.outcome.lastInsertRowid);
        if (key == "rows_read")
            return readInteger(member, step.outcome.rowsRead);
        if (key == "rows_written")
            return readInteger(member, step.rowsWritten);
        if (key == "affected_row_count") {
            std::optional<std::int64_t> rows;
            if (!readInteger(member, rows))
                return false;
            step.outcome.affectedRows = rows.value_or(0);
        }
        if (key == "query_duration_ms") {
            double duration = 0;
            if (!member.get_double().get(duration))
                step.durationMs = duration;
        }
        return true;
    });
}

} // namespace

bool addRow(StatementOutcome &outcome, std::string_view row, RowBudget &budget)
{
    const std::size_t needed = row.size() + (outcome.rowCount > 0 ? 1 : 0);
    if (outcome.truncated || outcome.rowCount >= budget.maxRows || needed > budget.bytes) {
        outcome.truncated = true;
        return false;
    }
    if (outcome.rowCount > 0)
        outcome.rows += ',';
    outcome.rows += row;
    budget.bytes -= needed;
    ++outcome.rowCount;
    return true;
}

class AnswerReader::Private
{
public:
    bool batch(ondemand::value value, PartAnswer &part, std::size_t index);
    bool response(ondemand::value value, PartAnswer &part, std::size_t index);
    bool result(ondemand::value value, PartAnswer &part, std::size_t index, std::string_view type);
    bool part(ondemand::value value, PartAnswer &part, std::size_t index);

    ondemand::parser parser;
    const BudgetOf *budgetOf = nullptr;
};

AnswerReader::AnswerReader()
    : d(std::make_unique<Private>())
{
}

AnswerReader::~AnswerReader() = default;

bool AnswerReader::Private::batch(ondemand::value value, PartAnswer &part, std::size_t index)
{
    const auto stepAt = [&part](std::size_t i) -> StepAnswer & {
        if (part.steps.size() <= i)
            part.steps.resize(i + 1);
        return part.steps[i];
    };
    return eachMember(value, [&](std::string_view key, ondemand::value member) {
        std::size_t i = 0;
        if (key != "step_results" && key != "step_errors")
            return true;
        return eachItem(member, [&](ondemand::value item) {
            StepAnswer &step = stepAt(i);
            const std::size_t at = i++;
            bool isNull = false;
            if (item.is_null().get(isNull))
                return false;
            if (isNull)
                return true;
            if (key == "step_results")
                return readStep(item, step, (*budgetOf)(index, at));
            return readError(item, step.error.emplace());
        });
    });
}

bool AnswerReader::Private::result(ondemand::value value, PartAnswer &part, std::size_t index,
                                   std::string_view type)
{
    if (type == "batch")
        return batch(value, part, index);
    if (type == "execute")
        return readStep(value, part.steps.emplace_back(), (*budgetOf)(index, 0));
    return eachMember(value, [&](std::string_view key, ondemand::value member) {
        if (key == "is_readonly")
            return readBool(member, part.isReadonly);
        return key == "is_explain" ? readBool(member, part.isExplain) : true;
    });
}

bool AnswerReader::Private::response(ondemand::value value, PartAnswer &part, std::size_t index)
{
    // The type first, whatever the order, as the result's shape depends on it.
    ondemand::object object;
    std::string_view type;
    if (value.get_object().get(object) || object.find_field_unordered("type").get(type))
        return false;
    if (type == "get_autocommit") {
        ondemand::value flag;
        return !object.find_field_unordered("is_autocommit").get(flag)
            && readBool(flag, part.isAutocommit);
    }
    if (type != "batch" && type != "execute" && type != "describe")
        return true;
    const std::string kept(type);
    ondemand::value found;
    return !object.find_field_unordered("result").get(found) && result(found, part, index, kept);
}

bool AnswerReader::Private::part(ondemand::value value, PartAnswer &part, std::size_t index)
{
    return eachMember(value, [&](std::string_view key, ondemand::value member) {
        if (key == "response")
            return response(member, part, index);
        return key == "error" ? readError(member, part.error.emplace()) : true;
    });
}

std::optional<PipelineAnswer> AnswerReader::pipeline(std::string &body, const BudgetOf &budgetOf)
{
    d->budgetOf = &budgetOf;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document;
    ondemand::value root;
    if (d->parser.iterate(body.data(), body.size(), body.capacity()).get(document)
        || document.get_value().get(root))
        return std::nullopt;
    PipelineAnswer answer;
    const bool whole = eachMember(root, [&](std::string_view key, ondemand::value member) {
        if (key == "baton")
            return readText(member, answer.baton);
        if (key == "base_url")
            return readText(member, answer.baseUrl);
        if (key != "results")
            return true;
        return eachItem(member, [&](ondemand::value item) {
            return d->part(item, answer.parts.emplace_back(), answer.parts.size() - 1);
        });
    });
    return whole ? std::optional(std::move(answer)) : std::nullopt;
}

std::optional<AnswerReader::Line> AnswerReader::cursorLine(std::string_view line,
                                                           std::size_t roomBehind, bool isFirst,
                                                           std::string &rows)
{
    using Kind = Line::Kind;
    ondemand::document document;
    ondemand::value root;
    if (d->parser.iterate(line.data(), line.size(), line.size() + roomBehind).get(document)
        || document.get_value().get(root))
        return std::nullopt;
    Line read;
    read.kind = isFirst ? Kind::Head : Kind::Other;
    const bool whole = eachMember(root, [&](std::string_view key, ondemand::value member) {
        std::optional<std::int64_t> number;
        if (key == "type") {
            std::string type;
            if (!readText(member, type))
                return false;
            read.kind = type == "row"  ? Kind::Row
                : type == "step_begin" ? Kind::StepBegin
                : type == "step_end"   ? Kind::StepEnd
                : type == "step_error" ? Kind::StepError
                : type == "error"      ? Kind::Error
                                       : Kind::Other;
            return true;
        }
        if (key == "row")
            return appendRow(rows, member);
        if (key == "cols")
            return readColumns(member, read.columns);
        if (key == "error")
            return readError(member, read.error);
        if (key == "baton")
            return readText(member, read.baton);
        if (key == "base_url")
            return readText(member, read.baseUrl);
        if (key == "last_insert_rowid")
            return readInteger(member, read.lastInsertRowid);
        if (key == "step" || key == "affected_row_count") {
            if (!readInteger(member, number))
                return false;
            if (key == "step")
                read.step = static_cast<std::size_t>(number.value_or(0));
            else
                read.affectedRows = number.value_or(0);
        }
        return true;
    });
    return whole ? std::optional(std::move(read)) : std::nullopt;
}

} // namespace Turso::Remote
