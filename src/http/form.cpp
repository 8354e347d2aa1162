// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/form.h"

#include <QByteArray>
#include <QString>
#include <QStringDecoder>

#include <algorithm>
#include <cctype>

namespace Http
{

namespace
{

constexpr std::size_t kMostFields = 50;
constexpr std::string_view kRepeatable = "resource";

std::optional<std::string> decoded(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%')
            continue;
        const auto isHex = [&text](std::size_t at) {
            return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
        };
        if (!isHex(i + 1) || !isHex(i + 2))
            return std::nullopt;
    }
    QByteArray bytes(text.data(), static_cast<qsizetype>(text.size()));
    bytes.replace('+', ' ');
    bytes = QByteArray::fromPercentEncoding(bytes);
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString checked = decoder(bytes);
    if (decoder.hasError() || checked.contains(QChar(0xFFFD)))
        return std::nullopt;
    const bool isPlain = std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    });
    if (!isPlain)
        return std::nullopt;
    return bytes.toStdString();
}

} // namespace

std::optional<Form> Form::parse(std::string_view text)
{
    Form form;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (field.empty())
            continue;
        const std::size_t equals = std::min(field.find('='), field.size());
        auto name = decoded(field.substr(0, equals));
        auto value = decoded(field.substr(std::min(equals + 1, field.size())));
        if (!name || !value || form.m_fields.size() >= kMostFields)
            return std::nullopt;
        if (value->empty())
            continue;
        if (*name != kRepeatable && !form[*name].empty())
            return std::nullopt;
        form.m_fields.emplace_back(std::move(*name), std::move(*value));
    }
    return form;
}

const std::string &Form::operator[](std::string_view name) const
{
    static const std::string none;
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [name](const auto &field) { return field.first == name; });
    return found == m_fields.end() ? none : found->second;
}

std::vector<std::string> Form::all(std::string_view name) const
{
    std::vector<std::string> values;
    for (const auto &[key, value] : m_fields) {
        if (key == name)
            values.push_back(value);
    }
    return values;
}

} // namespace Http
