// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/resourceuri.h"
#include "support/testcase.h"

using Gateway::ResourceUri;

class tst_ResourceUri : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyNameComesBack_data()
    {
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<QByteArray>("uri");
        const auto row = [](const char *table, const char *encoded) {
            QTest::newRow(table) << QByteArray(table)
                                 << QByteArray("turso://workspace/demo-shop/tables/") + encoded;
        };
        row("orders", "orders");
        row("order items", "order%20items");
        row("a/b", "a%2Fb");
        row("100% sure?", "100%25%20sure%3F");
        row("Größe", "Gr%C3%B6%C3%9Fe");
        row("日本", "%E6%97%A5%E6%9C%AC");
        row("schema", "schema");
        row("..", "..");
        row("a\"b'c`d", "a%22b%27c%60d");
        row("tab\there", "tab%09here");
        row("~-._", "~-._");
    }
    void everyNameComesBack()
    {
        QFETCH(QByteArray, table);
        QFETCH(QByteArray, uri);
        const ResourceUri whole{"workspace", "demo-shop", table.toStdString()};
        QCOMPARE(QByteArray::fromStdString(whole.text()), uri);
        QVERIFY(ResourceUri::parse(uri.toStdString()) == whole);
    }

    void theSchemaIsOfItsOwnForm()
    {
        const ResourceUri schema{"workspace", "demo-shop", std::nullopt};
        QCOMPARE(schema.text(), std::string("turso://workspace/demo-shop/schema"));
        QVERIFY(ResourceUri::parse(schema.text()) == schema);
    }

    void otherSpellingsAreUnderstood()
    {
        const ResourceUri whole{"workspace", "db", "Größe (alt)"};
        QVERIFY(ResourceUri::parse("turso://workspace/db/tables/Größe%20(alt)") == whole);
        QVERIFY(ResourceUri::parse("turso://work%73pace/%64b/tables/Gr%c3%b6%C3%9Fe%20%28alt%29")
                == whole);
    }

    void nothingElseIsUnderstood_data()
    {
        QTest::addColumn<QByteArray>("uri");
        for (const char *uri : {"",
                                "turso:",
                                "turso://",
                                "turso://workspace",
                                "turso://workspace/db",
                                "turso://workspace/db/",
                                "turso://workspace/db/schema/",
                                "turso://workspace//schema",
                                "turso:///db/schema",
                                "turso://workspace/db/schema?x=1",
                                "turso://workspace/db/schema#x",
                                "turso://workspace/db/Schema",
                                "TURSO://workspace/db/schema",
                                "http://workspace/db/schema",
                                "turso://workspace/db/tables",
                                "turso://workspace/db/tables/",
                                "turso://workspace/db/tables/a/b",
                                "turso://workspace/db/tables/a b",
                                "turso://workspace/db/tables/a%",
                                "turso://workspace/db/tables/a%2",
                                "turso://workspace/db/tables/a%zz",
                                "turso://workspace/db/tables/%00",
                                "turso://workspace/db/tables/a%00b",
                                "turso://workspace/db/tables/%ff",
                                "turso://workspace/db/tables/%c3",
                                "turso://workspace/db/tables/\xff",
                                "turso://workspace/db/tables/%ed%a0%80",
                                "turso://workspace/db/tables/a\"b",
                                "turso://workspace/db/tables/a\nb",
                                " turso://workspace/db/schema",
                                "turso://{connection}/{database}/schema"})
            QTest::newRow(uri) << QByteArray(uri);
        QTest::newRow("too long") << "turso://workspace/db/tables/" + QByteArray(9'000, 'a');
    }
    void nothingElseIsUnderstood()
    {
        QFETCH(QByteArray, uri);
        QVERIFY(!ResourceUri::parse(uri.toStdString()));
    }
};

QTEST_GUILESS_MAIN(tst_ResourceUri)
#include "tst_resourceuri.moc"
