// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/gateoracle.h"
#include "turso/gateschema.h"
#include "turso/sqlgrammar.h"

#include <QTemporaryDir>

#include <map>
#include <set>

namespace
{

/// SQLite's documented syntax (sqlite.org/lang.html), diagram by diagram, over the tables of
/// gateschema.h. The simplest alternative stands first.
constexpr char kGrammar[] = R"(
s-alter = ALTER TABLE $table $alteration
alteration = RENAME TO $new | RENAME [ COLUMN ] $column TO $new | ADD [ COLUMN ] $column-def
  | DROP [ COLUMN ] $column
s-analyze = ANALYZE [ $schema | $table | t_b | main . $table ]
s-attach = ATTACH [ DATABASE ] $expr AS $new
s-begin = BEGIN [ DEFERRED | IMMEDIATE | EXCLUSIVE ] [ TRANSACTION ]
s-commit = COMMIT [ TRANSACTION ] | END [ TRANSACTION ]
s-create-index = CREATE [ UNIQUE ] INDEX [ IF NOT EXISTS ] [ main . ] $new ON $base-table (
  $indexed-column { , $indexed-column } ) [ WHERE $expr ]
s-create-table = CREATE [ TEMP | TEMPORARY ] TABLE [ IF NOT EXISTS ] [ $schema . ] $new $table-body
table-body = ( $column-def { , $column-def } { , $table-constraint } ) [ $table-options ] | AS $select
table-options = STRICT | WITHOUT ROWID | STRICT , WITHOUT ROWID
s-create-trigger = CREATE [ TEMP | TEMPORARY ] TRIGGER [ IF NOT EXISTS ] [ main . ] $new
  [ BEFORE | AFTER | INSTEAD OF ] $trigger-event ON $table [ FOR EACH ROW ] [ WHEN $expr ]
  BEGIN $trigger-step ; { $trigger-step ; } END
trigger-event = DELETE | INSERT | UPDATE [ OF $column { , $column } ]
s-denied = SELECT $denied [ FROM t ] | INSERT INTO log VALUES ( $denied ) | DELETE FROM t WHERE $denied | UPDATE t SET b = $denied | EXPLAIN SELECT $denied | CREATE TABLE fresh AS SELECT $denied AS x
denied = load_extension ( 'x' ) | "writefile" ( 'x' , 'y' ) | [readfile] ( $literal ) | abs ( `edit` ( 1 ) ) | fts3_tokenizer ( 'x' ) | coalesce ( 1 , LOAD_EXTENSION ( $literal , $literal ) )
trigger-step = SELECT RAISE ( IGNORE ) | SELECT RAISE ( ABORT , 'no' ) | $plain-insert | $plain-update | $plain-delete | $select
plain-insert = INSERT INTO $base-table VALUES ( $expr { , $expr } )
plain-update = UPDATE $base-table SET $column = $expr [ WHERE $expr ]
plain-delete = DELETE FROM $base-table [ WHERE $expr ]
s-create-view = CREATE [ TEMP | TEMPORARY ] VIEW [ IF NOT EXISTS ] [ main . ] $new [ ( $new { , $column } ) ] AS $select
s-create-virtual = CREATE VIRTUAL TABLE [ IF NOT EXISTS ] [ main . ] $new USING $module
module = fts5 ( body ) | fts4 ( body , tokenize = simple ) | rtree ( id , x0 , x1 ) | fts5vocab ( fts , row ) | dbstat | csv ( filename = x )
s-delete = [ $with ] DELETE FROM $qualified-table [ WHERE $expr ] [ $returning ] [ $order-limit ]
s-detach = DETACH [ DATABASE ] $schema
s-drop-index = DROP INDEX [ IF EXISTS ] [ main . ] t_b
s-drop-table = DROP TABLE [ IF EXISTS ] [ main . ] $table
s-drop-trigger = DROP TRIGGER [ IF EXISTS ] [ main . ] $trigger
s-drop-view = DROP VIEW [ IF EXISTS ] [ main . ] $view
s-insert = [ $with ] $insert-verb INTO $base-table [ AS $new ] [ ( $column { , $column } ) ] $insert-source [ $returning ]
insert-verb = INSERT | REPLACE | INSERT OR $conflict
conflict = REPLACE | ROLLBACK | ABORT | FAIL | IGNORE
insert-source = VALUES ( $expr { , $expr } ) { , ( $expr ) } [ $upsert ] | $select [ $upsert ] | DEFAULT VALUES
upsert = ON CONFLICT DO NOTHING | ON CONFLICT ( $indexed-column ) [ WHERE $expr ] DO UPDATE SET $set { , $set } [ WHERE $expr ] [ $upsert ]
set = $column = $expr | ( $column { , $column } ) = $expr
s-insert-t = [ $with ] $insert-verb INTO t ( a , b ) VALUES ( $expr , $expr ) [ ON CONFLICT ( a ) DO UPDATE SET b = $expr [ WHERE $expr ] ] [ $returning ]
s-update-t = [ $with ] UPDATE [ OR $conflict ] t SET b = $expr [ WHERE $expr ] [ $returning ] [ $order-limit ] | UPDATE t SET b = $expr FROM child AS q [ WHERE $expr ]
s-delete-t = [ $with ] DELETE FROM t [ WHERE $expr ] [ $returning ] [ $order-limit ]
s-pragma = PRAGMA [ main . ] $pragma [ = $pragma-value | ( $pragma-value ) ]
pragma = user_version | table_info | index_list | journal_mode | foreign_keys | query_only | writable_schema | cache_size
  | integrity_check | optimize | wal_checkpoint | incremental_vacuum | synchronous | data_version | table_list | foreign_key_check
  | recursive_triggers | schema_version | encoding | temp_store | trusted_schema | busy_timeout | shrink_memory | compile_options
pragma-value = 1 | - 5 | + 3 | on | t | 'x' | delete | OFF
s-reindex = REINDEX [ $table | t_b | nocase | main . t_b ]
s-release = RELEASE [ SAVEPOINT ] $new
s-rollback = ROLLBACK [ TRANSACTION ] [ TO [ SAVEPOINT ] $new ]
s-savepoint = SAVEPOINT $new
s-select = $select
s-select-2 = $select
s-select-3 = $select
s-select-4 = [ $with ] $core { $compound $core } [ $order-limit ]
s-update = [ $with ] UPDATE [ OR $conflict ] $qualified-table SET $set { , $set } [ FROM $table-source { , $table-source } ] [ WHERE $expr ] [ $returning ] [ $order-limit ]
s-vacuum = VACUUM [ main ] [ INTO $expr ]
s-explain = EXPLAIN $any | EXPLAIN QUERY PLAN $any
any = $select | $s-insert | $s-update | $s-delete | $s-create-table | $s-create-trigger | $s-drop-table | $s-alter | $s-pragma | $s-begin | $s-vacuum | $s-attach | $s-reindex
qualified-table = [ main . ] $base-table [ AS q ] [ INDEXED BY t_b | NOT INDEXED ]
returning = RETURNING $result { , $result }
with = WITH [ RECURSIVE ] $cte { , $cte }
cte = cte [ ( a , b ) ] AS [ [ NOT ] MATERIALIZED ] ( $select ) | w1 ( a ) AS ( VALUES ( 1 ) UNION ALL SELECT a + 1 FROM w1 LIMIT 3 )
select = $core [ $order-limit ] | $with $core [ $order-limit ] | $core $compound $core [ $order-limit ] | SELECT a , b FROM t [ WHERE $expr ] [ $order-limit ]
compound = UNION | UNION ALL | INTERSECT | EXCEPT
core = SELECT $expr | SELECT [ DISTINCT | ALL ] $result { , $result } FROM $table-source { $join } [ WHERE $expr ] [ GROUP BY $expr { , $expr } [ HAVING $expr ] ] [ WINDOW win AS ( $window ) ]
  | VALUES ( $expr { , $expr } ) | SELECT * FROM t [ WHERE $expr ]
result = $expr | * | t . * | $expr AS $new | $expr 'alias'
order-limit = LIMIT $limit | ORDER BY $ordering { , $ordering } | ORDER BY $ordering LIMIT $limit OFFSET $limit | LIMIT $limit , $limit
limit = 1 | -1 | 5 + 1 | ? | :most | ( SELECT 1 ) | ( $select )
ordering = $expr [ COLLATE nocase ] [ ASC | DESC ] [ NULLS FIRST | NULLS LAST ]
table-source = t | [ main . ] $table [ [ AS ] q ] [ INDEXED BY t_b | NOT INDEXED ] | ( $select ) AS q | ( $table-source { $join } )
  | json_each ( '[1,2]' ) AS q | pragma_table_info ( 't' ) | cte
join = , $table-source | [ NATURAL ] [ LEFT [ OUTER ] | INNER | CROSS | RIGHT | FULL ] JOIN $table-source [ ON $expr | USING ( a ) ]
expr = $literal | $column | $literal | $column | $literal | $column | $column $binary $literal | t . $column | main . t . a | ? | ?3 | :name | @at | $dollar | $unary $expr | $expr $binary $expr
  | $function | ( $expr { , $expr } ) | CAST ( $expr AS $type ) | $expr COLLATE nocase | $expr [ NOT ] LIKE $expr [ ESCAPE 'x' ]
  | $expr [ NOT ] GLOB $expr | $expr ISNULL | $expr NOTNULL | $expr NOT NULL | $expr IS [ NOT ] [ DISTINCT FROM ] $expr
  | $expr [ NOT ] BETWEEN $expr AND $expr | $expr [ NOT ] IN ( $expr { , $expr } ) | $expr IN ( ) | $expr [ NOT ] IN ( $select ) | $expr IN $base-table
  | [ NOT ] EXISTS ( $select ) | ( $select ) | CASE [ $expr ] WHEN $expr THEN $expr { WHEN $expr THEN $expr } [ ELSE $expr ] END
dollar = \$d | \$d::x(y)
unary = - | + | ~ | NOT
binary = + | - | * | / | % | \| | \|\| | & | << | >> | = | == | <> | != | < | <= | > | >= | AND | OR | IS | -> | ->>
literal = 1 | 0x1F | 1.5e-3 | .5 | 'text' | 'it''s; DELETE FROM t' | x'00ff' | NULL | TRUE | FALSE | CURRENT_TIME | CURRENT_DATE | CURRENT_TIMESTAMP | -1
function = abs ( $expr ) | count ( * ) | count ( DISTINCT $expr ) | max ( $expr , $expr ) | coalesce ( $expr , $expr ) | group_concat ( $expr , ',' )
  | sum ( $expr ) FILTER ( WHERE $expr ) | row_number ( ) OVER ( $window ) | sum ( $expr ) OVER win | lag ( $expr , 1 ) OVER ( $window )
  | replace ( $expr , 'a' , 'b' ) | date ( 'now' , '+1 day' ) | random ( ) | last_insert_rowid ( )
window = ORDER BY $expr [ $frame ] | PARTITION BY $expr ORDER BY $expr [ $frame ] | PARTITION BY $expr
frame = $unit $bound-start [ $exclude ] | $unit BETWEEN $bound-start AND $bound-end [ $exclude ]
unit = ROWS | RANGE | GROUPS
bound-start = UNBOUNDED PRECEDING | CURRENT ROW | 1 PRECEDING
bound-end = CURRENT ROW | 1 FOLLOWING | UNBOUNDED FOLLOWING
exclude = EXCLUDE NO OTHERS | EXCLUDE CURRENT ROW | EXCLUDE GROUP | EXCLUDE TIES
column-def = $new [ $type ] { $column-constraint }
type = INTEGER | TEXT | REAL | BLOB | ANY | VARCHAR ( 10 ) | DECIMAL ( 10 , -2 ) | UNSIGNED BIG INT
column-constraint = NOT NULL [ ON CONFLICT $conflict ] | [ CONSTRAINT c ] PRIMARY KEY [ ASC | DESC ] [ AUTOINCREMENT ] | UNIQUE [ ON CONFLICT $conflict ] | CHECK ( $expr )
  | DEFAULT $literal | DEFAULT ( $expr ) | DEFAULT -5 | COLLATE nocase | $foreign-key | [ GENERATED ALWAYS ] AS ( $expr ) [ STORED | VIRTUAL ] | NULL
table-constraint = [ CONSTRAINT c ] UNIQUE ( $indexed-column { , $indexed-column } ) [ ON CONFLICT $conflict ] | PRIMARY KEY ( $indexed-column ) | CHECK ( $expr )
  | FOREIGN KEY ( $column ) $foreign-key
foreign-key = REFERENCES t [ ( a ) ] { ON DELETE $action | ON UPDATE $action | MATCH FULL } [ [ NOT ] DEFERRABLE [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ] ]
action = SET NULL | SET DEFAULT | CASCADE | RESTRICT | NO ACTION
indexed-column = $column [ COLLATE nocase ] [ ASC | DESC ] | $expr
column = a | b | a | b | a | b | c | rowid | x | "a" | [b] | `c` | body | k | v | "odd"
base-table = t | child | log | wr | fts | "odd name" | [by] | replace | box
table = t | $base-table | $view | sqlite_master | sqlite_schema
view = v | vi
trigger = t_log | vi_insert
schema = main | temp
new = fresh | "new name" | [brackets] | `ticks` | key | 'string'
)";

} // namespace

/// Thousands of statements of SQLite's whole documented syntax: what the gate says of them holds.
class tst_GateGrammar : public Support::TestCase
{
    Q_OBJECT

private:
    static constexpr int kOfEachKind = 3000;

    QTemporaryDir m_folder;

private Q_SLOTS:
    void theGrammarIsWhole()
    {
        const Support::SqlGrammar grammar(kGrammar, 1);
        for (const std::string &name : grammar.missing())
            qInfo("%s", name.c_str());
        QVERIFY(grammar.missing().empty());
        QVERIFY(grammar.rules("s-").size() > 30);
    }

    void everyStatementOfTheDocumentedSyntaxIsReadAsSqliteReadsIt()
    {
        const std::string path = m_folder.filePath(QStringLiteral("x.db")).toStdString();
        Support::GateOracle oracle(path);
        oracle.buildAll(kGateSchema);
        Support::SqlGrammar grammar(kGrammar, 20261122);
        QStringList wrong;
        std::map<std::string, long long> prepared;
        std::set<std::string> seen;
        for (const std::string &kind : grammar.rules("s-")) {
            const long long before = oracle.figures().agreed;
            for (int i = 0; i < kOfEachKind; ++i) {
                const std::string sql = grammar.sentence(kind);
                if (!seen.insert(sql).second)
                    continue;
                if (const std::string said = oracle.complaint(sql); !said.empty())
                    wrong += QString::fromStdString(kind + ": " + said);
                for (const auto &[query, why] : oracle.takeRefusedQueries()) {
                    if (kind != "s-denied")
                        wrong += QString::fromStdString("refused: " + query + ": " + why);
                }
                for (const auto &statement : oracle.statements()) {
                    if (kind.starts_with("s-select")
                        && statement.statementClass != Turso::Sql::StatementClass::Read
                        && statement.statementClass != Turso::Sql::StatementClass::Refused)
                        wrong += QString::fromStdString("no query: " + sql);
                }
            }
            prepared[kind] = oracle.figures().agreed - before;
        }
        const auto &figures = oracle.figures();
        std::string each;
        for (const auto &[kind, count] : prepared)
            each += ' ' + kind + ' ' + std::to_string(count);
        qInfo("%zu texts, %lld statements, %lld reads ran, both halves prepared %lld, %lld wrong "
              "classes told;%s",
              seen.size(), figures.statements, figures.reads, figures.agreed, figures.lies,
              each.c_str());
        for (const QString &one : wrong)
            qInfo("%s", qUtf8Printable(one));
        QCOMPARE(wrong.size(), 0);
        for (const char *kind : {"s-denied", "s-begin", "s-commit", "s-rollback", "s-savepoint",
                                 "s-release", "s-vacuum", "s-attach", "s-detach"})
            QVERIFY2(prepared[kind] == 0, kind);
        QVERIFY(seen.size() > 40'000);
        QVERIFY(figures.agreed > 6000);
        for (const char *kind : {"s-select-2", "s-insert-t", "s-update-t", "s-delete-t", "s-alter",
                                 "s-create-table", "s-create-index", "s-create-view",
                                 "s-drop-table", "s-explain", "s-analyze", "s-reindex", "s-pragma"})
            QVERIFY2(prepared[kind] > 10, kind);
    }
};

QTEST_GUILESS_MAIN(tst_GateGrammar)
#include "tst_gategrammar.moc"
