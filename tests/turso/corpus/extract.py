#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the SQL out of SQLite's own test scripts.

    extract.py FOLDER_OF_TEST_FILES... > sqlite.txt

One statement per line, \\n and \\\\ escaped; "=== name" begins a script of its own, whose statements build on each
other. Of statements that differ only in their values one is kept, of INSERTs the first few of each script, because
tables should not be empty.
"""
import pathlib
import re
import sqlite3
import sys

CALL = re.compile(
    r"\b(?:(?:do_)?(?:execsql|catchsql|eqp|faultsim)(?:2|_test|_nosort)?(?:\s+-db\s+\w+)?|(?:db\d?|\$db)\s+(?:eval|one|exists))"
    r"(?:[ \t]+[\w.$()-]+)?[ \t]*\{")
SKIP_FILES = re.compile(r"fault|malloc|ioerr|crash|corrupt|fuzz|thread|speed|bigfile|bigrow|permutations|backup|lock|zipvfs"
                        r"|perf|big|limit|wapp|tester|pcache|mmap|nan|utf16|pager|randexpr|boundary|types3|tpch|walro|wal\d|shared|stress|journal|sync|vfs")
LONGEST = 220
MOST_TABLES = 4  # of a script
MOST_OTHERS = 20


def blocks(text):
    for match in CALL.finditer(text):
        depth, at = 1, match.end()
        while at < len(text) and depth:
            if text[at] == "\\":
                at += 1
            elif text[at] in "{}":
                depth += 1 if text[at] == "{" else -1
            at += 1
        yield text[match.end():at - 1]


def statements(block):
    block = re.sub(r"^\s*--.*$", "", block, flags=re.M)
    start = 0
    for at, sign in enumerate(block):
        if sign == ";" and sqlite3.complete_statement(block[start:at + 1]):
            yield block[start:at].strip()
            start = at + 1
    yield block[start:].strip()


def shape(sql):
    sql = re.sub(r"'(?:[^']|'')*'|\b\d[\w.]*", "?", sql)
    sql = re.sub(r"\bt\d+\b|\bx\d+\b|\bv\d+\b|\bi\d+\b", "T", re.sub(r"\s+", " ", sql))
    return re.sub(r"(\?, ?)+\?", "?", re.sub(r"(\(\?\), ?)+", "", sql)).lower()


def main():
    seen, size, out = set(), 0, []
    for path in sorted(p for folder in sys.argv[1:] for p in pathlib.Path(folder).glob("*.test")):
        if SKIP_FILES.search(path.stem):
            continue
        script, inserts, tables, others = [], {}, 0, 0
        for block in blocks(path.read_text(encoding="latin-1")):
            for sql in statements(block):
                sql = re.sub(r"[ \t]*\n[ \t]*", "\n", sql)
                if not sql or len(sql) > LONGEST or not sql.isascii() or re.match(r"[$\[]|#", sql):
                    continue
                form = shape(sql)
                if re.match(r"insert|replace", form):
                    inserts[form] = inserts.get(form, 0) + 1
                    if inserts[form] > 2 or len(inserts) > MOST_TABLES:
                        continue
                elif form.startswith("create table"):
                    tables += 1
                    if tables > MOST_TABLES:
                        continue
                else:
                    others += form not in seen
                    if form in seen or others > MOST_OTHERS:
                        continue
                seen.add(form)
                script.append(sql.replace("\\", "\\\\").replace("\n", "\\n"))
        if others > 1:
            out.append("=== " + path.stem + "\n" + "".join(line + "\n" for line in script))
    for script in out:
        size += len(script)
    sys.stderr.write(f"{len(out)} scripts, {sum(s.count(chr(10)) - 1 for s in out)} statements, {size} bytes\n")
    sys.stdout.write("".join(out))


main()
