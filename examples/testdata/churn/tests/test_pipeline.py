# From mlops (builtin/train-tabular): your edits stay, updates are merged.
import json
from pathlib import Path

import pytest
import skops.io

from churn import contract, sample
from churn.pipeline import evaluate, gates, model, prepare, settings, train

PARAMS = settings.params(settings.TRAIN_STAGE) | {"seed": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the pipeline on a sample, in a folder of its own."""
    where = tmp_path_factory.mktemp("run")
    data, parts = where / "data.csv", (where / "train.csv", where / "test.csv")
    sample.write(data, sample.rows(600, seed=3))
    prepare.prepare(data, *parts, test_size=0.25, seed=1)
    train.train(where / "train.csv", where / "model.skops", **PARAMS)
    return where


def result(run: Path, report: str) -> dict[str, float]:
    evaluate.evaluate(run / "model.skops", run / "train.csv", run / "test.csv", run / report)
    found: dict[str, float] = json.loads((run / report).read_text(encoding="utf-8"))
    return found


def test_split_keeps_every_row_once(run: Path) -> None:
    parts = [contract.read(run / name) for name in ("train.csv", "test.csv")]
    assert [len(p) for p in parts] == [450, 150]


def test_model_beats_the_baseline(run: Path) -> None:
    report = result(run, "metrics.json")
    least = evaluate.baseline(contract.load(run / "train.csv"), contract.load(run / "test.csv"))
    better = report[gates.METRIC] - least[gates.METRIC]
    assert better > 0 if gates.HIGHER_IS_BETTER else better < 0


def test_same_seed_same_model(run: Path) -> None:
    before, bytes_before = result(run, "before.json"), (run / "model.skops").read_bytes()
    train.train(run / "train.csv", run / "model.skops", **PARAMS)
    assert result(run, "after.json") == before
    assert (run / "model.skops").read_bytes() == bytes_before


def test_missed_gate_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    hard = (gates.Gate(gates.METRIC, min=2.0), gates.Gate(gates.METRIC, max=0.1))
    monkeypatch.setattr(gates, "GATES", hard)
    found = evaluate.missed({gates.METRIC: 0.5}, {gates.METRIC: 0.5})
    assert [word in text for word, text in zip(("below", "above", "baseline"), found, strict=True)]


def test_broken_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("other\n1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="column is missing"):
        prepare.prepare(tmp_path / "bad.csv", tmp_path / "a", tmp_path / "b", test_size=0.2, seed=0)


def test_model_of_strange_parts_is_refused(tmp_path: Path) -> None:
    skops.io.dump(Path(), tmp_path / "strange.skops")
    with pytest.raises(ValueError, match="pathlib"):
        model.load(tmp_path / "strange.skops")
