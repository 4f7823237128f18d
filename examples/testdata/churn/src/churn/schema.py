"""The data contract: what a customer row holds, and the check that it does.

The table below is written from the spec, as are data/README.md and the model
card: one description, three readers.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column; None means: no limit."""

    name: str
    kind: str
    role: str = "feature"
    minimum: float | None = None
    maximum: float | None = None
    values: list[str] | None = None
    nullable: bool = False


class SchemaError(ValueError):
    """The data breaks the contract."""


COLUMNS: tuple[Column, ...] = (
    Column(
        name="customer_id",
        kind="string",
        role="id",
    ),
    Column(
        name="tenure_months",
        kind="int",
        role="feature",
        minimum=0,
        maximum=120,
    ),
    Column(
        name="plan",
        kind="category",
        role="feature",
        values=[
            "basic",
            "plus",
            "premium",
        ],
    ),
    Column(
        name="contract",
        kind="category",
        role="feature",
        values=[
            "monthly",
            "yearly",
        ],
    ),
    Column(
        name="payment",
        kind="category",
        role="feature",
        values=[
            "card",
            "direct_debit",
            "invoice",
        ],
    ),
    Column(
        name="monthly_charge",
        kind="float",
        role="feature",
        minimum=0,
    ),
    Column(
        name="support_calls",
        kind="int",
        role="feature",
        minimum=0,
        maximum=50,
    ),
    Column(
        name="days_since_login",
        kind="int",
        role="feature",
        minimum=0,
        maximum=365,
        nullable=True,
    ),
    Column(
        name="satisfaction",
        kind="float",
        role="feature",
        minimum=1,
        maximum=5,
        nullable=True,
    ),
    Column(
        name="churned",
        kind="bool",
        role="target",
        minimum=0,
        maximum=1,
    ),
)

ID = next(c.name for c in COLUMNS if c.role == "id")
TARGET = next(c.name for c in COLUMNS if c.role == "target")
FEATURES = tuple(c.name for c in COLUMNS if c.role == "feature")
CATEGORICAL = tuple(c.name for c in COLUMNS if c.role == "feature" and c.kind == "category")
NUMERIC = tuple(name for name in FEATURES if name not in CATEGORICAL)


def read(path: Path) -> pd.DataFrame:
    """Read a CSV file with the types of the contract; numbers may be missing."""
    text = {c.name: "str" for c in COLUMNS if c.kind in ("string", "category")}
    frame = pd.read_csv(path, dtype=text)
    numbers = [c.name for c in COLUMNS if c.name in frame and c.name not in text]
    try:
        return frame.astype(dict.fromkeys(numbers, "float64"))
    except ValueError as error:
        raise SchemaError(f"{path}: {error}") from error


def check(frame: pd.DataFrame, *, with_target: bool = True) -> None:
    """Refuse data that breaks the contract, naming every fault at once."""
    faults = violations(frame, with_target=with_target)
    if faults:
        raise SchemaError("; ".join(faults))


def violations(frame: pd.DataFrame, *, with_target: bool = True) -> list[str]:
    """Say in words what is wrong, one entry a fault."""
    faults = []
    for column in COLUMNS:
        if column.role == "target" and not with_target:
            continue
        if column.name not in frame:
            faults.append(f"{column.name}: the column is missing")
            continue
        faults += [f"{column.name}: {fault}" for fault in _faults(frame[column.name], column)]
    return faults


def _faults(series: pd.Series, column: Column) -> list[str]:
    present = series.dropna()
    rules = {
        "has missing values": not column.nullable and len(present) < len(series),
        "is not unique": column.role == "id" and present.duplicated().any(),
        "holds an unknown value": column.values is not None
        and not present.isin(column.values or []).all(),
    }
    if column.kind not in ("string", "category"):
        rules |= {
            "holds a value that is not whole": column.kind in ("int", "bool")
            and (present % 1 != 0).any(),
            f"is below {column.minimum}": column.minimum is not None
            and (present < column.minimum).any(),
            f"is above {column.maximum}": column.maximum is not None
            and (present > column.maximum).any(),
        }
    return [fault for fault, broken in rules.items() if broken]
