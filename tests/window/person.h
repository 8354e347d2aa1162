// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <functional>
#include <vector>

namespace Played
{

/// Looks at a window and uses it, as a person does: sees only what is shown, clicks only what lies
/// on top, types where the keyboard is.
class Person
{
public:
    virtual ~Person() = default;
    virtual QQuickWindow *main() const = 0;

    /// Everything that can be seen below `item`, itself first.
    static void eachShown(QQuickItem *item, const std::function<void(QQuickItem *)> &visit)
    {
        if (!item->isVisible())
            return;
        visit(item);
        for (QQuickItem *child : item->childItems())
            eachShown(child, visit);
    }
    std::vector<QQuickItem *> items(const QString &name) const
    {
        std::vector<QQuickItem *> found;
        eachShown(main()->contentItem(), [&](QQuickItem *item) {
            if (item->objectName() == name)
                found.push_back(item);
        });
        return found;
    }
    QQuickItem *item(const char *name) const
    {
        const auto found = items(QLatin1StringView(name));
        return found.empty() ? nullptr : found.front();
    }
    QString text(const char *name) const
    {
        return item(name) ? item(name)->property("text").toString() : QString();
    }
    bool waitFor(const char *name) const
    {
        return QTest::qWaitFor([&] { return item(name) && item(name)->isEnabled(); }, 20'000);
    }
    static bool isOnTop(const QQuickItem *target)
    {
        const QPointF centre = target->mapToScene({target->width() / 2, target->height() / 2});
        QQuickItem *above = target->window()->contentItem();
        while (QQuickItem *child
               = above->childAt(above->mapFromScene(centre).x(), above->mapFromScene(centre).y()))
            above = child;
        return above == target || target->isAncestorOf(above);
    }
    void click(QQuickItem *target) const
    {
        const QPointF centre = target->mapToScene({target->width() / 2, target->height() / 2});
        QTest::mouseClick(main(), Qt::LeftButton, {}, centre.toPoint());
    }
    bool click(const char *name) const
    {
        // Once it has found its place, and nothing lies above it.
        if (!waitFor(name) || !QTest::qWaitFor([&] { return isOnTop(item(name)); }, 20'000))
            return false;
        click(item(name));
        return true;
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(main(), key, modifiers);
    }
    void type(const char *letters) const
    {
        for (; *letters; ++letters)
            QTest::keyClick(main(), *letters);
    }
    QString focused() const
    {
        return main()->activeFocusItem() ? main()->activeFocusItem()->objectName() : QString();
    }
    /// Tabs to the control of that name; false if it cannot be reached.
    bool tabTo(const QString &name) const
    {
        for (int i = 0; i < 80; ++i) {
            if (focused() == name)
                return true;
            key(Qt::Key_Tab);
        }
        return false;
    }
    /// Names of everything that the keyboard can reach and that nobody could be told about.
    QStringList nameless() const
    {
        QStringList bad;
        eachShown(main()->contentItem(), [&](QQuickItem *item) {
            const bool reached = item->isEnabled() && item->activeFocusOnTab();
            if (!reached)
                return;
            QAccessibleInterface *told = QAccessible::queryAccessibleInterface(item);
            if (!told || told->text(QAccessible::Name).trimmed().isEmpty())
                bad << QStringLiteral("%1 %2").arg(
                    QLatin1StringView(item->metaObject()->className()), item->objectName());
        });
        return bad;
    }
};

} // namespace Played
