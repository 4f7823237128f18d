"""A Grafana dashboard asks only for metrics that are exported, and is laid out soundly."""

import json
import re
import sys

board, exported, rules = (open(name, encoding="utf-8").read() for name in sys.argv[1:4])
made = set(re.findall(r"^([a-z_]+)\{", exported, re.M))
board = json.loads(board)
assert board["uid"] and len(board["uid"]) <= 40 and board["title"] and board["schemaVersion"] >= 36
ids = [panel["id"] for panel in board["panels"]]
assert ids and len(set(ids)) == len(ids), "panels share an id"
places = set()
for panel in board["panels"]:
    at = panel["gridPos"]
    assert 0 <= at["x"] and at["x"] + at["w"] <= 24, f"{panel['title']} leaves the grid"
    cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
    assert not cells & places, f"{panel['title']} lies on another panel"
    places |= cells
    assert panel["datasource"]["uid"] == "${source}" and panel["targets"]
asked = [t["expr"] for panel in board["panels"] for t in panel["targets"]]
asked += re.findall(r"^ +expr: (.*)$", rules, re.M)
names = {name for expr in asked for name in re.findall(r"\bdrift_[a-z_]+", expr)}
assert names and names <= made, f"nothing exports {sorted(names - made)}"
