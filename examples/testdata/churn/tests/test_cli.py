# From mlops (builtin/python-package): your edits stay, updates are merged.
import runpy
import sys

import pytest

from churn import __version__
from churn.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"churn {__version__}\n"


def test_without_arguments_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "usage: churn" in capsys.readouterr().out


def test_runs_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["churn", "--version"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("churn", run_name="__main__")
    assert stop.value.code == 0
