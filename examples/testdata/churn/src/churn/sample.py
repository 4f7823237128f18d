# Written by mlops (builtin/data-contract): change mlops.hcl instead.
"""Makes up data that keeps the contract, the same for the same seed."""

import argparse
import csv
import math
import random
import sys
from pathlib import Path

from churn.contract import COLUMNS, FEATURES, PATH, Column

ROWS = 1000
SEED = 7
_EMPTY = 0.05


def rows(count: int = ROWS, seed: int = SEED, *, drift: bool = False) -> list[dict[str, str]]:
    """Make rows as text; with drift the features lie elsewhere, and what they mean stays."""
    source = random.Random(seed)
    return [_row(i, source, drift) for i in range(count)]


def _row(i: int, source: random.Random, drift: bool) -> dict[str, str]:
    place = {c.name: source.triangular(0, 1, 0.9 if drift else 0.3) for c in FEATURES}
    score = sum(_weight(n) * (place[c.name] - 0.43) for n, c in enumerate(FEATURES))
    chance = 1 / (1 + math.exp(-8 * score))
    row = {}
    for column in COLUMNS:
        empty = column.nullable and source.random() < _EMPTY
        if column.role == "target":
            sharp = source.random() < chance if column.type == "bool" else None
            row[column.name] = _value(column, chance if sharp is None else float(sharp), i)
        else:
            at = place.get(column.name, source.random())
            row[column.name] = "" if empty else _value(column, at, i)
    return row


def _weight(n: int) -> float:
    return (1 if n % 2 == 0 else -1) * 0.8 ** (n % 5)


def _value(column: Column, at: float, i: int) -> str:
    """Text of the value that lies at a point from 0 to 1 of what the column allows."""
    low = 0 if column.min is None else column.min
    high = low + 100 if column.max is None else column.max
    if column.values:
        return column.values[min(int(at * len(column.values)), len(column.values) - 1)]
    if column.type == "int":
        return str(round(low + at * (high - low)))
    if column.type == "float":
        return f"{low + at * (high - low):.2f}"
    if column.type == "bool":
        return "true" if at >= 0.5 else "false"
    if column.type == "datetime":
        return f"2026-01-{1 + i % 28:02}T{int(at * 23):02}:00:00"
    return f"{column.name}-{i:06}"


def write(path: Path, made: list[dict[str, str]]) -> None:
    """Write rows as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [c.name for c in COLUMNS], lineterminator="\n")
        table.writeheader()
        table.writerows(made)


def main(argv: list[str] | None = None) -> int:
    """Write a sample to the dataset's file, or elsewhere."""
    p = argparse.ArgumentParser(prog="churn.sample", description=__doc__)
    p.add_argument("path", nargs="?", type=Path, default=PATH)
    p.add_argument("--rows", type=int, default=ROWS)
    p.add_argument("--seed", type=int, default=SEED)
    p.add_argument("--drift", action="store_true", help="make features that lie elsewhere")
    given = p.parse_args(argv)
    write(given.path, rows(given.rows, given.seed, drift=given.drift))
    return 0


if __name__ == "__main__":
    sys.exit(main())
