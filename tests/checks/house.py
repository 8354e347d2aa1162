#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules that a program can see: budgets of files, SPDX lines, formatting."""
import pathlib
import re
import shutil
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
files = [p for top in ("src", "app", "qml", "tests", "resources") for p in sorted((root / top).rglob("*"))
         if p.suffix in (".h", ".cpp", ".qml") and "node_modules" not in p.parts]
bad = []
for path in files:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    most = {".cpp": 500, ".h": 200, ".qml": 250}[path.suffix]
    if lines > most and "tests" not in path.relative_to(root).parts[:1]:
        bad.append(f"{path.relative_to(root)}: {lines} lines, the budget is {most}")
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:200]:
        bad.append(f"{path.relative_to(root)}: no SPDX line at the top")
    if re.search(r"\b(TODO|FIXME|XXX)\b", text):
        bad.append(f"{path.relative_to(root)}: unfinished work is marked in the text")

formatter = shutil.which("clang-format")
if not formatter:
    bad.append("clang-format is not installed; ./test installs it")
else:
    code = [str(p) for p in files if p.suffix in (".h", ".cpp")]
    done = subprocess.run([formatter, "--dry-run", "-Werror", *code], cwd=root, capture_output=True, text=True)
    if done.returncode:
        bad += sorted({line.split(":")[0] + ": run clang-format -i" for line in done.stderr.splitlines()
                       if "-Wclang-format-violations" in line})
print("\n".join(bad) or f"{len(files)} files in order")
sys.exit(bool(bad) or len(files) < 50)
