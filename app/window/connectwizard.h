// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "connect/connector.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QVariantList>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>
#include <vector>

namespace Window
{

class DeskLink;

/// Connects an agent step by step: which one, what exactly is written, and what came of it. Files
/// are read and written on a thread of their own; only one thing is under way at a time.
class ConnectWizard final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(Stage stage READ stage NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    /// Error of what was tried last: sentences; or empty.
    Q_PROPERTY(QString problem READ problem NOTIFY changed FINAL)
    /// Every agent that can be connected, as in `agent`.
    Q_PROPERTY(QVariantList agents READ agents NOTIFY agentsChanged FINAL)
    /// The chosen one: {id, name, file, state, stateText, tone, explanation, restartNote, bundle,
    /// ours}
    Q_PROPERTY(QVariantMap agent READ agent NOTIFY changed FINAL)
    /// How it can be connected: {value, text}. None or one: there is nothing to choose.
    Q_PROPERTY(QVariantList ways READ ways NOTIFY changed FINAL)
    Q_PROPERTY(QString way READ way NOTIFY changed FINAL)
    /// True while what is shown takes our entry out again.
    Q_PROPERTY(bool leaving READ isLeaving NOTIFY changed FINAL)
    /// What would be written: {text, kind: "added"|"removed"|"context"|"place"}.
    Q_PROPERTY(QVariantList diff READ diff NOTIFY changed FINAL)
    Q_PROPERTY(QStringList notes READ notes NOTIFY changed FINAL)
    /// The diff has come, and something would change.
    Q_PROPERTY(bool ready READ isReady NOTIFY changed FINAL)
    /// The diff has come, and nothing would change.
    Q_PROPERTY(bool nothingToDo READ isNothingToDo NOTIFY changed FINAL)
    /// What was done so far: {text, detail, state: "running"|"done"|"failed"|"todo"}.
    Q_PROPERTY(QVariantList steps READ steps NOTIFY changed FINAL)
    Q_PROPERTY(bool succeeded READ hasSucceeded NOTIFY changed FINAL)
    /// What was done can be taken back.
    Q_PROPERTY(bool undoable READ isUndoable NOTIFY changed FINAL)
    /// For agents that are not in the list: {url, commandLine, json, urlJson}.
    Q_PROPERTY(QVariantMap recipe READ recipe NOTIFY changed FINAL)

public:
    enum class Stage {
        Choosing,
        Preview, ///< of connecting or leaving
        Result, ///< and on the way there
        Other, ///< the recipe for agents that are not in the list
    };
    Q_ENUM(Stage)

    explicit ConnectWizard(DeskLink &link, Connect::Places places, QObject *parent = nullptr);
    ~ConnectWizard() override;

    Stage stage() const { return m_stage; }
    bool isBusy() const { return m_busy; }
    QString problem() const { return m_problem; }
    QVariantList agents() const { return m_agents; }
    QVariantMap agent() const;
    QVariantList ways() const;
    QString way() const;
    bool isLeaving() const { return m_leaving; }
    QVariantList diff() const { return m_diff; }
    QStringList notes() const { return m_notes; }
    bool isReady() const { return m_preview && !m_diff.isEmpty() && !m_busy; }
    bool isNothingToDo() const { return m_preview && m_diff.isEmpty(); }
    QVariantList steps() const { return m_steps; }
    bool hasSucceeded() const { return m_succeeded; }
    bool isUndoable() const { return m_undoable; }
    QVariantMap recipe() const { return m_recipe; }

    /// Starts anew: looks for agents.
    Q_INVOKABLE void open();
    /// Shows what connecting this agent would write.
    Q_INVOKABLE void choose(const QString &id);
    Q_INVOKABLE void chooseOther();
    Q_INVOKABLE void chooseWay(const QString &way);
    /// Shows what taking our entry out would write.
    Q_INVOKABLE void chooseLeaving();
    /// The file has been changed by somebody else: shows it as it is now.
    Q_INVOKABLE void lookAgain();
    /// Writes what is shown, and nothing else; after connecting, tries it out.
    Q_INVOKABLE void go();
    /// Takes back what was just written, byte for byte.
    Q_INVOKABLE void undo();
    /// Tries out what stands in the agent's file.
    Q_INVOKABLE void check();
    /// One step back; false where there is none.
    Q_INVOKABLE bool back();
    /// Hands the agent's bundle to whatever installs it. False: nobody does.
    Q_INVOKABLE bool openBundle();

Q_SIGNALS:
    void changed();
    void agentsChanged();

private:
    struct Worker;
    struct Shown;

    template <typename Work, typename Then>
    void run(Work work, Then then);
    void look();
    void takePreview(const Base::Result<Shown> &shown);
    void begin(Stage stage);
    void fail(const Base::Error &error);
    void addStep(const QString &text, const char *state, const QString &detail = {});
    void endStep(const QString &text, const char *state, const QString &detail = {});
    void takeApplied(const Connect::Applied &applied);
    void takeUndone(const Connect::Undone &undone);
    void shakeHands();
    void finish();
    void refresh();
    const Connect::AgentInfo *chosen() const;

    DeskLink &m_link;
    Connect::Places m_places;
    std::shared_ptr<Worker> m_worker;
    QThreadPool m_thread; ///< one: the connector is for one at a time
    quint64 m_turn = 0; ///< what was begun before the last step back is not heard any more
    Stage m_stage = Stage::Choosing;
    std::vector<Connect::AgentInfo> m_found;
    QVariantList m_agents;
    QString m_endpoint; ///< that agents are pointed at
    QString m_id;
    std::optional<Connect::Way> m_way;
    std::optional<Connect::Preview> m_preview;
    QVariantList m_diff;
    QStringList m_notes;
    QVariantList m_steps;
    QVariantMap m_recipe;
    QString m_problem;
    bool m_busy = false;
    bool m_leaving = false;
    bool m_succeeded = false;
    bool m_undoable = false;
};

} // namespace Window
