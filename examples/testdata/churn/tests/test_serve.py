# From mlops (builtin/serve-fastapi): your edits stay, updates are merged.
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from churn import contract, sample
from churn.pipeline import model, train
from churn.serve import app, schema
from churn.serve.__main__ import main

DESCRIPTION = Path("openapi.json")


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a small model."""
    where = tmp_path_factory.mktemp("serve")
    sample.write(where / "data.csv", sample.rows(200, seed=5))
    train.train(where / "data.csv", where / "model.skops", seed=1)
    return where / "model.skops"


@pytest.fixture
def client(artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Serve the model, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return TestClient(app.create_app(artifact))


def request() -> dict[str, Any]:
    """Make a request that keeps the contract."""
    row = sample.rows(1, seed=8)[0]
    return {column.name: plain(column, row[column.name]) for column in contract.FEATURES}


def plain(column: contract.Column, text: str) -> Any:
    """Turn text of the sample into what JSON has for it."""
    if column.is_number:
        return None if text == "" else int(text) if column.type == "int" else float(text)
    return text == "true" if column.type == "bool" else text or None


def test_answer_is_that_of_the_model(client: TestClient, artifact: Path) -> None:
    answer = client.post("/predict", json=request())
    assert answer.status_code == 200
    given = schema.Features.model_validate(request())
    assert answer.json() == app.predict(model.load(artifact), given).model_dump()


@pytest.mark.parametrize("column", contract.FEATURES)
def test_broken_contract_is_refused(client: TestClient, column: contract.Column) -> None:
    bad: list[object] = [["no such value"]]
    if not column.nullable:
        bad.append(None)
    if column.values:
        bad.append("no such value")
    if column.is_number and column.min is not None:
        bad.append(int(column.min) - 1)
    if column.is_number and column.max is not None:
        bad.append(int(column.max) + 1)
    for value in bad:
        answer = client.post("/predict", json={**request(), column.name: value})
        assert answer.status_code == 422, value
        assert column.name in answer.text


def test_unknown_feature_is_refused(client: TestClient) -> None:
    answer = client.post("/predict", json={**request(), "no_such_feature": 1})
    assert answer.status_code == 422


def test_metrics_count_predictions(client: TestClient) -> None:
    client.post("/predict", json=request())
    assert "predictions_total 1.0" in client.get("/metrics").text


def test_without_a_model_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    client = TestClient(app.create_app(tmp_path / "none"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.post("/predict", json=request()).status_code == 503


def test_ready(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200


def test_description_is_the_committed_one(tmp_path: Path) -> None:
    if not DESCRIPTION.exists():
        pytest.skip("openapi.json was not written yet")
    made = tmp_path / "openapi.json"
    assert main(["--openapi", str(made)]) == 0
    assert json.loads(made.read_text("utf-8")) == json.loads(DESCRIPTION.read_text("utf-8"))
