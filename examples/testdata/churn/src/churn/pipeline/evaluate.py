# From mlops (builtin/train-tabular): your edits stay, updates are merged.
"""Measures the model against the baseline and the gates."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from churn import contract
from churn.pipeline import gates, model, settings


def measure(predictor: Any, frame: pd.DataFrame) -> dict[str, float]:
    """Measure whatever predicts on rows with known results."""
    truth = np.asarray(model.target(frame))
    seen = model.features(frame)
    guess = predictor.predict(seen)
    truth = (truth == settings.POSITIVE).astype(int)
    guess = (guess == settings.POSITIVE).astype(int)
    chance = predictor.predict_proba(seen)[:, list(predictor.classes_).index(settings.POSITIVE)]
    found = {
        "accuracy": metrics.accuracy_score(truth, guess),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, guess),
        "brier_score": metrics.brier_score_loss(truth, chance),
        "f1": metrics.f1_score(truth, guess, zero_division=0),
        "log_loss": metrics.log_loss(truth, chance, labels=[0, 1]),
        "pr_auc": metrics.average_precision_score(truth, chance),
        "precision": metrics.precision_score(truth, guess, zero_division=0),
        "recall": metrics.recall_score(truth, guess, zero_division=0),
        "roc_auc": metrics.roc_auc_score(truth, chance),
    }
    return {name: round(float(value), 6) for name, value in found.items()}


def baseline(train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """Measure what guesses without looking at the features."""
    guess = DummyClassifier(strategy=gates.BASELINE, random_state=0)
    return measure(guess.fit(model.features(train), model.target(train)), test)


def missed(found: dict[str, float], least: dict[str, float]) -> list[str]:
    """List the gates that are missed, and the baseline when it is not beaten."""
    out = []
    for gate in gates.GATES:
        value = found[gate.metric]
        if gate.min is not None and value < gate.min:
            out.append(f"{gate.metric} is {value}, below {gate.min}")
        if gate.max is not None and value > gate.max:
            out.append(f"{gate.metric} is {value}, above {gate.max}")
    mine, theirs = found[gates.METRIC], least[gates.METRIC]
    if not (mine > theirs if gates.HIGHER_IS_BETTER else mine < theirs):
        out.append(f"{gates.METRIC} is {mine}, no better than the baseline's {theirs}")
    return out


def evaluate(artifact: Path, train: Path, test: Path, report: Path) -> int:
    """Write the metrics of a model and return 1 when a gate is missed."""
    rows = contract.load(test)
    found = measure(model.load(artifact), rows)
    least = baseline(contract.load(train), rows)
    report.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**found, "baseline": least}, indent=2, sort_keys=True)
    report.write_text(text + "\n", encoding="utf-8")
    for miss in (misses := missed(found, least)):
        print(miss, file=sys.stderr)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(evaluate(settings.MODEL, settings.TRAIN, settings.TEST, settings.REPORT))
