# From mlops (builtin/monitor-drift): your edits stay, updates are merged.
import json
from pathlib import Path
from typing import Any

import pytest

from churn import contract, drift, sample

NEEDED = 1000


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make what the model knows, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    sample.write(tmp_path / "reference.csv", sample.rows(NEEDED, seed=1))
    return tmp_path / "reference.csv"


def compare(reference: Path, rows: list[dict[str, str]]) -> int:
    current = reference.with_name("current.csv")
    sample.write(current, rows)
    return drift.main([str(current), "--reference", str(reference)])


def test_data_of_the_same_kind_is_clean(reference: Path) -> None:
    assert compare(reference, sample.rows(NEEDED, seed=2)) == 0


def test_shifted_data_has_drifted(reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(reference, sample.rows(NEEDED, seed=2, drift=True)) == 1
    assert " drifted: " in capsys.readouterr().err


@pytest.mark.parametrize("name", drift.LIMITS)
def test_shifted_column_is_named_and_no_other(
    reference: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = sample.rows(NEEDED, seed=2)
    for row in rows:
        row[name] = rows[0][name]
    assert compare(reference, rows) == 1
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == [name]


def test_log_of_the_service_is_read(reference: Path) -> None:
    log = reference.with_name("log.jsonl")
    rows = [{c.name: plain(c, r[c.name]) for c in contract.FEATURES} for r in sample.rows(NEEDED)]
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sample.write(reference, sample.rows(NEEDED))
    assert set(drift.measure(drift.read(reference), drift.read(log)).values()) == {0.0}


def plain(column: contract.Column, text: str) -> Any:
    """Turn text of the sample into what JSON has for it."""
    if column.is_number:
        return None if text == "" else int(text) if column.type == "int" else float(text)
    return text == "true" if column.type == "bool" else text or None


def test_metrics_are_written(reference: Path) -> None:
    compare(reference, sample.rows(NEEDED, seed=2))
    text = drift.METRICS.read_text(encoding="utf-8")
    for name, limit in drift.LIMITS.items():
        assert f'drift_limit{{monitor="{drift.MONITOR}",column="{name}"}} {limit}\n' in text
    assert f'drift_rows{{monitor="{drift.MONITOR}"}} {NEEDED}\n' in text


def test_few_rows_say_nothing(reference: Path) -> None:
    assert compare(reference, sample.rows(drift.MIN_ROWS - 1)) == 2


def test_what_cannot_be_read_says_nothing(reference: Path) -> None:
    assert drift.main(["none.csv", "--reference", str(reference)]) == 2
    reference.with_name("other.csv").write_text("other\n1\n", encoding="utf-8")
    assert drift.main(["other.csv", "--reference", str(reference)]) == 2
