# Written by mlops (builtin/data-contract): change mlops.hcl instead.
from collections.abc import Iterator
from pathlib import Path

import pytest

from churn import contract, sample
from churn.contract import COLUMNS, Column

Row = dict[str, str]


def broken() -> Iterator[tuple[str, Column, str]]:
    """Yield, for each rule of each column, a value that breaks it."""
    for c in COLUMNS:
        if not c.nullable:
            yield "without a value", c, ""
        if c.values:
            yield "not one of", c, "no such value"
        if c.regex is not None:
            yield "not of the pattern", c, "\u2603"
        if c.type in ("int", "float", "bool", "datetime"):
            yield f"not of type {c.type}", c, "x"
        if c.is_number and c.min is not None:
            yield f"below {c.min}", c, str(int(c.min) - 1)
        if c.is_number and c.max is not None:
            yield f"above {c.max}", c, str(int(c.max) + 1)


def check(tmp_path: Path, rows: list[Row]) -> list[str]:
    path = tmp_path / "data.csv"
    sample.write(path, rows)
    return contract.problems(contract.read(path))


@pytest.mark.parametrize("drift", [False, True])
def test_sample_keeps_the_contract(tmp_path: Path, drift: bool) -> None:
    assert check(tmp_path, sample.rows(200, drift=drift)) == []


def test_same_seed_same_sample() -> None:
    assert sample.rows(50, seed=1) == sample.rows(50, seed=1)
    assert sample.rows(50, seed=1) != sample.rows(50, seed=2)


@pytest.mark.parametrize(("why", "column", "value"), list(broken()))
def test_broken_rule_is_named(tmp_path: Path, why: str, column: Column, value: str) -> None:
    rows = sample.rows(20)
    rows[7][column.name] = value
    found = [p for p in check(tmp_path, rows) if p.startswith(f"{column.name}: ") and why in p]
    assert len(found) == 1
    assert found[0].endswith("first in row 8")


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.is_number])
def test_bounds_themselves_are_allowed(tmp_path: Path, column: Column) -> None:
    rows = sample.rows(20)
    for i, bound in enumerate((column.min, column.max)):
        if bound is not None:
            rows[7 + i][column.name] = str(bound)
    assert check(tmp_path, rows) == []


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.unique])
def test_repeated_value_is_named(tmp_path: Path, column: Column) -> None:
    rows = sample.rows(20)
    rows[7][column.name] = rows[3][column.name]
    assert any(p.startswith(f"{column.name}: 1 seen before") for p in check(tmp_path, rows))


def test_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("other\n1\n", encoding="utf-8")
    found = contract.problems(contract.read(path))
    assert "other: not in the contract" in found
    assert f"{COLUMNS[0].name}: column is missing" in found


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made" / "data.csv"
    assert sample.main([str(path), "--rows", "20"]) == 0
    assert contract.main([str(path)]) == 0
    assert len(contract.load(path)) == 20
    path.write_text("other\n1\n", encoding="utf-8")
    assert contract.main([str(path)]) == 1
    assert "column is missing" in capsys.readouterr().err
    with pytest.raises(ValueError, match="column is missing"):
        contract.load(path)
