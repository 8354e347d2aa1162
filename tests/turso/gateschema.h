// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What the statements of gatecases/ and of the fuzzer are about.
inline constexpr char kGateSchema[] = R"sql(
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL UNIQUE);
CREATE TABLE child(id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(a) ON DELETE CASCADE);
CREATE TABLE log(what TEXT);
CREATE TABLE "odd name"(x, "select" INTEGER);
CREATE TABLE wr(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE INDEX t_b ON t(b);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TRIGGER t_log AFTER DELETE ON t BEGIN INSERT INTO log VALUES('gone'); END;
CREATE VIRTUAL TABLE fts USING fts5(body);
INSERT INTO t VALUES(1, 'one', 1.5), (2, 'two', 2.5), (3, 'three', 3.5);
INSERT INTO child VALUES(1, 1), (2, 1), (3, 2);
INSERT INTO fts VALUES('hello world');
INSERT INTO wr VALUES('k', 1);
CREATE TABLE replace(x);
CREATE VIEW vi AS SELECT what FROM log;
CREATE TRIGGER vi_insert INSTEAD OF INSERT ON vi BEGIN INSERT INTO log VALUES(NEW.what); END;
CREATE VIRTUAL TABLE f4 USING fts4(body);
CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);
CREATE TABLE [by](x);
INSERT INTO f4 VALUES('one two');
INSERT INTO f4 VALUES('three');
INSERT INTO box VALUES(1, 2, 3);
)sql";
