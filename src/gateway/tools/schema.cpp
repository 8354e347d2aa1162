// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/schema.h"

#include <array>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;

struct Alias {
    const char *guess;
    const char *real;
};
// What a double holds exactly; no tool takes larger numbers.
constexpr long long kMost = 9'000'000'000'000'000;
constexpr long long kLeast = -kMost;
constexpr std::array<Alias, 3> kAliases
    = {{{"database_name", "database"}, {"name", "database"}, {"query", "sql"}}};

auto invalid(const std::string &argument, const std::string &message)
{
    return Base::fail(ErrorKind::InvalidArgument, message, {},
                      "{\"argument\":" + Base::quoteJson(argument) + "}");
}

Base::Result<void> checkArray(const std::string &name, const Json &property, const Json &value)
{
    if (value.is_object() && name == "args") // values by name; see bindings()
        return {};
    if (!value.is_array())
        return invalid(name, "\"" + name + "\" must be an array.");
    if (value.size() > 32'766)
        return invalid(name, "\"" + name + "\" has too many entries.");
    const std::string itemType
        = Base::stringMember(Base::member(property, "items"), "type").value_or(std::string());
    for (const Json &item : value) {
        if (itemType == "string" && !item.is_string())
            return invalid(name, "\"" + name + "\" must hold strings only.");
    }
    return {};
}

Base::Result<void> checkValue(const std::string &name, const Json &property, const Json &value)
{
    const std::string type = Base::stringMember(property, "type").value_or(std::string());
    if (type == "string" && !value.is_string())
        return invalid(name, "\"" + name + "\" must be a string.");
    const Json &allowed = Base::member(property, "enum");
    if (allowed.is_array() && std::find(allowed.begin(), allowed.end(), value) == allowed.end())
        return invalid(name, "\"" + name + "\" must be one of " + Base::dumpJson(allowed) + '.');
    if (type == "boolean" && !value.is_boolean())
        return invalid(name, "\"" + name + "\" must be true or false.");
    if (type == "array")
        return checkArray(name, property, value);
    if (type != "integer")
        return {};
    // 5.0 is an integer in JSON Schema, and some clients send it so.
    const bool whole = value.is_number_integer()
        || (value.is_number_float() && value.get<double>() > -9e15 && value.get<double>() < 9e15
            && value.get<double>()
                == static_cast<double>(static_cast<long long>(value.get<double>())));
    if (!whole)
        return invalid(name, "\"" + name + "\" must be a whole number.");
    const auto number = value.get<double>();
    const auto least
        = static_cast<double>(Base::integerMember(property, "minimum").value_or(kLeast));
    const auto most = static_cast<double>(Base::integerMember(property, "maximum").value_or(kMost));
    if (number < least || number > most)
        return invalid(name,
                       "\"" + name + "\" must be between "
                           + Base::dumpJson(Base::member(property, "minimum")) + " and "
                           + Base::dumpJson(Base::member(property, "maximum")) + ".");
    return {};
}

std::string resolved(const Json &properties, const std::string &name)
{
    if (properties.contains(name))
        return name;
    for (const Alias &alias : kAliases) {
        if (name == alias.guess && properties.contains(alias.real))
            return alias.real;
    }
    return {};
}

} // namespace

InputSchema &InputSchema::text(const char *name, const char *description, bool required)
{
    m_properties[name] = {{"type", "string"}, {"description", description}};
    if (required)
        m_required.push_back(name);
    return *this;
}

InputSchema &InputSchema::integer(const char *name, const char *description, long long least,
                                  long long most, long long byDefault)
{
    m_properties[name] = {{"type", "integer"},
                          {"description", description},
                          {"minimum", least},
                          {"maximum", most},
                          {"default", byDefault}};
    return *this;
}

InputSchema &InputSchema::boolean(const char *name, const char *description)
{
    m_properties[name] = {{"type", "boolean"}, {"description", description}};
    return *this;
}

InputSchema &InputSchema::array(const char *name, const char *description, const char *itemType)
{
    m_properties[name]
        = {{"type", "array"}, {"description", description}, {"items", {{"type", itemType}}}};
    return *this;
}

InputSchema &InputSchema::bindings(const char *name, const char *description)
{
    m_properties[name]
        = {{"type", "array"},
           {"description", description},
           {"items", {{"description", "A string, number, boolean, null, or {\"base64\": ...}."}}}};
    return *this;
}

Json InputSchema::json() const
{
    Json schema
        = {{"type", "object"}, {"properties", m_properties}, {"additionalProperties", false}};
    if (!m_required.empty())
        schema["required"] = m_required;
    return schema;
}

Base::Result<Json> checkedArguments(const Json &schema, const Json &arguments)
{
    if (!arguments.is_object())
        return invalid("arguments", "The arguments must be an object.");
    const Json &properties = schema["properties"];
    Json checked = Json::object();
    for (const auto &[given, value] : arguments.items()) {
        const std::string name = resolved(properties, given);
        if (name.empty())
            return invalid(given, "This tool has no argument \"" + given + "\".");
        if (checked.contains(name))
            return invalid(given, "\"" + name + "\" was given twice.");
        if (value.is_null())
            continue; // what several clients send for "not given"
        if (const auto valid = checkValue(name, properties[name], value); !valid)
            return tl::unexpected(valid.error());
        // 5.0 is an integer here; whoever reads it should find one
        if (value.is_number_float() && Base::stringMember(properties[name], "type") == "integer")
            checked[name] = static_cast<long long>(value.get<double>());
        else
            checked[name] = value;
    }
    for (const Json &name : Base::member(schema, "required")) {
        if (!checked.contains(name.get<std::string>()))
            return invalid(name.get<std::string>(),
                           "\"" + name.get<std::string>() + "\" is missing.");
    }
    return checked;
}

Json outputSchema(Json own)
{
    const auto text = [](const char *description) {
        return Json{{"type", "string"}, {"description", description}};
    };
    Json properties = {
        {"status",
         {{"type", "string"},
          {"enum", {"ok", "pending_approval", "refused", "failed"}},
          {"description",
           "ok, pending_approval (call approval_wait), refused (by a rule or a person) or "
           "failed."}}},
        {"code", text("Why it was refused or failed, machine-readable.")},
        {"message", text("The same as a sentence.")},
        {"hint", text("What to do about it.")},
        {"call_id", text("The call's id in Turso Companion.")},
        {"permission", text("The permission that the grant lacks.")},
        {"use_tool", text("The tool that this statement belongs to.")},
        {"argument", text("The argument that cannot be used.")},
        {"statement",
         {{"type", "integer"}, {"description", "Index of the statement concerned, from 0."}}},
        {"engine_code", text("The database engine's own code.")},
        {"outcome", text("not_run or unknown, when the connection failed.")},
        {"capability", text("What this connection cannot do.")},
        {"approval_id", text("Pass it to approval_wait.")},
        {"expires_at", text("Until when the person can answer, RFC 3339.")},
    };
    properties.update(own);
    return {{"type", "object"}, {"properties", properties}, {"required", {"status"}}};
}

} // namespace Gateway
