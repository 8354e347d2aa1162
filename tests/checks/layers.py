#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom. The table stands in ARCHITECTURE.md, between the `layers` comments, and is read from there."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
table = text.split("<!-- layers -->")[1].split("<!-- /layers -->")[0]
allowed: dict[str, list[str]] = {}
for row in table.splitlines():
    cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
    if len(cells) >= 2 and re.fullmatch(r"`[a-z]+`", cells[0]):
        allowed[cells[0].strip("`")] = re.findall(r"`([^`]+)`", cells[1])
if len(allowed) < 9:
    sys.exit("The layer table in ARCHITECTURE.md could not be read.")

homes = {layer: root / "src" / layer for layer in ("base", "connect", "http", "mcp", "turso", "gateway")}
homes |= {layer: root / "app" / layer for layer in ("control", "window", "bridge", "ctl", "companion")}
bad, seen = [], 0
for layer, home in homes.items():
    for path in sorted(home.rglob("*.[hc]*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        seen += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([a-z]+)/([^"]+)"', line)
            if not found or found[1] not in homes or found[1] == layer:
                continue
            target = f"{found[1]}/{found[2]}"
            if not any(target == rule or target.startswith(rule + "/") for rule in allowed[layer]):
                bad.append(f"{path.relative_to(root)}:{number}: {layer} may not include {target}")
            if found[1] in ("companion",):
                bad.append(f"{path.relative_to(root)}:{number}: nobody includes the composition")
print("\n".join(bad) or f"{seen} files keep to the layers")
sys.exit(bool(bad) or seen < 50)
