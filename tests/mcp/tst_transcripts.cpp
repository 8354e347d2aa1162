// SPDX-License-Identifier: GPL-3.0-or-later
// Plays every file of tests/mcp/transcripts: what a client says, and what the server must answer.
#include "support/testcase.h"
#include "transcript.h"

#include <QDir>
#include <QTemporaryFile>

class tst_Transcripts : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyTranscriptHolds_data()
    {
        QTest::addColumn<QString>("file");
        const QDir folder(QStringLiteral(SOURCE_ROOT "/tests/mcp/transcripts"));
        const QStringList files = folder.entryList({QStringLiteral("*.txt")}, QDir::Files);
        QVERIFY(files.size() > 10);
        for (const QString &name : files)
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void everyTranscriptHolds()
    {
        QFETCH(QString, file);
        const QString problem = TestMcp::Transcript(file).play();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void aTranscriptThatDoesNotHoldFails()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("-> modern {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n"
                   "<- 200 {\"id\":2}\n");
        file.close();
        QVERIFY(TestMcp::Transcript(file.fileName()).play().startsWith("line 2:"));
    }
};

QTEST_GUILESS_MAIN(tst_Transcripts)
#include "tst_transcripts.moc"
