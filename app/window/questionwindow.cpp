// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/questionwindow.h"

#include "window/approvalqueue.h"

#include <utility>

namespace Window
{

QuestionWindow::QuestionWindow(std::unique_ptr<QQuickWindow> window, ApprovalQueue &queue)
    : m_window(std::move(window))
    , m_queue(queue)
{
    // Mapped without being activated; the flag goes once the guard has run, so that a person, and
    // only a person, can give it the keyboard.
    m_window->setProperty("_q_showWithoutActivating", true);
    connect(m_window.get(), &QQuickWindow::frameSwapped, this, [this] {
        if (m_window->isVisible() && m_window->visibility() != QWindow::Minimized)
            m_queue.setShown(true);
    });
    connect(m_window.get(), &QWindow::visibilityChanged, this,
            [this](QWindow::Visibility visibility) {
                if (visibility == QWindow::Hidden || visibility == QWindow::Minimized)
                    m_queue.setShown(false);
            });
    connect(&m_queue, &ApprovalQueue::armedChanged, this, [this] {
        if (m_queue.canApprove())
            m_window->setFlag(Qt::WindowDoesNotAcceptFocus, false);
    });
    connect(&m_queue, &ApprovalQueue::emptied, m_window.get(), &QWindow::hide);
}

QuestionWindow::~QuestionWindow()
{
    // A window that goes says so, to members that have gone before it.
    m_window->disconnect(this);
}

void QuestionWindow::show()
{
    m_window->setFlag(Qt::WindowDoesNotAcceptFocus, true);
    m_window->show();
    m_window->raise();
}

void QuestionWindow::raise()
{
    m_window->setFlag(Qt::WindowDoesNotAcceptFocus, false);
    m_window->raise();
    m_window->requestActivate();
}

} // namespace Window
