// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/callviewmodel.h"

#include "control/codec.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace Window
{

using Base::Json;

namespace
{

constexpr qsizetype kLongestCell = 40;
constexpr std::size_t kLongestText = 64 * 1024;

QVariantMap fact(const QString &label, const QString &value, bool mono = false)
{
    return {{QStringLiteral("label"), label},
            {QStringLiteral("value"), value},
            {QStringLiteral("mono"), mono}};
}

void addFact(QVariantList &facts, const QString &label, const QString &value, bool mono = false)
{
    if (!value.isEmpty())
        facts.append(fact(label, value, mono));
}

QString indented(const std::string &json)
{
    if (json.empty())
        return {};
    const auto parsed = Base::parseJson(json);
    if (!parsed) // the payload was cut: shown as it is
        return Wording::text(json);
    const std::string text = parsed->dump(2, ' ', false, Json::error_handler_t::replace);
    return Wording::text(std::string_view(text).substr(0, kLongestText));
}

} // namespace

CallViewModel::CallViewModel(DeskLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
{
    connect(&link, &DeskLink::callsChanged, this,
            [this](const std::vector<Gateway::CallRecord> &calls) {
                const bool concerned
                    = std::any_of(calls.begin(), calls.end(), [this](const auto &call) {
                          return !m_callId.isEmpty() && Wording::text(call.id) == m_callId;
                      });
                if (concerned)
                    load();
            });
}

void CallViewModel::show(const QString &callId)
{
    if (callId == m_callId)
        return;
    m_callId = callId;
    m_detail = {};
    m_loaded = false;
    m_loading = false;
    m_again = false;
    m_problem.clear();
    readResult();
    Q_EMIT callIdChanged();
    Q_EMIT changed();
    if (!m_callId.isEmpty())
        load();
}

void CallViewModel::load()
{
    if (m_loading) {
        m_again = true;
        return;
    }
    m_loading = true;
    const QString id = m_callId;
    m_link.call("calls.show", {{"call_id", id.toStdString()}}, this,
                [this, id](const Base::Result<Json> &answer) {
                    if (id != m_callId)
                        return;
                    auto detail = answer ? Control::callDetailFrom(*answer)
                                         : tl::unexpected<Base::Error>(answer.error());
                    m_loading = false;
                    if (detail) {
                        m_detail = std::move(*detail);
                        m_problem.clear();
                    } else {
                        m_problem = Wording::text(detail.error().message);
                    }
                    m_loaded = detail.has_value();
                    readResult();
                    Q_EMIT changed();
                    if (std::exchange(m_again, false))
                        load();
                });
}

QString CallViewModel::tool() const
{
    return Wording::text(m_detail.record.tool);
}

QString CallViewModel::headline() const
{
    const Gateway::CallRecord &call = m_detail.record;
    const QString agent = Wording::oneLine(call.agent, 60);
    if (call.database.empty())
        return tr("by %1").arg(agent);
    return tr("on %1 by %2").arg(Wording::oneLine(call.database, 60), agent);
}

QString CallViewModel::callState() const
{
    return Wording::text(Gateway::callStateName(m_detail.record.state));
}

QString CallViewModel::risk() const
{
    return Wording::text(Gateway::riskName(m_detail.record.risk));
}

QString CallViewModel::sql() const
{
    return Wording::unmasked(m_detail.record.sql);
}

QString CallViewModel::arguments() const
{
    return indented(m_detail.arguments);
}

QVariantList CallViewModel::summary() const
{
    const Gateway::CallRecord &call = m_detail.record;
    QVariantList facts;
    if (!m_loaded)
        return facts;
    addFact(facts, tr("Agent"), Wording::oneLine(call.agent, 200));
    addFact(facts, tr("Program"), Wording::oneLine(m_detail.program, 300));
    addFact(facts, tr("Connection"), Wording::oneLine(call.connection, 200));
    addFact(facts, tr("Database"), Wording::oneLine(call.database, 200), true);
    addFact(facts, tr("Started"),
            QDateTime::fromMSecsSinceEpoch(call.startedAt)
                .toString(QStringLiteral("d MMM yyyy, HH:mm:ss.zzz")));
    if (Gateway::isFinal(call.state))
        addFact(facts, tr("Took"), Wording::duration(call.durationMs), true);
    addFact(facts, tr("Rows"), Wording::count(call.rows), true);
    addFact(facts, tr("Affected"), Wording::count(call.affectedRows), true);
    if (call.bytes > 0)
        addFact(facts, tr("Answer"), tr("%1 bytes").arg(Wording::count(call.bytes)), true);
    addFact(facts, tr("Call"), Wording::text(call.id), true);
    return facts;
}

QVariantList CallViewModel::why() const
{
    const Gateway::CallRecord &call = m_detail.record;
    QVariantList facts;
    if (!m_loaded)
        return facts;
    addFact(facts, tr("Decision"), Wording::decision(call.decision));
    addFact(facts, tr("Because"), Wording::oneLine(call.rule, 400));
    addFact(facts, tr("Statement"), Wording::text(call.statementClass));
    addFact(facts, tr("Code"), Wording::text(call.code), true);
    addFact(facts, tr("It says"),
            m_detail.reason.empty()
                ? QString()
                : QStringLiteral("“%1”").arg(Wording::oneLine(m_detail.reason, 600)));
    addFact(facts, tr("Grant"), Wording::text(m_detail.grantId), true);
    addFact(facts, tr("Approval"), Wording::text(m_detail.approvalId), true);
    return facts;
}

QVariantList CallViewModel::timeline() const
{
    const Gateway::CallRecord &call = m_detail.record;
    const std::pair<QString, double> parts[] = {{tr("Judging"), m_detail.judgeMs},
                                                {tr("Preview"), m_detail.previewMs},
                                                {tr("Waiting for you"), call.waitMs},
                                                {tr("Running"), m_detail.runMs}};
    const char *const kinds[] = {"judge", "preview", "wait", "run"};
    double total = 0;
    for (const auto &part : parts)
        total += std::max(part.second, 0.0);
    QVariantList segments;
    for (std::size_t i = 0; i < std::size(parts); ++i) {
        if (parts[i].second <= 0 || total <= 0)
            continue;
        segments.append(
            QVariantMap{{QStringLiteral("label"), parts[i].first},
                        {QStringLiteral("duration"), Wording::duration(parts[i].second)},
                        {QStringLiteral("share"), parts[i].second / total},
                        {QStringLiteral("kind"), QLatin1StringView(kinds[i])}});
    }
    return segments;
}

void CallViewModel::readResult()
{
    m_columns.clear();
    m_rows.clear();
    m_rowsNote.clear();
    m_resultText = indented(m_detail.result);
    const auto parsed
        = m_detail.result.empty() ? Base::Result<Json>(Json()) : Base::parseJson(m_detail.result);
    if (!parsed)
        return;
    const Json &columns = Base::member(*parsed, "columns");
    const Json &rows = Base::member(*parsed, "rows");
    if (!columns.is_array() || columns.empty() || !rows.is_array())
        return;
    std::vector<qsizetype> letters;
    QStringList names;
    for (const Json &column : columns) {
        names << Wording::oneLine(Base::stringMember(column, "name").value_or("?"), kLongestCell);
        letters.push_back(names.back().size());
    }
    for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
        QStringList cells;
        for (std::size_t at = 0;
             rows[i].is_array() && at < std::min(rows[i].size(), letters.size()); ++at) {
            cells << Wording::cell(rows[i][at]);
            letters[at]
                = std::clamp(cells.back().size(), letters[at], std::max(letters[at], kLongestCell));
        }
        m_rows.append(QVariant(cells));
    }
    for (qsizetype at = 0; at < names.size(); ++at)
        m_columns.append(
            QVariantMap{{QStringLiteral("name"), names[at]},
                        {QStringLiteral("letters"), letters[static_cast<std::size_t>(at)]}});
    if (rows.size() > kShownRows)
        m_rowsNote = tr("The first %1 of %2 rows").arg(kShownRows).arg(rows.size());
    else if (Base::boolMember(*parsed, "truncated").value_or(false))
        m_rowsNote = tr("The agent got these rows and was told that there are more");
}

} // namespace Window
