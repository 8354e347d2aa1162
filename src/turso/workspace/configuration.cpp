// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/configuration.h"

#include "turso/sizelimit.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace Turso::Embedded
{

namespace
{

constexpr std::size_t kMostEntries = 1000;

/// Addresses of which the first `prefix` bits are those of `bytes`; `length` is 4 or 16.
struct Range {
    std::array<unsigned char, 16> bytes{};
    int length = 0;
    int prefix = 0;

    bool holds(const Range &address) const
    {
        if (address.length != length)
            return false;
        for (int bit = 0; bit < prefix; ++bit) {
            const auto at = static_cast<std::size_t>(bit / 8);
            if (((bytes[at] ^ address.bytes[at]) >> (7 - bit % 8) & 1) != 0)
                return false;
        }
        return true;
    }
};

std::optional<Range> rangeOf(const std::string &text)
{
    const std::size_t slash = text.find('/');
    const std::string address = text.substr(0, slash);
    Range range;
    if (inet_pton(AF_INET, address.c_str(), range.bytes.data()) == 1)
        range.length = 4;
    else if (inet_pton(AF_INET6, address.c_str(), range.bytes.data()) == 1)
        range.length = 16;
    else
        return std::nullopt;
    range.prefix = range.length * 8;
    if (slash == std::string::npos)
        return range;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, range.prefix);
    if (error != std::errc() || stop != end || range.prefix < 0 || range.prefix > range.length * 8)
        return std::nullopt;
    return range;
}

bool isVpc(const std::string &text)
{
    constexpr std::string_view kPrefix = "vpce-";
    return text.starts_with(kPrefix) && text.size() > kPrefix.size() && text.size() <= 256
        && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || c == '-';
           });
}

auto invalid(const char *argument, const std::string &message)
{
    return Base::fail(Base::ErrorKind::InvalidArgument, message, {},
                      std::string("{\"argument\":\"") + argument + "\"}");
}

/// Each entry once, in the order given; a text that `isValid` refuses is the error.
template <typename Valid>
Base::Result<std::vector<std::string>> cleaned(const std::vector<std::string> &list, Valid isValid)
{
    std::vector<std::string> kept;
    for (const std::string &entry : list) {
        const std::size_t begin = entry.find_first_not_of(" \t\r\n");
        if (begin == std::string::npos)
            continue;
        std::string text = entry.substr(begin, entry.find_last_not_of(" \t\r\n") - begin + 1);
        if (!isValid(text))
            return Base::fail(Base::ErrorKind::InvalidArgument, text.substr(0, 100));
        if (std::find(kept.begin(), kept.end(), text) == kept.end())
            kept.push_back(std::move(text));
    }
    if (kept.size() > kMostEntries)
        return Base::fail(Base::ErrorKind::InvalidArgument, "more than 1000 entries");
    return kept;
}

template <typename T>
void take(T &value, const std::optional<T> &wanted, const char *key,
          std::vector<std::string> &changed)
{
    if (!wanted || *wanted == value)
        return;
    value = *wanted;
    changed.emplace_back(key);
}

} // namespace

Base::Result<std::vector<std::string>> applyChange(DatabaseConfiguration &configuration,
                                                   const ConfigurationChange &change)
{
    std::optional<std::int64_t> limit = configuration.sizeLimit;
    if (change.sizeLimit) {
        if (*change.sizeLimit < kPageSize)
            return invalid("size_limit", "A size limit is at least 4096 bytes.");
        limit = *change.sizeLimit - *change.sizeLimit % kPageSize;
    }
    std::optional<std::vector<std::string>> ips;
    if (change.allowedIps) {
        auto list = cleaned(*change.allowedIps,
                            [](const std::string &text) { return rangeOf(text).has_value(); });
        if (!list)
            return invalid("allowed_ips",
                           "allowed_ips takes IPv4 and IPv6 addresses and CIDR ranges, not: "
                               + list.error().message);
        ips = std::move(*list);
    }
    std::optional<std::vector<std::string>> vpcs;
    if (change.allowedAwsVpcIds) {
        auto list = cleaned(*change.allowedAwsVpcIds, isVpc);
        if (!list)
            return invalid("allowed_aws_vpc_ids",
                           "allowed_aws_vpc_ids takes ids that begin with vpce-, not: "
                               + list.error().message);
        vpcs = std::move(*list);
    }
    std::vector<std::string> changed;
    take(configuration.deleteProtection, change.deleteProtection, "delete_protection", changed);
    take(configuration.blockReads, change.blockReads, "block_reads", changed);
    take(configuration.blockWrites, change.blockWrites, "block_writes", changed);
    take(configuration.allowedIps, ips, "allowed_ips", changed);
    take(configuration.allowedAwsVpcIds, vpcs, "allowed_aws_vpc_ids", changed);
    if (limit != configuration.sizeLimit) {
        configuration.sizeLimit = limit;
        changed.emplace_back("size_limit");
    }
    return changed;
}

bool admitsThisMachine(const DatabaseConfiguration &configuration)
{
    return admitsAny(configuration, {"127.0.0.1", "::1"});
}

bool admitsAny(const DatabaseConfiguration &configuration,
               const std::vector<std::string> &addresses)
{
    const std::vector<std::string> &allowed = configuration.allowedIps;
    if (allowed.empty())
        return true;
    return std::any_of(allowed.begin(), allowed.end(), [&addresses](const std::string &text) {
        const auto range = rangeOf(text);
        return range
            && std::any_of(addresses.begin(), addresses.end(),
                           [&range](const std::string &address) {
                               const auto one = rangeOf(address);
                               return one && range->holds(*one);
                           });
    });
}

} // namespace Turso::Embedded
