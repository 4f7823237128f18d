"""The live service answers as the model in process does, and 422 to each rule that is broken.

Arguments: its address, the committed openapi.json.
"""

import http.client
import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from churn import contract, sample
from churn.pipeline import model, settings

address = urlsplit(sys.argv[1])
answered = 0
refused: set[str] = set()


def ask(method, path, body=None):
    c = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    c.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    a = c.getresponse()
    return a.status, a.read().decode()


def plain(column, text):
    if text == "":
        return None
    return {"int": int, "float": float}.get(column.type, str)(text)


def refuse(why, body, name):
    status, text = ask("POST", "/predict", body)
    assert status == 422, f"{why} is answered with {status}: {text}"
    assert name in text, f"{why}: the answer does not name {name}: {text}"
    assert why not in refused
    refused.add(why)


def counted():
    status, text = ask("GET", "/metrics")
    assert status == 200 and "\nprediction_seconds_count" in text, text
    return int(float(re.search(r"^predictions_total (\S+)$", text, re.M)[1]))


def logged():
    path = Path("logs/requests.jsonl")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


counted_before, logged_before = counted(), len(logged())
predictor = model.load(settings.MODEL)
rows = sample.rows(25, seed=11)
for row in rows:
    body = {c.name: plain(c, row[c.name]) for c in contract.FEATURES}
    status, text = ask("POST", "/predict", body)
    assert status == 200, text
    # Not through any code of the service.
    frame = contract.typed(pd.DataFrame([{k: v or None for k, v in row.items()}]).astype("string"))
    chance = predictor.predict_proba(model.features(frame))[0]
    answer = json.loads(text)
    assert list(answer["probability"].values()) == [float(v) for v in chance], (answer, chance)
    assert answer["label"] == ("true" if chance[1] > chance[0] else "false")
answered += len(rows)

good = {c.name: plain(c, rows[0][c.name]) for c in contract.FEATURES}
for c in contract.FEATURES:
    n = c.name
    refuse(f"{n}: another type", {**good, n: ["x"]}, n)
    if c.nullable:
        for body in ({**good, n: None}, {k: v for k, v in good.items() if k != n}):
            assert ask("POST", "/predict", body)[0] == 200, n
            answered += 1
    else:
        refuse(f"{n}: null", {**good, n: None}, n)
        refuse(f"{n}: left out", {k: v for k, v in good.items() if k != n}, n)
    if c.values:
        refuse(f"{n}: another value", {**good, n: "no such value"}, n)
        refuse(f"{n}: another case", {**good, n: c.values[0].upper()}, n)
    if c.is_number:
        refuse(f"{n}: text", {**good, n: "x"}, n)
        for bound, past in ((c.min, -1), (c.max, 1)):
            if bound is not None:
                refuse(f"{n}: {bound + past}", {**good, n: int(bound) + past}, n)
                assert ask("POST", "/predict", {**good, n: int(bound)})[0] == 200, (n, bound)
                answered += 1
    if c.type == "int":
        refuse(f"{n}: a fraction", {**good, n: (c.min or 0) + 0.5}, n)
refuse("an unknown feature", {**good, "no_such_feature": 1}, "no_such_feature")
# The bounds that mlops.hcl declares: 6 columns, 5 of them numbers with both.
assert len(refused) >= 6 + 10 + 2 + 5 + 10 + 3 + 1, sorted(refused)

assert counted() - counted_before == answered, (counted(), counted_before, answered)
log = logged()[logged_before:]
assert len(log) == answered and all(set(json.loads(line)) == set(good) for line in log)
for path, field in (("/healthz", "ok"), ("/readyz", "ready")):
    assert ask("GET", path) == (200, json.dumps({"status": field}, separators=(",", ":")))
live = json.loads(ask("GET", "/openapi.json")[1])
assert live == json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), "openapi.json is another one"
print(f"{answered} answered as in process, {len(refused)} broken rules refused")
