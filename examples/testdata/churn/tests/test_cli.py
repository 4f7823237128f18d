"""The command line, as a person meets it."""

from pathlib import Path

import pandas as pd
import pytest

from churn import cli, schema


def test_run_then_predict(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ["--root", str(workspace)]
    sample = workspace / "data/sample/customers.csv"
    scores = workspace / "scores.csv"
    assert cli.main([*root, "run"]) == 0
    predict = ["predict", "--input", str(sample), "--output", str(scores)]
    assert cli.main([*root, "--env", "production", *predict]) == 0
    assert capsys.readouterr().err == ""
    assert list(pd.read_csv(scores).columns) == [schema.ID, "probability", "decision"]


def test_predict_before_training_is_an_error(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = workspace / "data/sample/customers.csv"
    assert cli.main(["--root", str(workspace), "predict", "--input", str(sample)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_unknown_environment_lists_the_known_ones(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--root", str(workspace), "--env", "nowhere", "run"]) == 1
    error = capsys.readouterr().err
    assert "dev" in error
    assert "production" in error
    assert "staging" in error


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.strip()
