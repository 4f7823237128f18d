"""Training, evaluation and scoring, beyond the contracts of the stages."""

import json
from pathlib import Path

import pandas as pd
import pytest
import skops.io

from churn import config, evaluate, model, predict, schema, train

# Small ensembles: whether a model survives its file does not depend on its size.
SMALL = {"hist_gradient_boosting": {"max_iter": 10}, "random_forest": {"n_estimators": 10}}


@pytest.mark.parametrize("learner", sorted(model.LEARNERS))
def test_every_learner_survives_its_file(
    workspace: Path, customers: pd.DataFrame, learner: str
) -> None:
    params = config.load_params(workspace)
    params["model"] = {"learner": learner, "params": SMALL.get(learner, {})}
    path = workspace / "model.skops"
    model.save(train.fit(customers, params), path)
    environment = config.load_environment(workspace, "production")
    scores = predict.score(customers, path, environment)
    assert scores["probability"].between(0.0, 1.0).all()
    assert scores["probability"].is_monotonic_decreasing


def test_training_twice_gives_the_same_model(workspace: Path, customers: pd.DataFrame) -> None:
    params = config.load_params(workspace)
    environment = config.load_environment(workspace, "production")
    scores = []
    for name in ("first.skops", "second.skops"):
        model.save(train.fit(customers, params), workspace / name)
        scores.append(predict.score(customers, workspace / name, environment))
    pd.testing.assert_frame_equal(*scores)


def test_model_beats_the_baseline(finished: Path) -> None:
    params = config.load_params(finished)
    report = json.loads((finished / params["evaluate"]["metrics"]).read_text(encoding="utf-8"))
    assert evaluate.failed_gates(report, params["evaluate"]["gates"]) == []
    assert report["accuracy"] > report["accuracy_baseline"]


def test_a_gate_out_of_reach_fails_the_stage(finished: Path) -> None:
    params = config.load_params(finished)
    params["evaluate"]["gates"] = {"roc_auc": 1.1}
    with pytest.raises(evaluate.GateError, match="roc_auc is .* at least 1.1 is wanted"):
        evaluate.run(finished, params)


def test_predict_needs_no_target(finished: Path, customers: pd.DataFrame) -> None:
    environment = config.load_environment(finished, "production")
    path = finished / config.load_params(finished)["model"]["path"]
    scores = predict.score(customers.drop(columns=schema.TARGET), path, environment)
    assert len(scores) == len(customers)
    assert set(scores["decision"]) == {0, 1}


def test_a_foreign_model_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.skops"
    skops.io.dump({"hook": Path.unlink}, path)
    with pytest.raises(ValueError, match="not trusted"):
        model.load(path)


def test_unknown_learner_is_named() -> None:
    with pytest.raises(ValueError, match="unknown learner 'oracle'"):
        model.build("oracle", {}, seed=1)
