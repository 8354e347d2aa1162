// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectwizard.h"

#include "window/connectwording.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDesktopServices>
#include <QPromise>
#include <QUrl>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace Window
{

/// What the thread works with. Outlives the wizard as long as something is under way.
struct ConnectWizard::Worker {
    Base::SystemClock clock;
    Connect::Connector connector;

    Worker(const Connect::Places &places, const Connect::Destination &destination)
        : connector(places, destination, clock)
    {
    }
};

/// A preview, made ready for the eye where it may take its time.
struct ConnectWizard::Shown {
    Connect::Preview preview;
    QVariantList diff;
};

namespace
{

QString sentences(const Base::Error &error)
{
    QString message = Wording::unmasked(error.message).trimmed();
    if (!message.isEmpty() && message.back().isLetterOrNumber())
        message += u'.';
    return (message + u' ' + Wording::unmasked(error.hint)).trimmed();
}

/// All but what is left for the person to do: that stands in the list of what was done.
QStringList notesOf(const std::vector<std::string> &notes, const Connect::AgentInfo *agent)
{
    QStringList list;
    for (const std::string &note : notes) {
        if (!agent || note != agent->restartNote)
            list << Wording::unmasked(note);
    }
    return list;
}

} // namespace

ConnectWizard::ConnectWizard(DeskLink &link, Connect::Places places, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_places(std::move(places))
{
    m_thread.setMaxThreadCount(1);
    // The address may become known, or another one, while the agents are on show.
    connect(&link, &DeskLink::statusChanged, this, [this] {
        if (m_worker && m_stage == Stage::Choosing && m_link.endpoint() != m_endpoint)
            open();
    });
}

ConnectWizard::~ConnectWizard()
{
    m_thread.waitForDone(); // a file that is being written is written
}

/// Runs `work` with the connector on the thread, and `then` with its Result here, unless the person
/// has gone elsewhere meanwhile.
template <typename Work, typename Then>
void ConnectWizard::run(Work work, Then then)
{
    using Done = std::invoke_result_t<Work &, Connect::Connector &>;
    auto promise = std::make_shared<QPromise<Done>>();
    promise->start();
    Base::whenDone(promise->future(), this,
                   [this, turn = m_turn, then = std::move(then)](const Done &done) {
                       if (turn == m_turn)
                           then(done);
                   });
    m_thread.start([promise, worker = m_worker, work = std::move(work)]() mutable {
        promise->addResult(work(worker->connector));
        promise->finish();
    });
}

void ConnectWizard::open()
{
    m_endpoint = m_link.endpoint();
    m_worker
        = std::make_shared<Worker>(m_places,
                                   Connect::Destination::ofThisProgram(
                                       m_link.profile().toStdString(), m_endpoint.toStdString()));
    m_id.clear();
    begin(Stage::Choosing);
    refresh();
}

/// Forgets what was done and shown in the stage before.
void ConnectWizard::begin(Stage stage)
{
    ++m_turn;
    m_stage = stage;
    m_busy = false;
    m_succeeded = false;
    m_undoable = false;
    m_problem.clear();
    m_steps.clear();
    if (stage != Stage::Result) {
        m_preview.reset();
        m_diff.clear();
        m_notes.clear();
    }
    Q_EMIT changed();
}

void ConnectWizard::refresh()
{
    using Agents = std::vector<Connect::AgentInfo>;
    run([](Connect::Connector &connector) { return Base::Result<Agents>(connector.list()); },
        [this](const Base::Result<Agents> &found) {
            m_found = found.value_or(Agents());
            m_agents.clear();
            for (const Connect::AgentInfo &agent : m_found)
                m_agents << ConnectWording::agent(agent);
            Q_EMIT agentsChanged();
            Q_EMIT changed();
        });
}

const Connect::AgentInfo *ConnectWizard::chosen() const
{
    const auto found = std::find_if(m_found.begin(), m_found.end(), [this](const auto &agent) {
        return agent.id == m_id.toStdString();
    });
    return found == m_found.end() ? nullptr : &*found;
}

QVariantMap ConnectWizard::agent() const
{
    const Connect::AgentInfo *agent = chosen();
    return agent ? ConnectWording::agent(*agent) : QVariantMap();
}

QVariantList ConnectWizard::ways() const
{
    const Connect::AgentInfo *agent = chosen();
    return agent ? ConnectWording::ways(agent->ways) : QVariantList();
}

QString ConnectWizard::way() const
{
    return m_way ? Wording::text(Connect::wayName(*m_way)) : QString();
}

void ConnectWizard::choose(const QString &id)
{
    m_id = id;
    m_leaving = false;
    const Connect::AgentInfo *agent = chosen();
    if (!agent)
        return;
    m_way = agent->way        ? agent->way
        : agent->ways.empty() ? std::nullopt
                              : std::optional(agent->ways.front());
    begin(Stage::Preview);
    look();
}

void ConnectWizard::chooseWay(const QString &way)
{
    for (const Connect::Way one : {Connect::Way::Bridge, Connect::Way::Http}) {
        if (way == Wording::text(Connect::wayName(one)))
            m_way = one;
    }
    lookAgain();
}

void ConnectWizard::chooseLeaving()
{
    m_leaving = true;
    lookAgain();
}

void ConnectWizard::lookAgain()
{
    begin(Stage::Preview);
    look();
    refresh();
}

void ConnectWizard::chooseOther()
{
    begin(Stage::Other);
    run(
        [](Connect::Connector &connector) {
            return Base::Result<Connect::Recipe>(connector.recipe());
        },
        [this](const Base::Result<Connect::Recipe> &recipe) {
            m_recipe = recipe ? ConnectWording::recipe(*recipe) : QVariantMap();
            Q_EMIT changed();
        });
}

void ConnectWizard::look()
{
    m_busy = true;
    Q_EMIT changed();
    run(
        [id = m_id.toStdString(), way = m_way.value_or(Connect::Way::Bridge),
         leaving = m_leaving](Connect::Connector &connector) {
            return (leaving ? connector.previewUndo(id) : connector.preview(id, way))
                .map([](const Connect::Preview &preview) {
                    return Shown{preview, ConnectWording::diff(preview.diff)};
                });
        },
        [this](const Base::Result<Shown> &shown) { takePreview(shown); });
}

void ConnectWizard::takePreview(const Base::Result<Shown> &shown)
{
    m_busy = false;
    if (!shown)
        return fail(shown.error());
    m_preview = shown->preview;
    m_diff = shown->diff;
    m_notes = notesOf(shown->preview.notes, chosen());
    Q_EMIT changed();
}

void ConnectWizard::fail(const Base::Error &error)
{
    m_busy = false;
    m_problem = sentences(error);
    Q_EMIT changed();
}

void ConnectWizard::addStep(const QString &text, const char *state, const QString &detail)
{
    m_steps << ConnectWording::step(text, state, detail);
    Q_EMIT changed();
}

/// What the running step, the last one, has come to.
void ConnectWizard::endStep(const QString &text, const char *state, const QString &detail)
{
    m_steps.removeLast();
    addStep(text, state, detail);
}

void ConnectWizard::go()
{
    if (!isReady())
        return;
    if (m_leaving)
        return undo();
    begin(Stage::Result);
    m_busy = true;
    addStep(tr("Writing…"), "running");
    run([preview = *m_preview](Connect::Connector &connector) { return connector.apply(preview); },
        [this](const Base::Result<Connect::Applied> &applied) {
            if (applied)
                return takeApplied(*applied);
            endStep(tr("Nothing was written"), "failed");
            fail(applied.error());
        });
}

void ConnectWizard::takeApplied(const Connect::Applied &applied)
{
    m_steps.removeLast();
    const QString file = Wording::unmasked(applied.file);
    if (!applied.changed) {
        addStep(tr("It was connected like this already"), "done", file);
    } else {
        if (applied.backup.empty())
            addStep(tr("There was no file yet, so there is nothing to back up"), "done");
        else
            addStep(tr("Backed up"), "done", Wording::unmasked(applied.backup));
        addStep(tr("Written"), "done", file);
        m_undoable = true;
    }
    m_notes = notesOf(applied.notes, chosen());
    shakeHands();
}

void ConnectWizard::check()
{
    begin(Stage::Result);
    m_notes.clear();
    shakeHands();
}

void ConnectWizard::shakeHands()
{
    m_busy = true;
    addStep(tr("Trying it out as the agent would…"), "running");
    Base::whenDone(m_worker->connector.verify(m_id.toStdString()), this,
                   [this, turn = m_turn](const Base::Result<Connect::Handshake> &hands) {
                       if (turn != m_turn)
                           return;
                       if (hands) {
                           endStep(tr("Handshake"), "done", Wording::unmasked(hands->sentence));
                           m_succeeded = true;
                       } else {
                           endStep(tr("No handshake"), "failed");
                           m_problem = sentences(hands.error());
                       }
                       finish();
                   });
}

void ConnectWizard::undo()
{
    begin(Stage::Result);
    m_busy = true;
    m_leaving = true;
    m_notes.clear();
    addStep(tr("Taking it back…"), "running");
    run([id = m_id.toStdString()](Connect::Connector &connector) { return connector.undo(id); },
        [this](const Base::Result<Connect::Undone> &undone) {
            if (undone)
                return takeUndone(*undone);
            endStep(tr("Nothing was changed"), "failed");
            fail(undone.error());
        });
}

void ConnectWizard::takeUndone(const Connect::Undone &undone)
{
    const QString file = Wording::unmasked(undone.file);
    if (undone.removedFile)
        endStep(tr("The file is gone again, as before"), "done", file);
    else if (undone.exact)
        endStep(tr("The file is what it was, byte for byte"), "done", file);
    else
        endStep(tr("Our entry is out; what else was changed since has stayed"), "done", file);
    m_notes = notesOf(undone.notes, chosen());
    m_succeeded = true;
    finish();
}

/// What is left for the person to do.
void ConnectWizard::finish()
{
    m_busy = false;
    const Connect::AgentInfo *agent = chosen();
    if (agent && m_succeeded && !agent->restartNote.empty())
        addStep(Wording::unmasked(agent->restartNote), "todo");
    Q_EMIT changed();
    refresh();
}

bool ConnectWizard::back()
{
    if (m_stage == Stage::Choosing)
        return false;
    m_leaving = false;
    begin(Stage::Choosing);
    refresh();
    return true;
}

bool ConnectWizard::openBundle()
{
    const Connect::AgentInfo *agent = chosen();
    return agent && !agent->bundle.empty()
        && QDesktopServices::openUrl(QUrl::fromLocalFile(Wording::text(agent->bundle)));
}

} // namespace Window
