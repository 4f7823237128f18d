"""Stage evaluate: measure the model on customers it never saw, and hold the gates.

The baseline predicts that every customer does what most of the training set
did. A model that does not beat it by the margin in params.yaml fails the stage.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, average_precision_score, roc_auc_score

from . import features, model, schema


class GateError(ValueError):
    """The model is not good enough."""


def measure(truth: np.ndarray, probability: np.ndarray, majority: int) -> dict[str, float]:
    """Compute the metrics, rounded so that reports compare well."""
    baseline = accuracy_score(truth, np.full_like(truth, majority))
    accuracy = accuracy_score(truth, (probability >= 0.5).astype(int))
    metrics = {
        "accuracy": accuracy,
        "accuracy_baseline": baseline,
        "accuracy_gain": accuracy - baseline,
        "average_precision": average_precision_score(truth, probability),
        "roc_auc": roc_auc_score(truth, probability),
    }
    return {name: round(float(value), 6) for name, value in metrics.items()}


def failed_gates(metrics: dict[str, float], gates: dict[str, float]) -> list[str]:
    """Say in words which gates the metrics do not pass."""
    return [
        f"{name} is {metrics[name]}, at least {least} is wanted"
        for name, least in sorted(gates.items())
        if metrics[name] < least
    ]


def run(root: Path, params: dict[str, Any]) -> None:
    """Write the metrics, then fail when a gate is not passed."""
    train = schema.read(root / params["data"]["train"])
    test = schema.read(root / params["data"]["test"])
    inputs = features.add(test)[[*schema.FEATURES, *features.DERIVED]]
    probability = model.load(root / params["model"]["path"]).predict_proba(inputs)[:, 1]
    majority = int(train[schema.TARGET].mean() >= 0.5)
    metrics = measure(test[schema.TARGET].to_numpy(dtype=int), probability, majority)
    path = root / params["evaluate"]["metrics"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    failures = failed_gates(metrics, params["evaluate"]["gates"])
    if failures:
        raise GateError("; ".join(failures))
