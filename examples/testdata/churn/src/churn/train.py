"""Stage train: fit the learner that params.yaml names and keep the model."""

from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from . import features, model, schema


def fit(customers: pd.DataFrame, params: dict[str, Any]) -> Pipeline:
    """Train on customers; the same seed gives the same model."""
    settings = params["model"]
    estimator = model.build(settings["learner"], settings["params"], params["seed"])
    inputs = features.add(customers)[[*schema.FEATURES, *features.DERIVED]]
    return estimator.fit(inputs, customers[schema.TARGET].astype(int))


def run(root: Path, params: dict[str, Any]) -> None:
    """Train on the train half and write the model."""
    customers = schema.read(root / params["data"]["train"])
    model.save(fit(customers, params), root / params["model"]["path"])
