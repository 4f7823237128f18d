# From mlops (builtin/tracking-mlflow): your edits stay, updates are merged.
import json
from pathlib import Path

import pytest
from mlflow.models import get_model_info
from mlflow.tracking import MlflowClient

from churn import contract, sample, tracking
from churn.pipeline import evaluate, prepare, settings, train

PARAMS = settings.PARAMS.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the pipeline in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    settings.PARAMS.write_text(PARAMS, encoding="utf-8")
    sample.write(contract.PATH, sample.rows(200, seed=4))
    prepare.prepare(contract.PATH, settings.TRAIN, settings.TEST, test_size=0.25, seed=1)
    train.train(settings.TRAIN, settings.MODEL, seed=1)
    evaluate.evaluate(settings.MODEL, settings.TRAIN, settings.TEST, settings.REPORT)
    return tmp_path


def test_run_is_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = f"sqlite:///{folder}/runs.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert tracking.main() == 0
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(tracking.EXPERIMENT)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params == {k: str(v) for k, v in tracking.params().items()}
    report = json.loads(settings.REPORT.read_text(encoding="utf-8"))
    least = report.pop("baseline")
    assert run.data.metrics == report | {f"baseline.{k}": v for k, v in least.items()}
    assert run.outputs is not None
    (output,) = run.outputs.model_outputs
    signature = get_model_info(f"models:/{output.model_id}").signature
    assert signature.inputs.input_names() == [c.name for c in contract.FEATURES]


def test_without_a_run_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tracking.main() == 1
    assert "run the pipeline first" in capsys.readouterr().err
