# Written by mlops (builtin/data-contract): change mlops.hcl instead.
"""What the data holds, and whether a file keeps to it."""

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column and the rules that its values keep."""

    name: str
    type: str
    role: str = "feature"
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    regex: str | None = None
    unique: bool = False
    nullable: bool = False
    pii: bool = False

    @property
    def is_number(self) -> bool:
        """Whether values are numbers; a bool is none."""
        return self.type in ("int", "float")


PATH = Path("data/raw/customers.csv")

COLUMNS = (
    Column(
        name="customer_id",
        type="string",
        role="id",
        unique=True,
        pii=True,
    ),
    Column(
        name="age",
        type="int",
        role="feature",
        min=18,
        max=110,
    ),
    Column(
        name="tenure",
        type="int",
        role="feature",
        min=0,
        max=240,
    ),
    Column(
        name="plan",
        type="category",
        role="feature",
        values=(
            "free",
            "pro",
            "team",
        ),
    ),
    Column(
        name="monthly_charges",
        type="float",
        role="feature",
        min=0,
        max=500,
    ),
    Column(
        name="support_calls",
        type="int",
        role="feature",
        min=0,
        max=40,
    ),
    Column(
        name="spend",
        type="float",
        role="feature",
        min=0,
        max=5000,
        nullable=True,
    ),
    Column(
        name="churned",
        type="bool",
        role="target",
    ),
)
FEATURES = tuple(c for c in COLUMNS if c.role == "feature")
TARGETS = tuple(c for c in COLUMNS if c.role == "target")

_BOOL = {"true": True, "false": False, "1": True, "0": False}
_FORM = {
    "int": r"[+-]?\d+",
    "float": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?",
    "bool": "true|false|0|1",
}


def read(path: Path) -> pd.DataFrame:
    """Read a CSV file as text, so that nothing is made of a value before it is checked."""
    return pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])


def problems(frame: pd.DataFrame) -> list[str]:
    """List what is wrong with text as read; nothing when it keeps the contract."""
    known = {c.name for c in COLUMNS}
    found = [f"{name}: not in the contract" for name in frame.columns if name not in known]
    for column in COLUMNS:
        if column.name not in frame.columns:
            found.append(f"{column.name}: column is missing")
        else:
            found += _faults(column, frame[column.name])
    return found


def _faults(column: Column, text: "pd.Series[str]") -> list[str]:
    found: list[str] = []

    def refuse(bad: "pd.Series[bool]", why: str) -> None:
        rows = bad.fillna(False).to_numpy(dtype=bool)
        if rows.any():
            found.append(f"{column.name}: {rows.sum()} {why}, first in row {rows.argmax() + 1}")

    empty = text.isna()
    text = text.fillna("")
    if not column.nullable:
        refuse(empty, "without a value")
    if column.unique:
        refuse(~empty & text.duplicated(), "seen before")
    if column.values:
        refuse(~empty & ~text.isin(column.values), f"not one of {', '.join(column.values)}")
    if column.regex is not None:
        refuse(~empty & ~text.str.fullmatch(column.regex), "not of the pattern")
    if column.type == "datetime":
        moment = pd.to_datetime(text, errors="coerce", format="ISO8601")
        refuse(~empty & moment.isna(), "not of type datetime")
    if column.type in _FORM:
        malformed = ~empty & ~text.str.lower().str.fullmatch(_FORM[column.type])
        refuse(malformed, f"not of type {column.type}")
        if column.is_number:
            number = pd.to_numeric(text.mask(malformed), errors="coerce")
            low, high = column.min, column.max
            refuse(number < (-math.inf if low is None else low), f"below {low}")
            refuse(number > (math.inf if high is None else high), f"above {high}")
    return found


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn text that keeps the contract into numbers, truth values and times."""
    out: dict[str, pd.Series] = {}
    for column in COLUMNS:
        if column.name not in frame.columns:
            continue
        text = frame[column.name]
        if column.is_number:
            out[column.name] = pd.to_numeric(text).astype("float64")
        elif column.type == "bool":
            out[column.name] = text.str.lower().map(_BOOL).astype("float64")
        elif column.type == "datetime":
            out[column.name] = pd.to_datetime(text, format="ISO8601")
        else:
            out[column.name] = text.astype("object").where(text.notna(), None)
    return pd.DataFrame(out)


def load(path: Path = PATH) -> pd.DataFrame:
    """Read a file and refuse it when it breaks the contract."""
    frame = read(path)
    if found := problems(frame):
        raise ValueError("\n".join(f"{path}: {problem}" for problem in found))
    return typed(frame)


def main(argv: list[str] | None = None) -> int:
    """Check the files that are named, or the dataset itself."""
    bad = 0
    named = sys.argv[1:] if argv is None else argv
    for path in [Path(name) for name in named] or [PATH]:
        for problem in problems(read(path)):
            print(f"{path}: {problem}", file=sys.stderr)
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
