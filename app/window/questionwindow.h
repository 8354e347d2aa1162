// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QQuickWindow>

#include <memory>

namespace Window
{

class ApprovalQueue;

/// A window in which a question of the agents' stands. It comes up without taking the keyboard, and
/// takes none until the guard of its queue has run; it tells the queue when it can be seen, and
/// goes when the queue has nothing more to say.
class QuestionWindow final : public QObject
{
    Q_OBJECT

public:
    QuestionWindow(std::unique_ptr<QQuickWindow> window, ApprovalQueue &queue);
    ~QuestionWindow() override;

    QQuickWindow *window() const { return m_window.get(); }
    /// Without the keyboard.
    void show();
    /// For a person who asked for it.
    void raise();

private:
    std::unique_ptr<QQuickWindow> m_window;
    ApprovalQueue &m_queue;
};

} // namespace Window
