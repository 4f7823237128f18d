# Written by mlops (builtin/monitor-drift): change mlops.hcl instead.
"""Tells whether data still lies where the data lies that the model knows."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churn import contract

MONITOR = "drift"
REFERENCE = Path("data/prepared/train.csv")
CURRENT = Path("logs/requests.jsonl")
METRICS = Path("reports/drift.prom")
MIN_ROWS = 100

# From where on a column has drifted.
LIMITS: dict[str, float] = {
    "age": 0.2,
    "tenure": 0.2,
    "plan": 0.2,
    "monthly_charges": 0.2,
    "support_calls": 0.2,
    "spend": 0.2,
}

_BINS = 10
_LEAST = 1e-4


def read(path: Path) -> pd.DataFrame:
    """Read the watched columns of a CSV file, or of a log with one JSON object a line."""
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        text = pd.DataFrame([{k: _text(row.get(k)) for k in LIMITS} for row in rows])
        text = text.astype("string")
    else:
        text = contract.read(path)
    if missing := [name for name in LIMITS if name not in text.columns]:
        raise ValueError(f"{path}: {missing[0]}: column is missing")
    return contract.typed(text[list(LIMITS)])


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def psi(reference: "pd.Series[Any]", current: "pd.Series[Any]") -> float:
    """Return the population stability index: 0 where both are distributed alike."""
    if pd.api.types.is_numeric_dtype(reference):
        cuts = np.unique(reference.quantile([i / _BINS for i in range(1, _BINS)]).dropna())
        was, now = _binned(reference, cuts), _binned(current, cuts)
    else:
        was, now = reference.fillna("").astype("str"), current.fillna("").astype("str")
    old = was.value_counts(normalize=True)
    new = now.value_counts(normalize=True)
    groups = old.index.union(new.index)
    p = old.reindex(groups, fill_value=0).clip(lower=_LEAST)
    q = new.reindex(groups, fill_value=0).clip(lower=_LEAST)
    return round(float(((q - p) * np.log(q / p)).sum()), 6)


def _binned(values: "pd.Series[Any]", cuts: Any) -> "pd.Series[Any]":
    """Number the bins that values lie in; those that are empty have one of their own."""
    numbers = values.astype("float64").to_numpy()
    bins = np.where(np.isnan(numbers), -1, np.searchsorted(cuts, numbers, side="right"))
    return pd.Series(bins)


def measure(reference: pd.DataFrame, current: pd.DataFrame) -> dict[str, float]:
    """Measure every watched column."""
    return {name: psi(reference[name], current[name]) for name in LIMITS}


def drifted(found: dict[str, float]) -> list[str]:
    """List the columns that lie elsewhere now, the farthest first."""
    out = [name for name, limit in LIMITS.items() if found[name] >= limit]
    return sorted(out, key=lambda name: -found[name])


def exposition(found: dict[str, float], rows: int, now: float) -> str:
    """Write what was measured as Prometheus reads it, from a file or over HTTP."""
    lines = ["# HELP drift_psi Population stability index.", "# TYPE drift_psi gauge"]
    lines += [f'drift_psi{{monitor="{MONITOR}",column="{k}"}} {v}' for k, v in found.items()]
    lines += ["# HELP drift_limit From where on it is drift.", "# TYPE drift_limit gauge"]
    lines += [f'drift_limit{{monitor="{MONITOR}",column="{k}"}} {v}' for k, v in LIMITS.items()]
    lines += ["# HELP drift_rows Rows compared.", "# TYPE drift_rows gauge"]
    lines += [f'drift_rows{{monitor="{MONITOR}"}} {rows}']
    lines += ["# HELP drift_measured_seconds When it was.", "# TYPE drift_measured_seconds gauge"]
    lines += [f'drift_measured_seconds{{monitor="{MONITOR}"}} {now:.0f}']
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Compare; 1 when a column drifted, 2 when nothing can be said."""
    p = argparse.ArgumentParser(prog="churn.drift", description=__doc__)
    p.add_argument("current", nargs="?", type=Path, default=CURRENT)
    p.add_argument("--reference", type=Path, default=REFERENCE)
    p.add_argument("--metrics", type=Path, default=METRICS, help="file that Prometheus reads")
    given = p.parse_args(argv)
    try:
        reference, current = read(given.reference), read(given.current)
    except (OSError, ValueError) as why:
        print(why, file=sys.stderr)
        return 2
    if (least := min(len(reference), len(current))) < MIN_ROWS:
        print(f"{least} rows, and {MIN_ROWS} are needed to compare", file=sys.stderr)
        return 2
    found = measure(reference, current)
    given.metrics.parent.mkdir(parents=True, exist_ok=True)
    given.metrics.write_text(exposition(found, len(current), time.time()), encoding="utf-8")
    for name, value in found.items():
        print(f"{name}: {value}")
    for name in (bad := drifted(found)):
        print(f"{name} drifted: {found[name]}, and {LIMITS[name]} is too much", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
