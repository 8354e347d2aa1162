// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"

#include <QSignalSpy>

using namespace Gateway;
using Base::ErrorKind;

namespace
{

/// A door that opens on port 7, and knows what it was told.
class FakeDoor final : public WorkspaceDoor
{
public:
    Base::Result<WorkspaceAccess> open(std::optional<std::uint16_t> port) override
    {
        if (port == std::uint16_t{80})
            return Base::fail(ErrorKind::AlreadyExists, "The port 80 is taken.");
        served.platformUrl = "http://127.0.0.1:7";
        return WorkspaceAccess{served, "secret"};
    }
    Base::Result<void> close() override
    {
        served = {};
        return {};
    }
    ServedWorkspace state() const override { return served; }
    void setReadOnly(bool on) override { isReadOnly = on; }

    ServedWorkspace served;
    std::optional<bool> isReadOnly;
};

} // namespace

/// What the desk does with the switch for the workspace's own HTTP face.
class tst_WorkspaceDoor : public DeskFixture
{
    Q_OBJECT

    FakePlatform m_platform;
    FakeDoor m_door;

    void tearDown() override
    {
        m_desk->setWorkspaceDoor(nullptr);
        DeskFixture::tearDown();
    }

private Q_SLOTS:
    void withoutADoorThereIsNothingToSwitch()
    {
        openDesk(m_platform);
        QCOMPARE(m_desk->serveWorkspace(true, {}).error().kind, ErrorKind::Unsupported);
        QVERIFY(!m_desk->status().served.isOn());
    }

    void theStatusTellsWhetherItIsOpen()
    {
        openDesk(m_platform);
        m_desk->setWorkspaceDoor(&m_door);
        QSignalSpy changed(m_desk.get(), &Desk::statusChanged);
        QCOMPARE(m_desk->serveWorkspace(true, {})->token, std::string("secret"));
        QVERIFY(m_desk->status().served.isOn());
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_desk->serveWorkspace(true, std::uint16_t{80}).error().kind,
                 ErrorKind::AlreadyExists);
        QVERIFY(m_desk->serveWorkspace(false, {})->token.empty());
        QVERIFY(!m_desk->status().served.isOn());
    }

    void readOnlyHoldsBehindIt()
    {
        openDesk(m_platform);
        m_desk->setReadOnly(true, {});
        m_desk->setWorkspaceDoor(&m_door);
        QCOMPARE(m_door.isReadOnly, true);
        m_desk->setReadOnly(false, {});
        QCOMPARE(m_door.isReadOnly, false);
        m_desk->setReadOnly(true, {});
        QCOMPARE(m_door.isReadOnly, true);
    }

    void whatComesThroughItStandsInTheHistory()
    {
        openDesk(m_platform);
        QSignalSpy seen(m_desk.get(), &Desk::callChanged);
        CallDetail detail;
        detail.record.agent = "@tursodatabase/api";
        detail.record.tool = "create_database";
        detail.record.database = "shop";
        detail.record.state = CallState::Done;
        detail.record.startedAt = m_clock.now();
        m_desk->noteOutside(detail);
        QCOMPARE(seen.size(), 1);
        auto calls = m_desk->calls("agent:@tursodatabase", 10);
        QTRY_VERIFY(calls.isFinished());
        QCOMPARE(calls.result()->size(), std::size_t(1));
        const CallRecord record = calls.result()->front();
        QCOMPARE(record.connection, std::string("workspace"));
        QCOMPARE(record.decision, std::string("allowed"));
        QVERIFY(record.id.starts_with("call_"));
    }
};

QTEST_GUILESS_MAIN(tst_WorkspaceDoor)
#include "tst_workspacedoor.moc"
