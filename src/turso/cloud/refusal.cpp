// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/refusal.h"

#include "base/json.h"
#include "turso/cloud/answers.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace Turso::CloudApi
{

using Base::Error;
using Base::ErrorKind;
using Base::Json;

namespace
{

constexpr std::size_t kMostWords = 500;
constexpr char kNewToken[]
    = "A person can sign in again, or give the connection another token (Connections).";

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

bool holds(const std::string &text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&text](std::string_view word) {
        return text.find(word) != std::string::npos;
    });
}

/// One line of printable text.
std::string tidied(std::string text)
{
    for (char &c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    }
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string::npos)
        return {};
    text = text.substr(begin, text.find_last_not_of(' ') - begin + 1);
    if (text.size() > kMostWords) {
        std::size_t end = kMostWords;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end;
        text.resize(end);
        text += "...";
    }
    return text;
}

bool isPage(const ApiAnswer &answer)
{
    return lowered(answer.contentType).find("html") != std::string::npos
        || answer.body.starts_with("<");
}

struct Refusal {
    const ApiAnswer &answer;
    const Asked &asked;
    const Claims &token;
    std::string words;
    std::string lower; ///< the words, to look for others in them

    std::string sentence(const std::string &start) const
    {
        return words.empty() ? start + "." : start + ": " + words;
    }
    std::string refusedTo() const
    {
        return sentence("Turso refused to " + asked.doing + " (" + std::to_string(answer.status)
                        + ")");
    }
};

std::string scopeHint(const char *scope)
{
    return std::string("The connection's token needs the scope ") + scope
        + ": make a token for the group that has it, and give it to the connection "
          "(Connections).";
}

bool lacksScope(const Refusal &refusal)
{
    const auto &scopes = refusal.token.scopes;
    return *refusal.asked.scope != '\0' && !scopes.empty()
        && std::find(scopes.begin(), scopes.end(), refusal.asked.scope) == scopes.end();
}

Error forbiddenByPlan(const Refusal &refusal)
{
    return {ErrorKind::LimitExceeded, refusal.refusedTo(),
            "The organization's plan or its limits do not allow it; see its billing page on "
            "app.turso.tech."};
}

/// 403 means many things.
Error forbidden(const Refusal &refusal)
{
    const std::string &lower = refusal.lower;
    const std::string code = lowered(codeOf(refusal.answer));
    if (code.starts_with("feature_not_available"))
        return {ErrorKind::Unsupported,
                refusal.sentence("The organization's plan on Turso cannot " + refusal.asked.doing),
                "A higher plan has it; see the organization's billing page on app.turso.tech."};
    if (holds(lower, {"delete-protect", "delete protect", "delete_protect"}))
        return {ErrorKind::Protected, refusal.words,
                "A person can lift the protection, in its configuration or its group's."};
    if (holds(lower, {"must specify a group"}))
        return {ErrorKind::InvalidArgument, refusal.words,
                "The connection's token is for one group: name that group.",
                R"({"argument":"group"})"};
    if (lacksScope(refusal) || holds(lower, {"scope", "not allowed for this token"}))
        return {ErrorKind::Unauthorized, refusal.refusedTo(),
                holds(lower, {"org-level"})
                    ? "The connection's token is for one group; this needs one for the "
                      "organization (Connections)."
                    : scopeHint(refusal.asked.scope)};
    if (holds(lower, {"plan", "upgrade", "quota", "limit", "overage", "billing", "payment"}))
        return forbiddenByPlan(refusal);
    if (holds(lower, {"not a member", "not member"}))
        return {ErrorKind::Unauthorized, refusal.refusedTo(),
                "Whoever made the connection's token is not in this organization (any more). "
                    + std::string(kNewToken)};
    if (holds(lower, {"role", "admin", "owner", "viewer"}))
        return {ErrorKind::Unauthorized, refusal.refusedTo(),
                "Whoever made the connection's token has too small a role in the organization; "
                "an admin can change it on app.turso.tech."};
    return {ErrorKind::Unauthorized, refusal.refusedTo(),
            "Turso does not say why. It may be the token's scopes"
                + (*refusal.asked.scope != '\0' ? " (" + std::string(refusal.asked.scope) + ")"
                                                : std::string())
                + ", the role of whoever made it, or the organization's plan."};
}

Error missing(const Refusal &refusal)
{
    if (isPage(refusal.answer))
        return strangeAnswer(refusal.asked, "there is no Platform API at this address");
    if (holds(refusal.lower, {"organization"}) && !holds(refusal.lower, {"database", "group"}))
        return {ErrorKind::Unauthorized, refusal.refusedTo(),
                "The connection's organization does not exist, or its token does not reach it: "
                "correct it in Connections."};
    if (!refusal.asked.database.empty() && !holds(refusal.lower, {"group"}))
        return {ErrorKind::NotFound,
                "There is no database named \"" + refusal.asked.database + "\"."};
    return {ErrorKind::NotFound,
            refusal.words.empty()
                ? refusal.sentence("Turso did not find it when asked to " + refusal.asked.doing)
                : refusal.words};
}

Error wrong(const Refusal &refusal)
{
    if (holds(refusal.lower, {"could not parse jwt id"}))
        return {ErrorKind::Unauthorized,
                "The connection's token is one for a database's SQL, not for the Platform API.",
                kNewToken};
    if (holds(refusal.lower, {"group not found"}))
        return {ErrorKind::NotFound, refusal.words};
    if (holds(refusal.lower, {"already exists"}))
        return {ErrorKind::AlreadyExists, refusal.words};
    if (refusal.answer.status == 422 && refusal.asked.creates
        && !holds(refusal.lower, {"invalid", "must "}))
        return {ErrorKind::AlreadyExists, refusal.sentence("This name is not available on Turso"),
                "Choose another name."};
    return {ErrorKind::InvalidArgument, refusal.refusedTo()};
}

Error unexpected(const Refusal &refusal)
{
    const int status = refusal.answer.status;
    if (status >= 300 && status < 400)
        return strangeAnswer(refusal.asked,
                             "it leads elsewhere (" + std::to_string(status)
                                 + "), and a token is not sent after a redirect; correct the "
                                   "connection's address");
    const std::string start
        = "Turso could not " + refusal.asked.doing + " (" + std::to_string(status) + ")";
    const bool isClients = status >= 400 && status < 500; // refused before anything was done
    return {ErrorKind::UpstreamError, refusal.sentence(start),
            isClients || !refusal.asked.changes
                ? std::string()
                : "Nobody knows whether it was done: look before you try again.",
            isClients ? std::string(R"({"outcome":"not_run"})") : outcomeOf(refusal.asked)};
}

} // namespace

std::string wordsOf(const ApiAnswer &answer)
{
    if (isPage(answer))
        return {};
    const auto body = Base::parseJson(answer.body);
    if (!body)
        return tidied(answer.body);
    const Json *said = &*body;
    for (const char *key : {"error", "message", "detail"}) {
        const Json &member = field(*said, key);
        if (member.is_null())
            continue;
        said = &member;
        if (member.is_object() && !field(member, "message").is_null())
            said = &field(member, "message");
        break;
    }
    if (said->is_string())
        return tidied(said->get<std::string>());
    if (said->is_null() || said->empty())
        return {};
    return tidied(Base::dumpJson(*said));
}

std::string codeOf(const ApiAnswer &answer)
{
    const auto body = Base::parseJson(answer.body);
    if (!body)
        return {};
    const auto code = textField(*body, "code");
    return code ? *code : textField(field(*body, "error"), "code").value_or("");
}

std::string outcomeOf(const Asked &asked)
{
    return asked.changes ? R"({"outcome":"unknown"})" : R"({"outcome":"not_run"})";
}

Error strangeAnswer(const Asked &asked, const std::string &what)
{
    return {ErrorKind::UpstreamError,
            "Turso's answer to the request to " + asked.doing + " cannot be used: " + what + ".",
            asked.changes ? "Nobody knows whether it was done: look before you try again."
                          : std::string(),
            outcomeOf(asked)};
}

Error refusalOf(const ApiAnswer &answer, const Asked &asked, const Claims &token)
{
    Refusal refusal{answer, asked, token, wordsOf(answer), {}};
    refusal.lower = lowered(refusal.words);
    switch (answer.status) {
    case 401:
        return {ErrorKind::Unauthorized,
                refusal.sentence("Turso does not take the connection's token (any more)"),
                kNewToken};
    case 402:
        return forbiddenByPlan(refusal);
    case 403:
        return forbidden(refusal);
    case 404:
        return missing(refusal);
    case 409:
        if (asked.creates)
            return {ErrorKind::AlreadyExists,
                    refusal.words.empty() ? "There is one with this name already." : refusal.words};
        return {ErrorKind::InvalidArgument, refusal.refusedTo()};
    case 400:
    case 422:
        return wrong(refusal);
    case 429:
        return {ErrorKind::LimitExceeded,
                refusal.sentence("Turso asks to wait: there were too many requests"),
                "Try again in a minute.", R"({"outcome":"not_run"})"};
    default:
        return unexpected(refusal);
    }
}

} // namespace Turso::CloudApi
