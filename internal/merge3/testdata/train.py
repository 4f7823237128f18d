"""Trains the churn model and logs the run."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import train_test_split

log = logging.getLogger(__name__)

TARGET = "churned"
SEED = 42


@dataclass(frozen=True)
class Params:
    """What a run depends on besides the data."""

    learning_rate: float = 0.05
    n_estimators: int = 400
    max_depth: int = 3
    test_size: float = 0.2
    seed: int = SEED


def load(path: Path) -> pd.DataFrame:
    """Reads the features; rows without a label are left out."""
    frame = pd.read_parquet(path)
    missing = frame[TARGET].isna().sum()
    if missing:
        log.warning("%d rows have no label", missing)
        frame = frame.dropna(subset=[TARGET])

    return frame


def split(frame: pd.DataFrame, params: Params) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Splits by customer, so that nobody is on both sides."""
    customers = frame["customer_id"].unique()
    train_ids, test_ids = train_test_split(
        customers,
        test_size=params.test_size,
        random_state=params.seed,
    )
    train = frame[frame["customer_id"].isin(train_ids)]
    test = frame[frame["customer_id"].isin(test_ids)]

    return train, test


def fit(train: pd.DataFrame, params: Params) -> GradientBoostingClassifier:
    """Fits the model on all columns but the label and the customer."""
    model = GradientBoostingClassifier(
        learning_rate=params.learning_rate,
        n_estimators=params.n_estimators,
        max_depth=params.max_depth,
        random_state=params.seed,
    )
    model.fit(features(train), train[TARGET])

    return model


def features(frame: pd.DataFrame) -> np.ndarray:
    """Returns the columns that the model sees."""
    return frame.drop(columns=[TARGET, "customer_id"]).to_numpy()


def evaluate(model: GradientBoostingClassifier, test: pd.DataFrame) -> dict[str, float]:
    """Returns the metrics of a model on rows it has not seen."""
    scores = model.predict_proba(features(test))[:, 1]
    metrics = {
        "auc": roc_auc_score(test[TARGET], scores),
        "average_precision": average_precision_score(test[TARGET], scores),
    }

    return metrics


def run(data: Path, out: Path, params: Params) -> dict[str, float]:
    """Trains, evaluates, logs and writes the metrics."""
    with mlflow.start_run():
        mlflow.log_params(vars(params))
        train, test = split(load(data), params)
        model = fit(train, params)
        metrics = evaluate(model, test)
        mlflow.log_metrics(metrics)
        mlflow.sklearn.log_model(model, "model")

    out.mkdir(parents=True, exist_ok=True)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=2))
    log.info("auc %.3f", metrics["auc"])

    return metrics
