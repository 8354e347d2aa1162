// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QRegularExpression>
#include <QTest>

namespace Support
{

/// The base of every test class: a warning that the test did not announce with QTest::ignoreMessage
/// fails it.
class TestCase : public QObject
{
    Q_OBJECT

protected:
    virtual void setUp() { }
    virtual void tearDown() { }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
        setUp();
    }
    void cleanup() { tearDown(); }
};

} // namespace Support
