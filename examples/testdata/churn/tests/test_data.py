"""The data contract, and the sample that is committed."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from churn import schema

PROJECT = Path(__file__).resolve().parents[1]


def test_sample_keeps_the_contract(customers: pd.DataFrame) -> None:
    assert schema.violations(customers) == []
    assert set(customers.columns) == {column.name for column in schema.COLUMNS}


def test_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    generator = PROJECT / "scripts" / "make_sample.py"
    subprocess.run([sys.executable, str(generator), "--out", str(again)], check=True)
    assert again.read_bytes() == (PROJECT / "data/sample/customers.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("customer_id", None, "has missing values"),
        ("tenure_months", -1, "is below"),
        ("tenure_months", 121, "is above"),
        ("tenure_months", None, "has missing values"),
        ("plan", "no such value", "holds an unknown value"),
        ("plan", None, "has missing values"),
        ("contract", "no such value", "holds an unknown value"),
        ("contract", None, "has missing values"),
        ("payment", "no such value", "holds an unknown value"),
        ("payment", None, "has missing values"),
        ("monthly_charge", -1, "is below"),
        ("monthly_charge", None, "has missing values"),
        ("support_calls", -1, "is below"),
        ("support_calls", 51, "is above"),
        ("support_calls", None, "has missing values"),
        ("days_since_login", -1, "is below"),
        ("days_since_login", 366, "is above"),
        ("satisfaction", 0, "is below"),
        ("satisfaction", 6, "is above"),
        ("churned", -1, "is below"),
        ("churned", 2, "is above"),
        ("churned", None, "has missing values"),
    ],
)
def test_each_rule_is_seen_to_fail(
    customers: pd.DataFrame, name: str, value: object, fault: str
) -> None:
    customers.loc[customers.index[0], name] = value
    assert any(f.startswith(f"{name}: {fault}") for f in schema.violations(customers))


@pytest.mark.parametrize("name", [column.name for column in schema.COLUMNS])
def test_a_missing_column_is_named(customers: pd.DataFrame, name: str) -> None:
    with pytest.raises(schema.SchemaError, match=f"{name}: the column is missing"):
        schema.check(customers.drop(columns=name))


def test_text_where_a_number_belongs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("tenure_months\nmany\n", encoding="utf-8")
    with pytest.raises(schema.SchemaError, match="many"):
        schema.read(path)
